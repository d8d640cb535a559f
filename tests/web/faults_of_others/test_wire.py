"""What goes wrong on the wire elsewhere, asked of a real server: resets, lost clients, threads."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Annotated

import pytest

from potstill.web import App, Channel, Provide, Request, Response, stream
from potstill.web.testing import Client
from tests.support import wire
from tests.web.serving import served


def sink(limit: int) -> App:
    app = App(max_body=limit)

    @app.post("/")
    def front(request: Request) -> int:
        return len(request.body)

    @app.get("/")
    def again() -> str:
        return "alive"

    return app


def test_too_large_an_upload_gets_to_read_its_413_and_no_reset() -> None:
    with served(sink(1000)) as client:
        client.send(wire.post("/", b"x" * 3_000_000))
        answer = client.answer()
        assert answer.status == 413
        assert b"1000 bytes" in answer.body
        client.send(wire.get("/"))
        assert client.answer().body == b"alive"


def test_a_chunked_upload_that_turns_out_too_large_gets_its_413() -> None:
    with served(sink(1000)) as client:
        chunk = b"ffff\r\n" + b"x" * 0xFFFF + b"\r\n"
        client.send(wire.chunked("/", chunk * 20 + b"0\r\n\r\n"))
        assert client.answer().status == 413
        client.send(wire.get("/"))
        assert client.answer().body == b"alive"


def test_an_upload_that_nobody_reads_does_not_spoil_the_next_request() -> None:
    app = App()

    @app.post("/")
    def front() -> str:
        return "unread"

    with served(app) as client:
        for _ in range(2):
            client.send(wire.post("/", b"GET /smuggled HTTP/1.1\r\n\r\n" * 10_000))
            assert client.answer().body == b"unread"


def test_what_a_stream_has_open_is_closed_when_its_client_leaves_on_the_thread_it_was_opened() -> (
    None
):
    app, threads, closed = App(), [], threading.Event()

    def connection() -> Iterator[str]:
        threads.append(threading.get_ident())
        yield "connected"
        threads.append(threading.get_ident())
        closed.set()

    @app.get("/")
    def front(database: Annotated[str, Provide(connection)]) -> Response:
        def blocks() -> Iterator[bytes]:
            while True:
                yield b"x" * 10_000

        return stream(blocks())

    with served(app) as client:
        client.send(wire.get("/"))
        assert client.sock.recv(1000)
        client.close()
        assert closed.wait(10)
    assert threads[0] == threads[1]


def test_a_client_that_left_can_be_asked_for_before_anything_is_sent() -> None:
    app, arrived, told = App(), threading.Event(), threading.Event()

    @app.get("/")
    def front(request: Request) -> str:
        arrived.set()
        wire.until(request.is_gone, 10)
        told.set()
        return ""

    with served(app) as client:
        client.send(wire.get("/"))
        assert arrived.wait(10)
        assert not told.is_set()
        client.close()
        assert told.wait(10)


def listening(channel: Channel) -> App:
    app = App()

    @app.get("/events")
    def listen(request: Request) -> Response:
        return channel.subscribe(request)

    @app.get("/")
    def front() -> str:
        return "alive"

    return app


def test_many_open_streams_of_events_hold_no_thread_and_left_ones_are_noticed() -> None:
    channel = Channel()
    with served(listening(channel)) as client:  # which has two threads
        port = client.sock.getpeername()[1]
        tabs = [wire.Client(port) for _ in range(20)]
        for tab in tabs:
            tab.send(wire.get("/events"))
        wire.until(lambda: channel.subscribers == 20)
        client.send(wire.get("/"))
        assert client.answer().body == b"alive"
        assert channel.publish("news") == 20
        for tab in tabs:
            received = b""
            while b"data: news" not in received:
                received += tab.sock.recv(1000)
            tab.close()
        wire.until(lambda: channel.subscribers == 0)  # nothing was sent meanwhile
        channel.close()


def test_on_other_servers_streams_of_events_do_not_take_the_last_thread() -> None:
    channel = Channel(max_threads=2)
    client = Client(listening(channel))
    with client.stream("GET", "/events") as one, client.stream("GET", "/events"):
        refused = client.get("/events")
        assert (refused.status, refused.headers["Retry-After"]) == (503, "10")
        assert one.content_type == "text/event-stream"
    assert channel.subscribers == 0


@pytest.mark.parametrize("path", ["/js/../../../../etc/hostname", "/js/%2e%2e/%2e%2e/etc/hostname"])
def test_no_path_leads_outside_on_the_wire_either(path: str) -> None:
    app = App()
    app.static("/js", __file__.rpartition("/")[0])
    with served(app) as client:
        client.send(wire.get(path))
        assert client.answer().status in (400, 404)
