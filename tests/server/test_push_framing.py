"""`potstill.push` in every form an answer can have, and handled by what knows nothing of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest

from potstill.http11.errors import ApplicationError
from potstill.wsgi.push import EARLY, Push
from tests.server.pushing import Pushing
from tests.server.serving import serving
from tests.support.wire import Client, WireError, get, until


def test_an_http_1_1_client_gets_chunks() -> None:
    app = Pushing()
    with serving(app) as server, server.client() as client:
        client.send(get("/"))
        app.push().close()
        answer = client.answer()
    assert (answer.framing, answer.get("content-length"), answer.closes) == ("chunked", None, False)


def test_an_http_1_0_client_reads_until_the_connection_closes() -> None:
    app = Pushing()
    with serving(app) as server, server.client() as client:
        client.send(get("/", "Connection: keep-alive", version="1.0"))
        push = app.push()
        push.send(b"one")
        push.send(b"two")
        push.close()
        answer = client.answer()
    assert (answer.framing, answer.body, answer.closes) == ("close", b"onetwo", True)


def test_a_client_that_asked_to_close_gets_chunks_and_the_end() -> None:
    app = Pushing()
    with serving(app) as server, server.client() as client:
        client.send(get("/", "Connection: close"))
        push = app.push()
        push.send(b"one")
        push.close()
        answer = client.answer()
        assert (answer.framing, answer.body, answer.closes) == ("chunked", b"one", True)
        assert client.at_end()


def test_head_is_answered_by_a_head_and_ends_the_push() -> None:
    app = Pushing()
    with serving(app) as server, server.client() as client:
        client.send(get("/", method="HEAD") + get("/quick"))
        assert client.answer("HEAD").status == 200
        assert client.answer().body == b"quick"
        until(lambda: len(app.ended) == 1)
        assert not app.push().send(b"nobody hears")


@pytest.mark.parametrize("status", ["204 No Content", "304 Not Modified"])
def test_a_status_without_content_ends_the_push(status: str) -> None:
    app = Pushing(status=status)
    with serving(app) as server, server.client() as client:
        client.send(get("/") + get("/quick"))
        assert client.answer().status == int(status[:3])
        assert client.answer().body == b"quick"
        until(lambda: len(app.ended) == 1)
        assert not app.push().is_open


def test_a_content_length_that_is_kept_frames_the_answer() -> None:
    app = Pushing(("Content-Length", "6"))
    with serving(app) as server, server.client() as client:
        client.send(get("/") + get("/quick"))
        push = app.push()
        push.send(b"one")
        push.send(b"two")
        push.close()
        answer = client.answer()
        assert (answer.framing, answer.body) == ("sized", b"onetwo")
        assert client.answer().body == b"quick"
        until(lambda: len(app.ended) == 1)


def test_a_push_that_has_reached_its_content_length_has_ended() -> None:
    app = Pushing(("Content-Length", "5"))
    with serving(app) as server, server.client() as client:
        client.send(get("/") + get("/quick"))
        push = app.push()
        assert push.send(b"hello")
        assert client.answer().body == b"hello"
        assert client.answer().body == b"quick"
        until(lambda: len(app.ended) == 1)
        assert not push.is_open


def test_what_exceeds_its_content_length_is_not_sent_and_told_to_its_sender() -> None:
    app = Pushing(("Content-Length", "5"))
    with serving(app) as server, server.client() as client:
        client.send(get("/"))
        push = app.detached_push()
        with pytest.raises(ApplicationError, match="longer than its Content-Length"):
            push.send(b"hello world")
        assert client.answer().body == b"hello"
        until(lambda: len(app.ended) == 1)
        assert not push.is_open
        client.send(get("/quick"))
        assert client.answer().body == b"quick"


def test_what_falls_short_of_its_content_length_is_broken_off_and_told() -> None:
    app = Pushing(("Content-Length", "5"))
    with serving(app) as server, server.client() as client:
        client.send(get("/") + get("/quick"))
        push = app.push()
        push.send(b"hel")
        push.close()
        assert client.rest().endswith(b"\r\n\r\nhel")
        server.await_error("ended 2 bytes before its Content-Length")
        until(lambda: len(app.ended) == 1)


def test_what_was_too_much_before_the_call_returned_does_not_look_whole() -> None:
    class Flooding(Pushing):
        def prepare(self, push: Push) -> None:
            block = b"x" * (EARLY // 4)
            assert [push.send(block) for _ in range(5)] == [True] * 4 + [False]

    app = Flooding()
    with serving(app) as server, server.client() as client:
        client.send(get("/"))
        app.push()
        with pytest.raises((WireError, ConnectionResetError)):
            client.answer()
        until(lambda: len(app.ended) == 1)


class Wrapped:
    """A middleware that does something to each block, as those for compression do."""

    def __init__(self, app: Pushing) -> None:
        self._app = app

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        return self._shouted(self._app(environ, start_response))

    def _shouted(self, blocks: Iterable[bytes]) -> Iterator[bytes]:
        for block in blocks:
            yield block.upper()


def test_behind_a_middleware_that_wraps_it_a_push_is_iterated() -> None:
    app = Pushing()
    with serving(Wrapped(app)) as server, server.client() as client:
        client.send(get("/"))
        push = app.push()
        push.send(b"one")
        assert client.head()[0] == 200
        assert client.hear(3) == b"ONE"
        push.send(b"two")
        assert client.hear(3) == b"TWO"
        push.close()
        assert client.hears_the_end()
        until(lambda: len(app.ended) == 1)


def test_a_wrapped_push_holds_its_thread_and_no_other() -> None:
    app = Pushing()
    with serving(Wrapped(app), threads=2) as server, server.client() as client:
        client.send(get("/"))
        push = app.push()
        assert server.answers("/quick") == b"QUICK"
        push.close()
        assert client.answer().body == b""


def test_a_wrapped_push_hears_that_its_client_has_left() -> None:
    app = Pushing()
    with serving(Wrapped(app), threads=1) as server:
        with server.client() as client:
            client.send(get("/"))
            push = app.push()
            push.send(b"one")
            assert client.head()[0] == 200
        until(lambda: not push.send(b"more"))
        until(lambda: len(app.ended) == 1)
        assert server.answers("/quick") == b"QUICK"


@pytest.mark.parametrize("closes", [True, False], ids=["and closed", "and forgotten"])
def test_a_push_dropped_by_a_middleware_has_ended(closes: bool) -> None:
    app = Pushing()

    def instead(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        result = app(environ, start_response)
        if closes and isinstance(result, Push):
            result.close()
        return [b"instead"]

    with serving(instead) as server, server.client() as client:
        client.send(get("/"))
        assert client.answer().body == b"instead"
        push = app.push()
        until(lambda: len(app.ended) == 1)
        assert not push.is_open
        assert not push.send(b"nobody hears")


def test_a_push_answers_its_own_request_only() -> None:
    pushes: list[Push] = []

    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        start_response("200 OK", [])
        if not pushes:
            pushes.append(environ["potstill.push"]())
        return pushes[0]

    with serving(app) as server, Client(server.port) as first, Client(server.port) as second:
        first.send(get("/"))
        until(lambda: pushes)
        second.send(get("/"))
        assert second.answer().status == 500
        server.await_error("push")
        assert pushes[0].send(b"unharmed")
        pushes[0].close()
        assert first.answer().body == b"unharmed"
