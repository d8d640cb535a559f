"""Whatever an application does, `serve` returns, and its failure is reported once."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest

from tests.support.wire import get, post
from tests.wsgi.fake import Failures, FakeTransport, gateway

OK = "200 OK"


class Result:
    """An iterable of one block whose `close` misbehaves as its subclass wants it to."""

    def __iter__(self) -> Iterator[bytes]:
        return iter([b"body"])


class Raises(Result):
    def close(self) -> None:
        raise ValueError("close() failed")


class Hides(Result):
    @property
    def close(self) -> Callable[[], None]:
        raise ValueError("even to look for close() failed")


class NoCallable(Result):
    close = "not a method"


def served(result: object, transport: FakeTransport | None = None) -> tuple[bytes, Failures]:
    """What is sent for an application that returns `result`, and what is reported."""
    failures = Failures()
    transport = transport or FakeTransport()

    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Result:
        start_response(OK, [("Content-Length", "4")])
        assert isinstance(result, Result)
        return result

    gateway(app, failures).serve(transport)
    return transport.sent, failures


@pytest.mark.parametrize("result", [Raises(), Hides(), NoCallable()])
def test_an_answer_is_whole_before_close_fails(result: Result) -> None:
    sent, failures = served(result)
    assert sent.endswith(b"\r\n\r\nbody")
    assert len(failures) == 1


def test_an_answer_without_close_is_no_failure() -> None:
    assert served(Result())[1] == []


@pytest.mark.parametrize("error", [ValueError, SystemExit, KeyboardInterrupt, GeneratorExit])
def test_whatever_the_application_raises_becomes_a_500(error: type[BaseException]) -> None:
    failures, transport = Failures(), FakeTransport()

    def app(environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
        start_response(OK, [])
        raise error

    gateway(app, failures).serve(transport)
    assert transport.sent.startswith(b"HTTP/1.1 500 ")
    assert [type(failure) for failure in failures] == [error]


def test_the_call_runs_on_the_thread_that_serves() -> None:
    frames: list[str] = []

    def app(environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
        frame = sys._getframe(1)
        frames.append(frame.f_code.co_name)
        start_response(OK, [])
        return [b""]

    gateway(app, Failures()).serve(FakeTransport())
    assert frames == ["serve"]


def test_an_answer_of_the_server_itself_asks_no_application() -> None:
    def app(environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
        raise AssertionError("it was called")

    for request, root_path, status in (
        (get("*", method="OPTIONS"), "", b"200"),
        (get("/elsewhere"), "/shop", b"404"),
        (get("/shopping"), "/shop", b"404"),
        (post("/elsewhere", b"body"), "/shop", b"404"),
    ):
        transport, failures = FakeTransport(request), Failures()
        exchange = gateway(app, failures, root_path).serve(transport)
        assert transport.sent.startswith(b"HTTP/1.1 " + status)
        assert exchange.status == int(status)
        assert failures == []


def test_who_leaves_before_a_failure_is_answered_is_nobodys_failure() -> None:
    failures, transport = Failures(), FakeTransport(patience=0)

    def app(environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
        raise ValueError

    gateway(app, failures).serve(transport)
    assert len(failures) == 1
    assert not transport.persists
