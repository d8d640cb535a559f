"""`potstill.client_gone`: what a call that works for nobody can learn."""

from __future__ import annotations

import socket
import sys
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from queue import SimpleQueue
from threading import Event
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest

from tests.server.serving import serving
from tests.support.server import potstill
from tests.support.wire import Client, get, post, until

SOON = 5.0
Question = Callable[[], bool]


class Working:
    """Works until the test says `enough`, and hands out the question whether anybody waits."""

    def __init__(self) -> None:
        self._questions: SimpleQueue[Question] = SimpleQueue()
        self.enough = Event()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        start_response("200 OK", [("Content-Type", "text/plain")])
        if environ["PATH_INFO"] == "/quick":
            return [b"quick"]
        self._questions.put(environ["potstill.client_gone"])
        self.enough.wait(SOON)
        return [b"done"]

    def client_gone(self) -> Question:
        """The question of the call that runs; the test asks it from a thread of its own."""
        return self._questions.get(timeout=SOON)


def hang_up(client: Client) -> None:
    client.close()


def reset(client: Client) -> None:
    client.reset()


def half_close(client: Client) -> None:
    client.half_close()


def ask_again_and_half_close(client: Client) -> None:
    client.send(get("/quick"))
    client.half_close()


def ask_much_and_half_close(client: Client) -> None:
    client.send(get("/quick") * 2000)
    client.half_close()


WAYS = [hang_up, reset, half_close, ask_again_and_half_close, ask_much_and_half_close]


@pytest.mark.parametrize("leave", WAYS)
@pytest.mark.parametrize("threads", [1, 4])
def test_a_call_can_tell_whether_its_client_still_waits(
    leave: Callable[[Client], None], threads: int
) -> None:
    app = Working()
    with serving(app, threads=threads) as server, server.client() as client:
        client.send(get("/"))
        is_gone = app.client_gone()
        assert not is_gone()
        leave(client)
        until(is_gone, timeout=2)
        assert is_gone()
        app.enough.set()


def test_a_body_does_not_make_its_client_gone() -> None:
    app = Working()
    with serving(app) as server, server.client() as client:
        client.send(post("/", b"body") + get("/quick"))
        is_gone = app.client_gone()
        assert not is_gone()
        app.enough.set()
        assert client.answer().body == b"done"
        assert client.answer().body == b"quick"


def test_the_call_itself_may_ask_in_a_loop() -> None:
    asked: list[bool] = []

    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        is_gone = environ["potstill.client_gone"]
        asked.append(is_gone())
        until(is_gone)
        asked.append(is_gone())
        start_response("200 OK", [])
        return []

    with serving(app, threads=1) as server:
        client = server.client()
        client.send(get("/"))
        until(lambda: asked)
        client.close()
        until(lambda: len(asked) == 2)
    assert asked == [False, True]


@pytest.mark.parametrize("threads", [1, 4])
def test_who_has_only_closed_his_side_still_gets_his_answers(threads: int) -> None:
    app = Working()
    with serving(app, threads=threads) as server, server.client() as client:
        client.send(get("/") + get("/quick"))
        client.half_close()
        until(app.client_gone())
        app.enough.set()
        assert client.answer().body == b"done"
        assert client.answer().body == b"quick"
        assert client.at_end()


def test_asking_takes_nothing_of_what_the_client_says_next() -> None:
    app = Working()
    with serving(app) as server, server.client() as client:
        client.send(get("/") + get("/quick"))
        is_gone = app.client_gone()
        client.send(get("/quick"))
        assert not any(is_gone() for _ in range(1000))
        app.enough.set()
        assert [client.answer().body for _ in range(3)] == [b"done", b"quick", b"quick"]


def test_a_question_kept_beyond_its_connection_speaks_of_no_other() -> None:
    app = Working()
    app.enough.set()
    with serving(app) as server:
        with server.client() as client:
            client.send(get("/", "Connection: close"))
            assert client.answer().body == b"done"
            assert client.at_end()
        is_gone = app.client_gone()
        with server.client() as another:  # it may well have the descriptor of the first
            another.send(get("/quick"))
            assert another.answer().body == b"quick"
            assert is_gone()


def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """Tells on standard error when its client has gone, for servers in another process."""
    is_gone = environ["potstill.client_gone"]
    print("waits" if not is_gone() else "gone already", file=sys.stderr, flush=True)
    until(is_gone)
    print("gone", file=sys.stderr, flush=True)
    start_response("200 OK", [])
    return []


@pytest.mark.parametrize("way", [socket.SHUT_RDWR, socket.SHUT_WR])
@pytest.mark.parametrize("more", [b"", get("/more")], ids=["", "with a request behind"])
def test_it_works_over_a_unix_socket(way: int, more: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "still.sock")
        target = f"{__name__}:app"
        with potstill(target, "--threads", "2", bind=f"unix:{path}", ready=False) as server:
            server.wait_for("Listening at")
            with socket.socket(socket.AF_UNIX) as client:
                client.connect(path)
                client.sendall(get("/") + more)
                server.wait_for("^waits$")
                client.shutdown(way)
                server.wait_for("^gone$", timeout=3)
