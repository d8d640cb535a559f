"""Signals that end a server: the first in good order, the second at once."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType, TracebackType

_ENDING = (signal.SIGINT, signal.SIGTERM)
_ROOM = str(Path(__file__).parent)


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

    before = {signum: signal.signal(signum, hear) for signum in _ENDING}
    try:
        yield
    finally:
        for signum, handler in before.items():
            signal.signal(signum, handler)


class Interrupted(KeyboardInterrupt):
    """A signal has ended what the application did before or after it served."""


class InterruptingSignals:
    """While this lasts, SIGINT and SIGTERM call `stop` and raise `Interrupted` in the application.

    For what the main thread runs of the application, and may last. Handlers that it sets for these
    signals meanwhile are taken back. Code of the server is never interrupted: between the last line
    of the application and the next of ours, an exception would lose what was begun. `stop` must
    then be enough. No generator, since `contextlib` would be another place between the two.
    """

    def __init__(self, stop: Callable[[], None]) -> None:
        self._stop = stop

    def __enter__(self) -> None:
        self._before = {signum: signal.signal(signum, self._hear) for signum in _ENDING}

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for signum, handler in self._before.items():
            signal.signal(signum, handler)

    def _hear(self, signum: int, frame: FrameType | None) -> None:
        self._stop()
        if frame is not None and not frame.f_code.co_filename.startswith(_ROOM):
            raise Interrupted(signal.Signals(signum).name)
