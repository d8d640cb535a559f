"""One thread that beats for all channels to which somebody listens, however many there are."""

from __future__ import annotations

import threading
from collections.abc import Callable
from time import monotonic
from typing import TypeAlias

Beat: TypeAlias = Callable[[], object]


class Heart:
    """Calls now and then what it was given; its thread lives as long as there is something."""

    def __init__(self) -> None:
        self.start_anew()

    def start_anew(self) -> None:
        """Begin with nothing, as a forked process does: no thread of its parent's is there."""
        self._turn = threading.Lock()  # that of the parent may have been held by another thread
        self._news = threading.Condition(self._turn)
        self._beats: dict[Beat, tuple[float, float]] = {}
        """When each is due, and the seconds between two times."""
        self._thread: threading.Thread | None = None

    def begin(self, beat: Beat, every: float) -> None:
        """Call it once in so many seconds from now on, unless that is done already.

        It must neither block nor raise, and may call `begin` and `end`.
        """
        with self._turn:
            if beat in self._beats:
                return
            self._beats[beat] = (monotonic() + every, every)
            self._news.notify()
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="channels", daemon=True)
                self._thread.start()

    def end(self, beat: Beat) -> None:
        """Call it no more, except for once if that has begun."""
        with self._turn:
            self._beats.pop(beat, None)
            self._news.notify()

    def _run(self) -> None:
        while late := self._await_late():
            for beat in late:
                beat()  # without our lock: whoever calls `end` may hold one that this needs

    def _await_late(self) -> list[Beat]:
        """Those whose time has come; none when none is left at all."""
        with self._turn:
            while self._beats:
                now = monotonic()
                late = [beat for beat, (due, _) in self._beats.items() if due <= now]
                if late:
                    for beat in late:
                        every = self._beats[beat][1]
                        self._beats[beat] = (now + every, every)
                    return late
                self._news.wait(min(self._beats.values())[0] - now)
            self._thread = None
            return []


HEART = Heart()
"""That of this process."""
