"""Who listens to a channel: each has `send`, which never waits, and `close`.

With `potstill.push` that is the push of the server itself. On every other server it is an `Inbox`,
the body of an answer whose thread waits for what is put into it.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import Protocol

from potstill.web.sse.event import HEARTBEAT

MAX_LAG = 1 << 20
"""Bytes that may wait for a slow client; it is cut off beyond, and may come back for the rest."""


class Subscriber(Protocol):
    """Somebody who listens."""

    def send(self, data: bytes, /) -> bool:
        """Have it sent; False when nobody receives it any more. Never blocks."""

    def close(self) -> None:
        """End the answer; any number of times."""


class PushBody(Subscriber, Iterable[bytes], Protocol):
    """What `potstill.push` makes: the body of an answer that outlives its call."""


class Inbox:
    """The body of an answer, fed by any thread, and iterated by the one that it holds.

    It sends a comment when nothing else came for `heartbeat` seconds, by which the server notices
    that the client has left; it closes the body then.
    """

    def __init__(self, heartbeat: float, on_close: Callable[[Inbox], object]) -> None:
        self._heartbeat = heartbeat
        self._on_close = on_close
        self._waiting: deque[bytes] = deque()
        self._size = 0
        self._is_open = True
        self._news = threading.Condition(threading.Lock())

    def send(self, data: bytes, /) -> bool:
        """Put a block behind the others; False when it was closed, or is too slow for it."""
        with self._news:
            if self._is_open and self._size + len(data) > MAX_LAG:
                self._is_open = False
                self._waiting.clear()
            if self._is_open:
                self._waiting.append(data)
                self._size += len(data)
            self._news.notify()
            return self._is_open

    def end(self) -> None:
        """Let it end behind what was sent; from any thread, any number of times."""
        with self._news:
            self._is_open = False
            self._news.notify()

    def close(self) -> None:
        """Let it end, and nobody send to it any more; called by the server, too."""
        self.end()
        self._on_close(self)

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        with self._news:
            if not self._waiting and self._is_open:
                self._news.wait(self._heartbeat)
            if self._waiting:
                blocks = b"".join(self._waiting)
                self._waiting.clear()
                self._size = 0
                return blocks
            if not self._is_open:
                raise StopIteration
            return HEARTBEAT
