"""The last events of a channel, for clients that come back and say what they saw last."""

from __future__ import annotations

from collections import deque
from itertools import islice

from potstill.web.sse.event import Event

MAX_BYTES = 512 * 1024
"""Of the events that are kept: all of them may have to be sent at once."""


class History:
    """The last events in order, and the ids of the next. Whoever uses it holds a lock."""

    def __init__(self, keep: int) -> None:
        self._keep = keep
        self._events: deque[tuple[str, bytes]] = deque()
        self._bytes = 0
        self._before: str | None = None
        """The id of the last event that was let go: who knows it has missed nothing."""
        self._count = 0
        self._origin = ""

    def add(self, event: Event) -> bytes:
        """Keep an event, under an id of ours if it has none; the bytes to send."""
        event_id = event.id
        if event_id is None:
            event_id = self._next_id()
            event = event.with_id(event_id)
        data = event.encode()
        self._events.append((event_id, data))
        self._bytes += len(data)
        while len(self._events) > self._keep or self._bytes > MAX_BYTES:
            self._before, dropped = self._events.popleft()
            self._bytes -= len(dropped)
        return data

    def since(self, event_id: str) -> list[bytes] | None:
        """What came behind an event; None when that one is not known any more."""
        for back, (known, _) in enumerate(reversed(self._events)):
            if known == event_id:
                return [data for _, data in islice(self._events, len(self._events) - back, None)]
        return self.all() if event_id == self._before else None

    def all(self) -> list[bytes]:
        """All that is kept."""
        return [data for _, data in self._events]

    def last_id(self) -> str:
        """The id of the last event; before the first one, an id that stands for none."""
        if self._events:
            return self._events[-1][0]
        if self._before is None:
            self._before = f"{self._mark()}-0"
        return self._before

    def mark_anew(self) -> None:
        """Number differently from now on than another process does that has the same events."""
        self._origin = ""

    def _next_id(self) -> str:
        """The next number, marked so that no other process has the same, nor one before this.

        The mark is made late: one that is forked before the first event has its own then.
        """
        self._count += 1
        return f"{self._mark()}-{self._count}"

    def _mark(self) -> str:
        if not self._origin:
            import secrets

            self._origin = secrets.token_hex(4)
        return self._origin
