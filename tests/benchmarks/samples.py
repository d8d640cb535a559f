"""Records made up for the tests: no server was measured."""

from __future__ import annotations

from benchmarks.figures import Window
from benchmarks.record import Outcome, Pace, Record

PACE = Pace(rounds=2, seconds=3, warm_up=1, connections=32)


def window(
    cpu: float = 10.0, *, rate: float = 50_000.0, memory: float = 20.0, failed: int = 0
) -> Window:
    return Window(1000, cpu, rate, p50=0.4, p99=1.5, memory=memory, failed=failed)


def windows(*cpu: float) -> list[Window]:
    return [window(each) for each in cpu]


def record(**outcomes: Outcome) -> Record:
    """A run with these outcomes, `_` in their scenarios' names for `-`."""
    return Record(
        taken="2026-11-22T12:00:00+01:00",
        pace=PACE,
        machine={"processor": "Pot", "cores": "2", "memory": "24 GiB", "kernel": "Linux 6"},
        versions={"python": "3.11.7", "uwsgi": "2.0.31"},
        outcomes={name.replace("_", "-"): outcome for name, outcome in outcomes.items()},
    )


def small() -> Record:
    """Two scenarios; beside Potstill a server that takes more and two that take less."""
    return record(
        hello=Outcome(
            {
                "potstill": windows(10, 12),
                "waitress": windows(88, 88),
                "bjoern": windows(5.5, 5.5),
                "floor": windows(2.75, 2.75),
            },
        ),
        tls=Outcome(
            {"potstill": windows(20, 20)},
            {"waitress": "speaks no TLS", "bjoern": "speaks no TLS", "floor": "speaks no TLS"},
        ),
    )
