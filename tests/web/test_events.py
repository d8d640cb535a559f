"""Server-sent events as bytes, and answers made of a generator's (WHATWG HTML, 9.2)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from wsgiref.types import WSGIEnvironment

import pytest
from hypothesis import given
from hypothesis import strategies as some

from potstill.web import App
from potstill.web.request import Request
from potstill.web.response import Response
from potstill.web.sse.stream import Channel, Event, events
from potstill.web.testing import Client
from tests.web.eventsource import Heard, understood
from tests.web.support import environ


@pytest.mark.parametrize(
    ("event", "wire"),
    [
        (Event("hi"), b"data: hi\n\n"),
        (Event(""), b"data: \n\n"),
        (Event(" led"), b"data:  led\n\n"),
        (Event("a\nb\r\nc\rd\n"), b"data: a\ndata: b\ndata: c\ndata: d\ndata: \n\n"),
        (Event("a\x0b\x85\u2028b"), "data: a\x0b\x85\u2028b\n\n".encode()),
        (Event({"a": [1, None]}), b'data: {"a":[1,null]}\n\n'),
        (Event(None), b"data: null\n\n"),
        (Event("x", name="tick", id=7), b"event: tick\nid: 7\ndata: x\n\n"),
        (Event("x", id="", retry=2500), b"id: \nretry: 2500\ndata: x\n\n"),
    ],
)
def test_an_event_on_the_wire(event: Event, wire: bytes) -> None:
    assert event.encode() == wire


@pytest.mark.parametrize("text", ["a\nb", "a\rb", "a\0b", "\n"])
def test_a_name_or_id_cannot_become_another_field(text: str) -> None:
    with pytest.raises(ValueError, match="the name of an event is one line"):
        Event("x", name=text)
    with pytest.raises(ValueError, match="the id of an event is one line"):
        Event("x", id=text)


def test_what_is_no_data_is_refused() -> None:
    with pytest.raises(TypeError, match="decode bytes first"):
        Event(b"x")
    with pytest.raises(TypeError):
        Event(object())
    with pytest.raises(ValueError, match="milliseconds"):
        Event("x", retry=-1)


@given(some.text(), some.text("ab :é", max_size=5), some.text("ab :é", max_size=5))
def test_a_browser_understands_what_was_meant(data: str, name: str, event_id: str) -> None:
    heard = understood(Event(data, name=name, id=event_id).encode())
    meant = data.replace("\r\n", "\n").replace("\r", "\n")
    assert heard == [Heard(meant, name or "message", event_id)]


def call(source: Any, method: str = "GET", **options: Any) -> tuple[list[tuple[str, str]], bytes]:
    sent: list[list[tuple[str, str]]] = []

    def start_response(status: str, headers: list[tuple[str, str]], *_: Any) -> Any:
        sent.append(headers)

    made: WSGIEnvironment = environ(REQUEST_METHOD=method)
    body = events(source, **options)(made, start_response)
    try:
        return sent[0], b"".join(body)
    finally:
        getattr(body, "close", lambda: None)()


class Source:
    """A generator of events that tells whether it was closed."""

    def __init__(self) -> None:
        self.steps: list[str] = []

    def run(self) -> Iterator[Event | str]:
        try:
            self.steps.append("begun")
            yield Event("one", id=1)
            yield "two"
        finally:
            self.steps.append("ended")


def test_a_generator_of_events_is_an_answer() -> None:
    headers, body = call(Source().run(), retry=100, headers=[("X-A", "b")])
    assert body == b"retry: 100\n\nid: 1\ndata: one\n\ndata: two\n\n"
    assert dict(headers) == {
        "Content-Type": "text/event-stream",
        "Cache-Control": "no-store",
        "X-Accel-Buffering": "no",
        "X-A": "b",
    }


def test_the_source_is_closed_when_the_client_leaves() -> None:
    source = Source()
    body = events(source.run())(environ(), lambda *_: lambda _: None)
    blocks = iter(body)
    assert next(blocks) == b":\n\n"
    assert source.steps == []
    assert next(blocks).startswith(b"id: 1")
    getattr(body, "close")()  # noqa: B009 - a server does so
    assert source.steps == ["begun", "ended"]


def test_head_sends_no_events() -> None:
    source = Source()
    headers, body = call(source.run(), "HEAD")
    assert body == b""
    assert ("Content-Type", "text/event-stream") in headers
    assert source.steps == []


def test_a_handler_answers_with_events() -> None:
    app = App()
    source = Source()

    @app.get("/ticks")
    def ticks(request: Request) -> Response:
        return events(source.run())

    client = Client(app)
    assert [heard.data for heard in understood(client.get("/ticks").body)] == ["one", "two"]
    assert client.head("/ticks").headers["Content-Type"] == "text/event-stream"
    with client.stream("GET", "/ticks") as answer:
        blocks = iter(answer)
        assert (next(blocks), next(blocks)) == (b":\n\n", b"id: 1\ndata: one\n\n")
    assert source.steps == ["begun", "ended"] * 2


def test_a_handler_subscribes_to_a_channel_where_there_is_no_push() -> None:
    app = App()
    channel = Channel()

    @app.get("/news")
    def news(request: Request) -> Response:
        return channel.subscribe(request)

    client = Client(app)
    with client.stream("GET", "/news") as answer:
        assert channel.publish("hello") == 1
        blocks, stream = iter(answer), b""
        while not understood(stream):
            stream += next(blocks)
        assert understood(stream)[0].data == "hello"
    assert channel.subscribers == 0
    channel.close()
    assert client.get("/news").status == 503
