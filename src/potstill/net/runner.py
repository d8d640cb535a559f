"""A thread that calls the application, as the relay sees it."""

from __future__ import annotations

import threading
from contextlib import suppress

from potstill.net.channel import Channel


class Bell:
    """What a resting thread waits for; rings heard too early are heard at the next rest."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._lock.acquire()
        self.rest = self._lock.acquire
        """Block until it rings, or for `timeout` seconds."""

    def ring(self) -> None:
        """From any thread or signal handler; never blocks."""
        with suppress(RuntimeError):  # it rings already
            self._lock.release()


class Runner:
    """A thread that calls the application."""

    __slots__ = ("bell", "cell", "channel")

    def __init__(self) -> None:
        self.cell: list[float] = []
        """Holds the baton, as the time when the call began, while the call may lose it."""
        self.channel: Channel | None = None
        """Whose request it serves while the cell is full."""
        self.bell = Bell()
