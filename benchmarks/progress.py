"""How far a run is, and when it will be over: a line for each window.

It knows roughly what each step takes, and corrects that by what the steps done so far really took.
"""

from __future__ import annotations

from collections.abc import Callable

from benchmarks.record import Pace

STARTING = 1.0  # seconds to start and stop a server, guessed
BESIDE = 0.4  # seconds that a window takes beside its length
TRUST = 20.0  # seconds after which what was seen weighs as much as what was guessed


class Progress:
    """Counts the seconds that were foreseen for what is done, and for what is left."""

    def __init__(
        self, servers: int, pace: Pace, clock: Callable[[], float], tell: Callable[[str], None]
    ) -> None:
        """`servers` counts each once for every scenario; `clock` is in seconds."""
        self._pace = pace
        self._clock = clock
        self._tell = tell
        self._begin = clock()
        self._done = 0.0
        self._left = servers * (self._start + pace.rounds * self._window)

    @property
    def _start(self) -> float:
        return STARTING + (self._pace.warm_up + BESIDE if self._pace.warm_up else 0)

    @property
    def _window(self) -> float:
        return self._pace.seconds + BESIDE

    def started(self) -> None:
        """A server runs."""
        self._advance(self._start)

    def measured(self, line: str) -> None:
        """A window is done."""
        self._advance(self._window)
        self._say(line)

    def absent(self, windows: int, line: str) -> None:
        """So many windows will not come."""
        self._left -= windows * self._window
        self._say(line)

    def remaining(self) -> str:
        """The time left, as `7 min` or `40 s`."""
        slowness = (self._clock() - self._begin + TRUST) / (self._done + TRUST)
        seconds = max(self._left, 0.0) * slowness
        return f"{seconds / 60:.0f} min" if seconds >= 90 else f"{seconds:.0f} s"

    def _advance(self, seconds: float) -> None:
        self._done += seconds
        self._left -= seconds

    def _say(self, line: str) -> None:
        self._tell(f"[{self.remaining():>6} left] {line}")
