"""What a run showed, kept as JSON: every window, the machine, the versions.

It never judges; `report` and `plot` read it.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field

from benchmarks.figures import Window

FORMAT = 1


@dataclass(frozen=True, slots=True)
class Pace:
    """How long, how often and how many; seconds are whole, as wrk has them."""

    rounds: int
    seconds: int
    warm_up: int  # seconds
    connections: int
    server_core: int = 0
    client_core: int = 1


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one scenario showed: windows by contender's key, or the reason why there are none."""

    windows: dict[str, list[Window]] = field(default_factory=dict)
    absent: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Record:
    """One run, or as much of it as is done."""

    taken: str  # local date and time, ISO 8601
    pace: Pace
    machine: dict[str, str]
    versions: dict[str, str]
    outcomes: dict[str, Outcome] = field(default_factory=dict)  # by scenario's name

    def to_json(self) -> str:
        """The text that `from_json` reads back."""
        return json.dumps({"format": FORMAT, **asdict(self)}, indent=1) + "\n"

    @classmethod
    def from_json(cls, text: str) -> Record:
        """Read a record of this format; ValueError says that it is another."""
        kept = json.loads(text)
        if kept.pop("format", None) != FORMAT:
            raise ValueError(f"expected results of format {FORMAT}")
        outcomes = {name: _outcome(**outcome) for name, outcome in kept.pop("outcomes").items()}
        return cls(pace=Pace(**kept.pop("pace")), outcomes=outcomes, **kept)


def _outcome(windows: dict[str, list[dict[str, float]]], absent: dict[str, str]) -> Outcome:
    return Outcome(
        {key: [_window(**window) for window in shown] for key, shown in windows.items()}, absent
    )


def _window(requests: float, failed: float, **figures: float) -> Window:
    return Window(requests=int(requests), failed=int(failed), **figures)
