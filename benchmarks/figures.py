"""What a window of load showed, and what several come to: medians, and ratios to one server.

Pure: no process, no clock, no file.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median


class NotMeasuredError(Exception):
    """A server has no figures for this work; the message is the reason, for a footnote."""


@dataclass(frozen=True, slots=True)
class Window:
    """What one server showed in one window of load."""

    requests: int  # answered
    cpu: float  # microseconds of the server's user and system time for each of them
    rate: float  # requests per second
    p50: float  # milliseconds
    p99: float  # milliseconds
    memory: float  # MiB, the sum of its processes' highest resident sizes so far
    failed: int  # requests, and idle connections that the server closed


def typical(windows: Sequence[Window]) -> Window:
    """The median of each figure; the highest memory; all requests and all failures."""
    return Window(
        requests=sum(window.requests for window in windows),
        cpu=median(window.cpu for window in windows),
        rate=median(window.rate for window in windows),
        p50=median(window.p50 for window in windows),
        p99=median(window.p99 for window in windows),
        memory=max(window.memory for window in windows),
        failed=sum(window.failed for window in windows),
    )


def ratio(figure: float, base: float | None) -> float | None:
    """How many times the base's figure it is; None when there is nothing to compare with."""
    return figure / base if base else None


def spread(figures: Sequence[float]) -> float:
    """How far the windows lie apart: (highest - lowest) / median; 0 when they agree."""
    middle = median(figures)
    return (max(figures) - min(figures)) / middle if middle else 0.0
