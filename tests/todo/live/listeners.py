"""Listeners to a hub without a server: each has a push of its own, and keeps what it heard."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from typing import Any

from potstill.web import Request
from puretodo.live.hub import Hub
from puretodo.model.values import Todo
from puretodo.store.scope import Scope
from tests.web.eventsource import Heard, understood
from tests.web.support import environ

SOON = 10.0


class Listener:
    """One open answer; it ends when the hub closes it, or by `leave`."""

    def __init__(self, hub: Hub, scope: Scope, after: int | str | None = None) -> None:
        self._stream = b""
        self._news = threading.Condition()
        self.is_open = True
        self._on_close: Callable[[], object] = lambda: None
        request = Request(environ(**{"potstill.push": self._push}))
        hub.subscribe(request, scope, None if after is None else str(after))

    def _push(self, on_close: Callable[[], object]) -> Listener:
        self._on_close = on_close
        return self

    def send(self, data: bytes) -> bool:
        with self._news:
            self._stream += data
            self._news.notify_all()
            return self.is_open

    def close(self) -> None:
        with self._news:
            self.is_open = False
            self._news.notify_all()

    def __iter__(self) -> Iterator[bytes]:
        raise AssertionError("a push is handed to the server as it is")

    def leave(self) -> None:
        """As a tab that is closed."""
        self.close()
        self._on_close()

    def heard(self) -> list[Heard]:
        """All events so far."""
        with self._news:
            return understood(self._stream)

    def await_event(self, seq: int) -> list[Heard]:
        """All events, as soon as one of at least this number is among them."""
        with self._news:
            assert self._news.wait_for(lambda: self.last_seq() >= seq, SOON), self._stream
            return understood(self._stream)

    def await_news(self, seconds: float) -> None:
        """Until something is heard, or so long."""
        with self._news:
            self._news.wait_for(self.last_seq, seconds)

    def await_end(self) -> None:
        with self._news:
            assert self._news.wait_for(lambda: not self.is_open, SOON)

    def last_seq(self) -> int:
        """Of what was heard; 0 if that was nothing."""
        heard = understood(self._stream)
        return int(heard[-1].last_id) if heard else 0


class Page:
    """What a page does with what it hears."""

    def __init__(self, todos: list[Todo], seq: int) -> None:
        self.titles = {each.id: each.title for each in todos}
        self.seq = seq

    def take(self, heard: list[Heard]) -> None:
        """Take in what was heard, in its order."""
        for event in heard:
            assert event.name == "change"
            data = changed(event)
            assert data["seq"] == int(event.last_id) >= self.seq, "numbers never go back"
            self.seq = data["seq"]
            self.titles |= {each["id"]: each["title"] for each in data["todos"]}
            for gone in data["gone"]:
                self.titles.pop(gone, None)


def changed(event: Heard) -> dict[str, Any]:
    """The data of an event."""
    data: dict[str, Any] = json.loads(event.data)
    return data
