"""The examples of what Potstill offers beyond PEP 3333, on Potstill and on a server without it."""

from __future__ import annotations

import hashlib
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest

from examples import early_hints, push_events
from tests.server.serving import Listener, serving
from tests.support.server import ROOT, RunningServer, potstill
from tests.support.wire import Client, get, post, until

FORM = "Content-Type: application/x-www-form-urlencoded"
PAGE = ROOT / "docs" / "extensions.md"
NAVIGATION = "Sec-Fetch-Mode: navigate"


class ThreadingServer(ThreadingMixIn, WSGIServer):
    """The standard library's server with a thread for each request; it knows no push."""

    daemon_threads = True


class Silent(WSGIRequestHandler):
    def log_message(self, format: str, *arguments: object) -> None:
        """Nothing."""


@contextmanager
def on_potstill() -> Iterator[int]:
    with potstill("examples.push_events:app", "--threads", "2") as server:
        yield server.port
        assert server.stop() == 0


@contextmanager
def on_wsgiref() -> Iterator[int]:
    with make_server(
        "127.0.0.1", 0, push_events.app, server_class=ThreadingServer, handler_class=Silent
    ) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            thread.join()


def say(port: int, text: str) -> None:
    with Client(port) as client:
        client.send(post("/say", f"text={text}".encode(), FORM, "Connection: close"))
        assert b" 204 No Content\r\n" in client.rest()


class Browser(Listener):
    """Reads events as they come, whether or not they come in chunks."""

    def opened(self, *lines: str) -> Browser:
        self.send(get("/events", *lines))
        assert b"200 OK" in self._take_head()
        return self

    def hears(self, event: bytes) -> bool:
        while event not in self._buffer:
            if not self._more():
                return False
        return True


@pytest.mark.parametrize("served", [on_potstill, on_wsgiref], ids=["potstill", "wsgiref"])
def test_everybody_in_the_room_hears_what_anybody_says(served: object) -> None:
    assert callable(served)
    with served() as port, Browser(port) as one, Browser(port) as two, Browser(port) as three:
        browsers = [each.opened() for each in (one, two, three)]
        assert all(each.hears(b": welcome\n\n") for each in browsers)
        say(port, "good+morning")
        say(port, "two%0D%0Adata:+lines")
        for each in browsers:
            assert each.hears(b"data: good morning\n\n")
            assert each.hears(b"data: two data: lines\n\n")


def test_who_comes_back_is_told_what_he_missed_and_nothing_twice() -> None:
    with on_potstill() as port:
        for word in ("one", "two", "three"):
            say(port, word)
        with Listener(port) as client:
            client.send(get("/events", "Last-Event-ID: 2"))
            assert client.head()[0] == 200
            welcome, event = b": welcome\n\n", b"id: 3\ndata: three\n\n"
            assert client.hear(len(welcome + event)) == welcome + event


def test_the_room_has_a_page_and_its_script_and_nothing_else() -> None:
    with on_potstill() as port, Client(port) as client:
        client.send(get("/") + get("/room.js") + get("/elsewhere"))
        page, script, nothing = (client.answer() for _ in range(3))
    assert page.body == push_events.PAGE
    assert b'src="/room.js"' in page.body
    assert script.get("content-type") == "text/javascript; charset=utf-8"
    assert nothing.status == 404


def test_a_browser_is_hinted_at_the_style_sheet_and_others_are_not() -> None:
    with potstill("examples.early_hints:app") as server, Listener(server.port) as client:
        client.send(get("/", NAVIGATION))
        status, fields = client.head()
        assert (status, fields) == (103, [("link", early_hints.LINK[1])])
        assert client.answer().status == 200
        client.send(get("/") + get("/style.css", NAVIGATION))
        assert client.answer().status == 200
        assert client.answer().body == early_hints.STYLE


@pytest.fixture(params=["off", "on"], ids="request buffering {}".format)
def uploads(request: pytest.FixtureRequest) -> Iterator[RunningServer]:
    option = ("--request-buffering", request.param)
    with potstill("examples.upload_stream:app", *option) as server:
        yield server


def test_an_upload_is_answered_with_its_digest(uploads: RunningServer) -> None:
    body = bytes(range(256)) * 4096
    with Client(uploads.port) as client:
        client.send(post("/", body) + get("/"))
        assert client.answer().body == f"{hashlib.sha256(body).hexdigest()} {len(body)}\n".encode()
        assert client.answer().body == b"no upload\n"


def test_an_upload_is_counted_as_it_comes_and_forgotten_when_it_is_cut() -> None:
    option = ("--request-buffering", "off")

    def under_way() -> bytes:
        with Client(server.port) as client:
            client.send(get("/"))
            return client.answer().body

    with potstill("examples.upload_stream:app", *option) as server:
        with Client(server.port) as client:
            client.send(get("/", "Content-Length: 1000000", method="PUT") + b"x" * 200_000)
            until(lambda: under_way() == b"upload 1: 196608 bytes\n")
        until(lambda: under_way() == b"no upload\n")


SNIPPETS = re.findall(r"^```python\n(.*?)^```$", PAGE.read_text(), re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("number", range(len(SNIPPETS)))
def test_each_example_of_the_page_answers(number: int) -> None:
    names: dict[str, Any] = {}
    exec(compile(SNIPPETS[number], f"{PAGE.name}, example {number + 1}", "exec"), names)
    with serving(names["app"], request_buffering=False) as server, server.client() as client:
        client.send(post("/", b"malt"))
        answer = client.answer()
        assert answer.status == 200
        assert answer.body
        assert "[ERROR]" not in server.errors


def test_the_page_has_an_example_for_each_extension() -> None:
    assert len(SNIPPETS) == 5
