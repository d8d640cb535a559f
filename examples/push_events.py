"""Server-sent events: a room where everybody reads what anybody says.

    potstill examples.push_events:app

`/events` is an answer that never ends. With `potstill.push` it holds no thread, however many tabs
are open; on a server without it a thread waits for each. Newcomers, and browsers that come back
after a break, are told what they missed.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from queue import SimpleQueue
from typing import TYPE_CHECKING
from urllib.parse import parse_qs
from wsgiref.types import StartResponse, WSGIEnvironment

if TYPE_CHECKING:
    from potstill.wsgi.push import Push

HEARTBEAT = 15.0
"""Seconds; proxies close what is silent for longer, and who has left is noticed by it at last."""
REMEMBERED = 20
BODY_LIMIT = 4096
PAGE = b"""<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>The room</title>
<link rel="icon" href="data:,">
<h1>The room</h1>
<form action="/say" method="post">
  <label>Say <input name="text" required autofocus maxlength="200"></label>
</form>
<ul id="said"></ul>
<script src="/room.js"></script>
"""
SCRIPT = b"""const said = document.querySelector("#said");
const form = document.querySelector("form");
new EventSource("/events").onmessage = (event) => {
  const line = document.createElement("li");
  line.textContent = event.data;
  said.append(line);
};
form.addEventListener("submit", () => setTimeout(() => form.reset()));
"""

Send = Callable[[bytes], bool]


class Room:
    """Who listens, and what was said last."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._listeners: set[Send] = set()
        self._said: deque[tuple[int, bytes]] = deque(maxlen=REMEMBERED)
        self._count = 0
        self._heart: threading.Thread | None = None

    def enter(self, send: Send, last_heard: int) -> None:
        """Tell a listener what came after the number he heard last, and everything from now on."""
        with self._lock:
            send(b": welcome\n\n")
            for number, event in self._said:
                if number > last_heard:
                    send(event)
            self._listeners.add(send)
            if self._heart is None:
                self._heart = threading.Thread(target=self._beat, daemon=True)
                self._heart.start()

    def leave(self, send: Send) -> None:
        """Forget a listener; any number of times."""
        with self._lock:
            self._listeners.discard(send)

    def say(self, text: str) -> None:
        """Send one line to all. No listener can hold up the others: sending never waits."""
        line = " ".join(text.split())
        with self._lock:
            self._count += 1
            event = f"id: {self._count}\ndata: {line}\n\n".encode()
            self._said.append((self._count, event))
            self._send_all(event)

    def _send_all(self, event: bytes) -> None:
        self._listeners = {send for send in self._listeners if send(event)}

    def _beat(self) -> None:
        while True:
            time.sleep(HEARTBEAT)
            with self._lock:
                self._send_all(b": still here\n\n")


ROOM = Room()


def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """The page, its script, the events, and the place to speak."""
    request = environ["REQUEST_METHOD"], environ["PATH_INFO"]
    if request == ("GET", "/events"):
        return events(environ, start_response)
    if request == ("POST", "/say"):
        return say(environ, start_response)
    found = {("GET", "/"): ("text/html", PAGE), ("GET", "/room.js"): ("text/javascript", SCRIPT)}
    kind, body = found.get(request, ("text/plain", b"Nothing here.\n"))
    status = "200 OK" if request in found else "404 Not Found"
    headers = [("Content-Type", f"{kind}; charset=utf-8"), ("Content-Length", str(len(body)))]
    start_response(status, headers)
    return [body]


def events(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """All that is said, as long as the browser stays."""
    heard = environ.get("HTTP_LAST_EVENT_ID", "")
    last_heard = int(heard) if heard.isascii() and heard.isdigit() and len(heard) < 10 else 0
    headers = [
        ("Content-Type", "text/event-stream"),
        ("Cache-Control", "no-store"),
        ("X-Accel-Buffering", "no"),  # nginx shall pass on each event at once
    ]
    start_response("200 OK", headers)
    if "potstill.push" not in environ:
        return waited_for(last_heard)
    push: Push = environ["potstill.push"](lambda: ROOM.leave(push.send))
    ROOM.enter(push.send, last_heard)
    return push


def waited_for(last_heard: int) -> Iterator[bytes]:
    """The same on a server that knows no push: its thread waits for each event."""
    inbox: SimpleQueue[bytes] = SimpleQueue()

    def send(event: bytes) -> bool:
        inbox.put(event)
        return True

    ROOM.enter(send, last_heard)
    try:
        while True:
            yield inbox.get()
    finally:
        ROOM.leave(send)


def say(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """Take one line from the form; the page stays where it is (204)."""
    length = min(int(environ.get("CONTENT_LENGTH") or 0), BODY_LIMIT)
    form = parse_qs(environ["wsgi.input"].read(length).decode("utf-8", "replace"))
    ROOM.say(form.get("text", [""])[0])
    start_response("204 No Content", [])
    return []
