"""A browser's `EventSource` at a channel: it comes back by itself, and has missed nothing."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, expect

import potstill
from potstill.web import App, Channel, Event, Request, Response, html
from tests.support.wire import until

PAGE = """<!doctype html><title>Events</title><ol></ol><script nonce="{}">
const source = new EventSource("/events");
source.onmessage = event => document.querySelector("ol").append(
  Object.assign(document.createElement("li"), {{textContent: event.data}}));
</script>"""


def site(channel: Channel) -> App:
    app = App()

    @app.get("/")
    def page(request: Request) -> Response:
        return html(PAGE.format(request.nonce))

    @app.get("/events")
    def listen(request: Request) -> Response:
        return channel.subscribe(request)

    return app


@contextmanager
def served(app: App, port: int = 0) -> Iterator[int]:
    with potstill.Server(("127.0.0.1", port), app, access_logfile="none") as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            assert isinstance(server.server_address, tuple)
            yield server.server_address[1]
        finally:
            server.shutdown()
            thread.join(10)
            assert not thread.is_alive()


def test_a_browser_that_loses_the_server_comes_back_and_has_missed_nothing(
    chromium: Browser,
) -> None:
    channel = Channel(retry=50)
    app = site(channel)
    page = chromium.new_page()
    page.set_default_timeout(10_000)
    items = page.locator("li")
    with served(app) as port:
        page.goto(f"http://127.0.0.1:{port}/")
        until(lambda: channel.subscribers == 1)
        channel.publish("one")
        channel.publish(Event("two\nlines", id="with ünicode"))
        expect(items).to_have_text(["one", "two lines"])
    until(lambda: channel.subscribers == 0)
    channel.publish("three")
    with served(app, port):
        expect(items).to_have_text(["one", "two lines", "three"])
        channel.publish("four")
        expect(items).to_have_text(["one", "two lines", "three", "four"])
        page.close()
        until(lambda: channel.subscribers == 0)
