"""Signals that end a server: the first in good order, the second at once."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def stop_on_signals(stop: Callable[[], None], abandon: Callable[[], None]) -> Iterator[None]:
    """While this lasts, SIGINT and SIGTERM call `stop`, and `abandon` when they come again.

    For the main thread only, as Python's signal handlers are.
    """
    heard = False

    def hear(signum: int, frame: FrameType | None) -> None:
        nonlocal heard
        if heard:
            abandon()
        else:
            heard = True
            stop()

    before = {signum: signal.signal(signum, hear) for signum in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for signum, handler in before.items():
            signal.signal(signum, handler)
