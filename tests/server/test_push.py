"""`potstill.push`: an answer that goes on when its call is over, from first byte to last."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from contextlib import ExitStack
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest
from flask import Flask, Response, request

from potstill.wsgi.push import Push
from tests.server.pushing import Pushing
from tests.server.serving import serving
from tests.support.wire import Client, get, until


def test_what_any_thread_sends_reaches_the_client_at_once() -> None:
    app = Pushing()
    with serving(app) as server, server.client() as client:
        client.send(get("/"))
        push = app.push()
        assert client.head()[0] == 200
        for word in (b"one", b"two"):
            assert push.send(word)
            assert client.hear(3) == word
        push.close()
        assert client.hears_the_end()


def test_an_open_push_holds_no_thread() -> None:
    app = Pushing()
    with serving(app, threads=1) as server, ExitStack() as stack:
        clients = [stack.enter_context(server.client()) for _ in range(3)]
        for client in clients:
            client.send(get("/"))
        pushes = [app.push() for _ in clients]
        assert server.answers("/quick") == b"quick"
        for push in pushes:
            push.close()
        for client in clients:
            assert client.answer().body == b""


def test_what_was_sent_before_the_application_returned_comes_behind_the_head() -> None:
    class Early(Pushing):
        def prepare(self, push: Push) -> None:
            assert push.is_open
            assert push.send(b"early ")

    app = Early()
    with serving(app) as server, server.client() as client:
        client.send(get("/"))
        push = app.push()
        push.send(b"late")
        push.close()
        assert client.answer().body == b"early late"


def test_a_push_closed_before_the_application_returned_is_a_whole_answer() -> None:
    class Brief(Pushing):
        def prepare(self, push: Push) -> None:
            push.send(b"all")
            push.close()
            assert not push.is_open
            assert not push.send(b"too late")

    app = Brief()
    with serving(app) as server, server.client() as client:
        client.send(get("/") + get("/quick"))
        assert client.answer().body == b"all"
        assert client.answer().body == b"quick"
        until(lambda: len(app.ended) == 1)


def test_after_the_end_nothing_more_is_sent_and_on_close_was_called_once() -> None:
    app = Pushing()
    with serving(app) as server, server.client() as client:
        client.send(get("/"))
        push = app.push()
        was_open = push.is_open
        push.close()
        push.close()
        assert (was_open, push.is_open) == (True, False)
        assert not push.send(b"too late")
        assert client.answer().body == b""
        until(lambda: app.ended != [])
        client.send(get("/quick"))
        assert client.answer().body == b"quick"
    assert len(app.ended) == 1
    assert app.ended != [threading.get_ident()], "on_close is for a runner to call"


def test_the_connection_lives_on_and_what_waits_in_the_pipeline_is_answered() -> None:
    app = Pushing()
    with serving(app) as server, server.client() as client:
        client.send(get("/") + get("/") + get("/quick"))
        for word in (b"first", b"second"):
            push = app.push()
            push.send(word)
            push.close()
            assert client.answer().body == word
        assert client.answer().body == b"quick"


def test_an_empty_block_does_not_end_the_answer() -> None:
    app = Pushing()
    with serving(app) as server, server.client() as client:
        client.send(get("/"))
        push = app.push()
        assert push.send(b"")
        assert push.send(b"more")
        push.close()
        assert client.answer().body == b"more"


def test_blocks_of_many_threads_stay_whole_and_in_each_thread_s_order() -> None:
    app = Pushing()
    with serving(app) as server, server.client() as client:
        client.send(get("/"))
        push = app.push()

        def talk(name: int) -> None:
            for number in range(200):
                push.send(b"%d:%d:%b\n" % (name, number, b"x" * (number * 7 % 500)))

        threads = [threading.Thread(target=talk, args=(name,)) for name in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        push.close()
        lines = [line.split(b":") for line in client.answer().body.splitlines()]
    for name in range(8):
        mine = [(int(number), len(rest)) for who, number, rest in lines if int(who) == name]
        assert mine == [(number, number * 7 % 500) for number in range(200)]


def test_a_send_that_is_not_bytes_is_told_to_its_sender_and_hurts_nobody() -> None:
    app = Pushing()
    with serving(app) as server, server.client() as client:
        client.send(get("/"))
        push = app.push()
        text: object = "text"
        with pytest.raises(Exception, match="bytes"):
            push.send(text)  # type: ignore[arg-type]  # what the test is about
        assert push.send(b"bytes")
        push.close()
        assert client.answer().body == b"bytes"


def test_the_access_log_tells_of_it_at_its_end_with_all_bytes_and_its_duration() -> None:
    app = Pushing()
    with serving(app) as server, server.client() as client:
        client.send(get("/events"))
        push = app.push()
        for _ in range(3):
            push.send(b"x" * 100)
        assert client.head()[0] == 200
        assert client.hear(300) == b"x" * 300
        assert client.is_silent(0.3)
        assert server.requests == []
        push.close()
        assert client.hears_the_end()
        until(lambda: server.requests != [])
        line, _, figures = server.requests[0].rpartition(" 200 ")
        size, microseconds = map(int, figures.split())
    assert (line, size) == ("GET /events HTTP/1.1", 300)
    assert 300_000 <= microseconds < 5_000_000


def test_a_graceful_stop_ends_open_pushes_with_their_last_chunk() -> None:
    app = Pushing()
    with serving(app) as server, ExitStack() as stack:
        clients = [stack.enter_context(server.client()) for _ in range(3)]
        for client in clients:
            client.send(get("/"))
            app.push().send(b"so far")
        stopper = threading.Thread(target=server.server.shutdown)
        stopper.start()
        for client in clients:
            assert client.answer().body == b"so far"
            assert client.at_end()
            client.close()
        stopper.join(2)
        assert not stopper.is_alive(), "open pushes hold up the stop"
    assert len(app.ended) == 3


def test_flask_lets_a_push_through_when_told_so() -> None:
    app = Flask(__name__)
    pushing = Pushing()

    @app.get("/events")
    def events() -> Response:
        push = request.environ["potstill.push"](pushing.on_close)
        pushing.prepare(push)
        threading.Timer(0.05, lambda: (push.send(b"later"), push.close())).start()
        return Response(push, mimetype="text/event-stream", direct_passthrough=True)

    with serving(app, threads=1) as server, server.client() as client, server.client() as other:
        client.send(get("/events"))
        other.send(get("/nowhere"))
        assert other.answer().status == 404
        assert client.answer().body == b"later"
        until(lambda: len(pushing.ended) == 1)


def test_an_application_that_fails_after_making_a_push_is_answered_500() -> None:
    pushes: list[Push] = []
    ended: list[int] = []

    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        start_response("200 OK", [])
        pushes.append(environ["potstill.push"](lambda: ended.append(1)))
        pushes[0].send(b"never")
        raise RuntimeError("failed on purpose")

    with serving(app) as server, Client(server.port) as client:
        client.send(get("/"))
        assert client.answer().status == 500
        until(lambda: ended == [1])
        server.await_error("failed on purpose")
    assert not pushes[0].send(b"")


def test_a_push_without_start_response_gets_help() -> None:
    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        push: Push = environ["potstill.push"]()
        return push

    with serving(app) as server, Client(server.port) as client:
        client.send(get("/"))
        assert client.answer().status == 500
        server.await_error("without calling start_response")
