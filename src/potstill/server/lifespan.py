"""What an application does before its first request and after its last (`wsgi_lifespan`).

An application may have an attribute `wsgi_lifespan`: called without arguments, it returns a context
manager, which is entered when the process can serve and is about to, and left when it has served.
Both happen once in each process, on the thread that runs the server. In the walk: between `loader`
and the first request.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from inspect import getattr_static, isgenerator

from potstill.observe import log
from potstill.server.failures import broken
from potstill.server.signals import Interrupted, InterruptingSignals

NAME = "wsgi_lifespan"


class Lifespan:
    """The context of one application; it hears nothing of what the server itself may raise."""

    def __init__(self, application: object) -> None:
        self._application = application
        self._begun: AbstractContextManager[object] | None = None

    def begin(self) -> None:
        """Enter the application's context, if it has one; what it raises is let through.

        TypeError when `wsgi_lifespan` is not as described above.
        """
        make = _hook(self._application)
        if make is None:
            return
        manager = _checked(make())
        manager.__enter__()
        self._begun = manager

    def end(self) -> None:
        """Leave what was entered; nothing at the second time."""
        manager, self._begun = self._begun, None
        if manager is not None:
            manager.__exit__(None, None, None)


def begin(lifespan: Lifespan, name: str, stop: Callable[[], None]) -> int | None:
    """Let the application of that name begin; the exit code when the process must end instead.

    A signal calls `stop`, and ends what the application does.
    """
    try:
        with InterruptingSignals(stop):
            lifespan.begin()
    except Interrupted:
        log.info("Stopped before the application had started")
        return 0
    except (Exception, SystemExit) as error:
        log.critical("%s", broken(f"{name} could not be started", error))
        return 3
    return None


def end(lifespan: Lifespan, name: str) -> int:
    """Let the application end; the exit code of the process, which has nobody to tell but the log.

    A signal ends what the application does.
    """
    try:
        with InterruptingSignals(_nothing):
            lifespan.end()
    except Interrupted:
        log.warning("%s was interrupted while it ended", name)
    except (Exception, SystemExit) as error:
        log.error("%s", broken(f"{name} did not end in good order", error))
        return 1
    return 0


def _nothing() -> None:
    """The server has stopped already."""


def _hook(application: object) -> Callable[[], object] | None:
    try:
        hook = getattr(application, NAME, None)
    except Exception:
        if getattr_static(application, NAME, None) is None:
            return None  # a proxy without the attribute, which cannot be asked before it is set up
        raise
    if hook is None or callable(hook):
        return hook
    raise TypeError(f"{NAME} is {type(hook).__name__}, expected what can be called")


def _checked(made: object) -> AbstractContextManager[object]:
    if isinstance(made, AbstractContextManager):
        return made
    fix = "; decorate it with contextlib.contextmanager" if isgenerator(made) else ""
    raise TypeError(f"{NAME}() returned {type(made).__name__}, expected a context manager{fix}")
