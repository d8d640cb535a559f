"""What becomes of a request whose application fails, or whose client does (PEP 3333)."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest

from tests.conformance.wsgi_fixture import Fixture, Watched, wait_at
from tests.conformance.wsgi_recipes import (
    NEXT,
    NEXT_BODY,
    Events,
    Gate,
    Served,
    ask,
    broken_off,
    fails,
    serving,
)
from tests.support.wire import Client, get, post, until

app = Fixture()
APP = f"{__name__}:app"

HEADERS = [("Content-Type", "text/plain"), ("X-Mine", "1")]
SECRET = "sesame"


def fail() -> bytes:
    raise LookupError(f"the word is {SECRET}")


@app.at("raise")
def raises_when_called(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    return [fail()]


@app.at("raisesr")
def raises_after_start_response(
    environ: WSGIEnvironment, start_response: StartResponse
) -> Iterable[bytes]:
    start_response("200 Mine", list(HEADERS))
    return [fail()]


@app.at("raisegen0")
def raises_in_the_first_step(
    environ: WSGIEnvironment, start_response: StartResponse
) -> Iterable[bytes]:
    start_response("200 Mine", [*HEADERS, ("Content-Length", "5")])
    return (fail() for _ in range(1))


@app.at("raisegen1")
def raises_after_an_empty_block(
    environ: WSGIEnvironment, start_response: StartResponse
) -> Iterator[bytes]:
    start_response("200 Mine", list(HEADERS))
    yield b""
    yield fail()


@app.at("raiseiter")
def returns_what_cannot_be_iterated(
    environ: WSGIEnvironment, start_response: StartResponse
) -> Iterable[bytes]:
    class Breaks:
        def __iter__(self) -> Iterator[bytes]:
            return iter([fail()])

    start_response("200 Mine", list(HEADERS))
    return Breaks()


@app.at("raisemid")
def raises_after_a_block(
    environ: WSGIEnvironment, start_response: StartResponse
) -> Iterator[bytes]:
    start_response("200 Mine", list(HEADERS))
    yield b"begun"
    yield fail()


@app.at("raisemidcl")
def raises_before_its_length_is_reached(
    environ: WSGIEnvironment, start_response: StartResponse
) -> Iterator[bytes]:
    start_response("200 Mine", [*HEADERS, ("Content-Length", "10")])
    yield b"begun"
    yield fail()


@app.at("raisewrite")
def raises_after_a_write(
    environ: WSGIEnvironment, start_response: StartResponse
) -> Iterable[bytes]:
    start_response("200 Mine", list(HEADERS))(b"begun")
    return [fail()]


@app.at("throw")
def raises_what_is_no_exception(
    environ: WSGIEnvironment, start_response: StartResponse
) -> Iterable[bytes]:
    raise THROWN[environ["QUERY_STRING"]]


@app.at("throwmid")
def raises_what_is_no_exception_after_a_block(
    environ: WSGIEnvironment, start_response: StartResponse
) -> Iterator[bytes]:
    start_response("200 Mine", list(HEADERS))
    yield b"begun"
    raise THROWN[environ["QUERY_STRING"]]


class Custom(BaseException):
    """Something that `except Exception` does not catch."""


THROWN: dict[str, BaseException | type[BaseException]] = {
    "exit": SystemExit(3),
    "interrupt": KeyboardInterrupt,
    "generator": GeneratorExit,
    "base": Custom,
    "stop": StopIteration,
    "memory": MemoryError,
    "recursion": RecursionError,
    "broken pipe": BrokenPipeError(32, "a pipe of the application's own"),
    "reset": ConnectionResetError(104, "a connection of the application's own"),
    "timeout": TimeoutError("a time-out of the application's own"),
}


@app.at("sysexit")
def leaves_by_sys_exit(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    sys.exit(3)


@app.at("download")
def sends_until_it_is_left(
    environ: WSGIEnvironment, start_response: StartResponse
) -> Iterable[bytes]:
    def blocks() -> Iterator[bytes]:
        while True:
            yield os.urandom(65536)

    start_response("200 OK", list(HEADERS))
    return Watched(blocks())


@app.at("gate")
def answers_late(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    wait_at(environ["QUERY_STRING"])
    start_response("200 OK", list(HEADERS))
    return Watched([b"x" * 65536] * 100)


@pytest.mark.requirement("W-S-160")
@pytest.mark.parametrize("path", ["/raise", "/raisesr", "/raisegen0", "/raisegen1", "/raiseiter"])
def test_an_error_before_any_output_is_a_whole_500_that_tells_nothing(
    served: Served, client: Client, path: str
) -> None:
    answer = fails(client, get(path))
    assert answer.reason == "Internal Server Error"
    assert answer.get("content-type") == "text/plain; charset=utf-8"
    assert answer.get("content-length") == str(len(answer.body))
    assert answer.get("x-mine") is None
    seen = (answer.head + answer.body).decode()
    assert not {SECRET, "LookupError", "Traceback", __file__} & set(seen.split())
    assert SECRET not in seen
    served.server.wait_for(f"LookupError: the word is {SECRET}")


@pytest.mark.requirement("W-S-160")
def test_the_log_has_the_traceback_of_an_error() -> None:
    with serving(APP) as served, served.client() as client:
        fails(client, get("/raise"))
        served.server.wait_for("Traceback")
        served.server.wait_for("in raises_when_called")
        served.server.wait_for(f"LookupError: the word is {SECRET}")


@pytest.mark.requirement("W-S-160")
def test_an_error_with_the_body_unread_leaves_the_connection_in_step(client: Client) -> None:
    fails(client, post("/raise", get("/evil")))
    fails(client, post("/raise", b"x" * 1_000_000))


@pytest.mark.requirement("W-S-162")
@pytest.mark.parametrize("path", ["/raisemid", "/raisemidcl", "/raisewrite"])
def test_an_error_after_output_leaves_the_answer_visibly_incomplete(
    served: Served, client: Client, path: str
) -> None:
    data = broken_off(client, get(path))
    assert b"begun" in data
    assert SECRET.encode() not in data
    served.server.wait_for(f"LookupError: the word is {SECRET}")


@pytest.mark.requirement("W-S-162")
def test_an_error_in_an_answer_without_framing_ends_in_a_reset(client: Client) -> None:
    """To an HTTP/1.0 client the end of the connection is the end of the body, unless it breaks."""
    client.send(get("/raisemid", version="1.0"))
    with pytest.raises(ConnectionResetError):
        client.rest()


@pytest.mark.requirement("W-S-163")
@pytest.mark.parametrize("kind", THROWN)
def test_whatever_is_raised_ends_that_request_only(
    served: Served, client: Client, kind: str
) -> None:
    query = kind.replace(" ", "+")
    fails(client, get(f"/throw?{query}"))
    broken_off(client, get(f"/throwmid?{query}"))
    with served.client() as another:
        another.send(NEXT)
        assert another.answer().body == NEXT_BODY
    assert served.server.process.poll() is None


@pytest.mark.requirement("W-S-163")
def test_sys_exit_on_every_thread_leaves_the_server_whole() -> None:
    with serving(APP, "--threads", "2") as served, served.client() as client:
        for _ in range(20):
            fails(client, get("/sysexit"))
        assert ask(client, NEXT).body == NEXT_BODY
        assert served.server.stop() == 0


def leave_during_the_upload(served: Served) -> None:
    with served.client() as client:
        client.send(get("/echo", "Content-Length: 100000", method="POST") + b"x" * 50000)


def leave_in_the_head(served: Served) -> None:
    with served.client() as client:
        client.send(b"GET / HTTP/1.1\r\nHo")


def leave_during_the_download(served: Served) -> None:
    with served.client() as client:
        client.send(get("/download"))
        client.sock.recv(65536)


def reset_during_the_download(served: Served) -> None:
    client = served.client()
    client.send(get("/download"))
    client.sock.recv(65536)
    client.reset()


LEAVING: dict[str, Callable[[Served], None]] = {
    "during the upload": leave_during_the_upload,
    "in the head": leave_in_the_head,
    "during the download": leave_during_the_download,
    "by a reset": reset_during_the_download,
}


@pytest.mark.requirement("W-S-176")
@pytest.mark.parametrize("leave", LEAVING.values(), ids=LEAVING.keys())
def test_a_client_who_leaves_is_no_error_of_the_application(
    leave: Callable[[Served], None],
) -> None:
    with serving(APP) as served:
        events = served.events()
        leave(served)
        until(lambda: "call /download" not in events() or "close" in events())
        with served.client() as client:
            ask(client, get("/after"))
        assert served.server.stop() == 0
        output = served.server.output
    assert "/after" in output
    assert "Traceback" not in output
    assert "ERROR" not in output.upper().replace("ERROR LOG", "")


@pytest.mark.requirement("W-S-176", "W-S-129")
def test_a_client_who_left_while_the_application_worked_is_no_error(
    served: Served, events: Events, gate: Gate
) -> None:
    before = served.server.output.count("Traceback")
    client = served.client()
    client.send(get(f"/gate?{gate.path}"))
    until(lambda: "call /gate" in events())
    client.reset()
    gate.open()
    until(lambda: events().count("close") == 1)
    with served.client() as another:
        ask(another, get("/after"))
    served.server.wait_for("/after")
    assert served.server.output.count("Traceback") == before
