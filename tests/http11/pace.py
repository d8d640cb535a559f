"""Whether work grows with its input, or with the square of it."""

from __future__ import annotations

import time
from collections.abc import Callable

FACTOR = 8
SLACK = 2.5  # a quadratic cost would be FACTOR times too high


def grows_linearly(work: Callable[[int], object], size: int) -> bool:
    """True when eight times the input costs about eight times the processor time.

    Each cost is the best of several runs, because only disturbances make a run slower.
    """
    small = min(_seconds(work, size) for _ in range(5))
    large = min(_seconds(work, size * FACTOR) for _ in range(3))
    return large < small * FACTOR * SLACK


def _seconds(work: Callable[[int], object], size: int) -> float:
    start = time.thread_time()
    work(size)
    return time.thread_time() - start
