"""`--request-buffering off`: the call begins with the head, `wsgi.input` reads from the client."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from queue import SimpleQueue
from threading import Event
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest

from tests.server.serving import Serving, serving
from tests.support.wire import chunked, get, post, until

SOON = 5.0
Read = Callable[[Any], object]
EXPECT = "Expect: 100-continue"


def unbuffered(app: Any, **settings: Any) -> AbstractContextManager[Serving]:
    return serving(app, **({"request_buffering": False} | settings))


class Reader:
    """Does with `wsgi.input` what the test asks for, one thing at a time, and tells what it got."""

    def __init__(self) -> None:
        self._wanted: SimpleQueue[Read | None] = SimpleQueue()
        self._got: SimpleQueue[object] = SimpleQueue()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if environ["PATH_INFO"] == "/quick":
            start_response("200 OK", [])
            return [b"quick"]
        while (read := self._wanted.get(timeout=SOON)) is not None:
            try:
                self._got.put(read(environ["wsgi.input"]))
            except Exception as error:
                self._got.put(error)
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [b"done"]

    def ask(self, read: Read) -> None:
        self._wanted.put(read)

    def tells(self) -> object:
        return self._got.get(timeout=SOON)

    def reads(self, read: Read) -> object:
        self.ask(read)
        return self.tells()

    def answer(self) -> None:
        """Let the call return."""
        self._wanted.put(None)


def echo(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    body: bytes = environ["wsgi.input"].read()
    start_response("200 OK", [("Content-Type", "application/octet-stream")])
    return [body]


def read_5(stream: Any) -> object:
    return stream.read(5)


def read_all(stream: Any) -> object:
    return stream.read()


def test_the_application_sees_what_has_come_while_the_rest_is_on_its_way() -> None:
    app = Reader()
    with unbuffered(app) as server, server.client() as client:
        client.send(post("/", b"hello world")[:-6])
        assert app.reads(read_5) == b"hello"
        app.ask(read_all)
        client.send(b" world")
        assert app.tells() == b" world"
        app.answer()
        assert client.answer().body == b"done"


def test_chunks_are_taken_apart_as_they_come() -> None:
    app = Reader()
    with unbuffered(app) as server, server.client() as client:
        client.send(chunked("/", b"3\r\nhel\r\n4\r\nlo w\r\n"))
        assert app.reads(read_5) == b"hello"
        app.ask(read_all)
        client.send(b"4;extension=1\r\norld\r\n0\r\nX-Trailer: 1\r\n\r\n" + get("/quick"))
        assert app.tells() == b" world"
        app.answer()
        assert client.answer().body == b"done"
        assert client.answer().body == b"quick"


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("lines", [(), ("Content-Length: 0",)], ids=["nothing", "length 0"])
def test_without_a_body_the_input_is_at_its_end(method: str, lines: tuple[str, ...]) -> None:
    with unbuffered(echo) as server, server.client() as client:
        for _ in range(2):
            client.send(get("/", *lines, method=method))
            assert client.answer().body == b""


@pytest.mark.parametrize(
    "request_", [post("/", b"hello"), chunked("/", b"5\r\nhello\r\n0\r\n\r\n")]
)
@pytest.mark.parametrize("in_pieces", [True, False], ids=["byte by byte", "at once"])
def test_after_a_body_that_was_read_the_connection_serves_on(
    request_: bytes, in_pieces: bool
) -> None:
    data = request_ + get("/") + request_
    with unbuffered(echo) as server, server.client() as client:
        step = 1 if in_pieces else len(data)
        client.send_in_pieces(data[at : at + step] for at in range(0, len(data), step))
        assert [client.answer().body for _ in range(3)] == [b"hello", b"", b"hello"]


def test_a_large_body_arrives_whole_and_may_be_answered_while_it_comes() -> None:
    def stream_back(environ: WSGIEnvironment, start_response: StartResponse) -> Iterator[bytes]:
        start_response("200 OK", [])
        while block := environ["wsgi.input"].read(65536):
            yield block

    body = bytes(range(256)) * 16384
    with unbuffered(stream_back) as server, server.client() as client:
        client.send(post("/", body) + get("/"))
        answer = client.answer()
        assert (answer.body, answer.closes) == (body, True)  # said before the body had come
        assert client.at_end()


# -- 100 Continue (see also tests/conformance/test_wsgi_unbuffered.py) -----------------------------


def test_after_the_head_of_the_answer_no_100_is_said() -> None:
    def answers_first(environ: WSGIEnvironment, start_response: StartResponse) -> Iterator[bytes]:
        start_response("200 OK", [("Content-Length", "10")])
        yield b"hello"
        yield environ["wsgi.input"].read()

    with unbuffered(answers_first) as server, server.client() as client:
        client.send(get("/", "Content-Length: 5", EXPECT, "Connection: close", method="POST"))
        assert client.head()[0] == 200
        client.send(b"world")
        assert client.rest() == b"helloworld"


def test_who_sends_without_waiting_or_speaks_http_1_0_is_not_told_to_continue() -> None:
    with unbuffered(echo) as server:
        old = get("/", "Content-Length: 5", EXPECT, method="POST", version="1.0") + b"hello"
        for request in (post("/", b"hello", EXPECT), old):
            with server.client() as client:
                client.send(request)
                assert client.answer().body == b"hello"


# -- what goes wrong -------------------------------------------------------------------------------

READS: dict[str, Read] = {
    "read()": read_all,
    "read(100)": lambda stream: stream.read(100),
    "readline()": lambda stream: stream.readline(),
    "readlines()": lambda stream: stream.readlines(),
    "iteration": list,
}
PARTS = {
    "sized": get("/", "Content-Length: 100", method="POST") + b"half of it",
    "sized, nothing came": get("/", "Content-Length: 100", method="POST"),
    "in a chunk": chunked("/", b"64\r\nhalf of it"),
    "between chunks": chunked("/", b"a\r\nhalf of it\r\n"),
    "before the last line": chunked("/", b"a\r\nhalf of it\r\n0\r\n"),
}


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("read", READS)
def test_a_body_that_was_cut_off_never_looks_whole(read: str, part: str) -> None:
    app = Reader()
    with unbuffered(app) as server, server.client() as client:
        client.send(PARTS[part])
        app.ask(READS[read])
        client.half_close()
        assert isinstance(app.tells(), OSError)
        assert isinstance(app.reads(READS[read]), OSError), (
            "a second read must not look like an end"
        )
        app.answer()
        client.rest()


def test_a_client_that_resets_is_told_to_the_application() -> None:
    app = Reader()
    with unbuffered(app) as server:
        client = server.client()
        client.send(PARTS["sized"])
        assert app.reads(read_5) == b"half "
        app.ask(read_all)
        client.reset()
        assert isinstance(app.tells(), OSError)
        app.answer()
        assert server.answers() == b"quick"


def test_a_body_that_stalls_ends_its_call_and_frees_the_thread() -> None:
    app = Reader()
    with unbuffered(app, threads=1, body_timeout=0.3) as server, server.client() as client:
        client.send(PARTS["sized"])
        assert isinstance(app.reads(read_all), OSError)
        app.answer()
        assert server.answers() == b"quick"
        client.rest()


@pytest.mark.parametrize("threads", [1, 2])
def test_a_failure_to_read_that_nobody_catches_is_answered_and_closes(threads: int) -> None:
    with unbuffered(echo, threads=threads, body_timeout=0.3) as server:
        with server.client() as stalled, server.client() as cut:
            stalled.send(PARTS["sized"])
            assert stalled.answer().status == 408
            assert stalled.at_end()
            cut.send(PARTS["sized"])
            cut.half_close()
            assert cut.answer().status == 400
            assert cut.at_end()
        assert server.answers("/") == b""


def test_what_is_announced_too_large_is_refused_before_the_call() -> None:
    called = Event()

    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        called.set()
        return echo(environ, start_response)

    with unbuffered(app, limit_request_body=100) as server, server.client() as client:
        client.send(get("/", "Content-Length: 101", EXPECT, method="POST"))
        answer = client.answer()
        assert (answer.status, answer.closes, called.is_set()) == (413, True, False)


@pytest.mark.parametrize(
    ("encoded", "status"),
    [
        (b"32\r\n" + b"x" * 50 + b"\r\n33\r\n" + b"x" * 51 + b"\r\n0\r\n\r\n", 413),
        (b"5\r\nhello\r\nZ\r\n", 400),
        (b"5\r\nhello!\r\n", 400),
    ],
    ids=["too large", "no size", "no end"],
)
def test_what_turns_out_wrong_while_it_is_read_is_refused_and_closes(
    encoded: bytes, status: int
) -> None:
    with unbuffered(echo, limit_request_body=100) as server, server.client() as client:
        client.send(chunked("/", encoded) + get("/"))
        answer = client.answer()
        assert (answer.status, answer.closes) == (status, True)
        assert client.at_end()


@pytest.mark.parametrize("size", [1, 100_000, 8 << 20])
def test_a_body_that_nobody_reads_ends_the_connection_without_a_reset(size: int) -> None:
    def deaf(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        start_response("403 Forbidden", [])
        return [b"not here"]

    with unbuffered(deaf) as server, server.client() as client:
        client.send(post("/", b"x" * size))
        answer = client.answer()
        assert (answer.status, answer.body) == (403, b"not here")
        client.half_close()
        assert client.at_end()


def test_a_body_half_read_ends_the_connection_and_hides_no_request() -> None:
    app = Reader()
    with unbuffered(app) as server, server.client() as client:
        body = b"hello" + get("/quick")
        client.send(get("/", f"Content-Length: {len(body)}", method="POST") + body[:10])
        assert app.reads(read_5) == b"hello"
        client.send(body[10:] + get("/quick"))
        app.answer()
        answer = client.answer()
        assert (answer.body, answer.closes) == (b"done", True)
        assert client.at_end()


def test_a_body_half_read_that_came_with_its_head_hides_no_request() -> None:
    app = Reader()
    with unbuffered(app) as server, server.client() as client:
        client.send(post("/", b"hello" + get("/hidden")) + get("/quick"))
        assert app.reads(read_5) == b"hello"
        app.answer()
        assert client.answer().body == b"done"
        assert client.answer().body == b"quick"
        assert client.is_silent(0.05)


# -- beside others ---------------------------------------------------------------------------------


def test_who_waits_for_a_body_does_not_hold_up_the_others() -> None:
    app = Reader()
    with unbuffered(app, threads=2) as server, server.client() as client:
        client.send(PARTS["sized"])
        app.ask(read_all)
        for _ in range(20):
            assert server.answers() == b"quick"
        client.send(b"x" * 90)
        assert app.tells() == b"half of it" + b"x" * 90
        app.answer()
        assert client.answer().body == b"done"


def test_an_input_kept_beyond_its_call_takes_nothing_of_the_next_request() -> None:
    kept: list[Any] = []

    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        kept.append(environ["wsgi.input"])
        return echo(environ, start_response)

    def late_read() -> bytes:
        try:
            late: bytes = kept[0].read()
        except (OSError, ValueError):
            return b""
        return late

    with unbuffered(app) as server, server.client() as client:
        client.send(post("/", b"hello"))
        assert client.answer().body == b"hello"
        client.send(get("/", "Content-Length: 5", method="POST"))
        until(lambda: len(kept) == 2)
        assert late_read() == b""
        client.send(b"world")
        assert client.answer().body == b"world"


def test_a_graceful_stop_waits_for_a_body_under_way() -> None:
    app = Reader()
    with unbuffered(app) as server, server.client() as client:
        client.send(PARTS["sized"])
        assert app.reads(read_5) == b"half "
        app.ask(read_all)
        stopper = threading.Thread(target=server.server.shutdown)
        stopper.start()
        until(lambda: is_refused(server.port))
        client.send(b"x" * 90)
        assert app.tells() == b"of it" + b"x" * 90
        app.answer()
        assert client.answer().body == b"done"
        stopper.join(SOON)


def is_refused(port: int) -> bool:
    """True when nobody listens there any more."""
    with socket.socket() as caller:
        return caller.connect_ex(("127.0.0.1", port)) != 0
