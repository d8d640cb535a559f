"""What an application does once before its first request, and once after its last.

A server that knows `wsgi_lifespan` (Potstill does) enters it around serving. On any other the start
hooks run at the first request, and the stop hooks when the interpreter exits.
"""

from __future__ import annotations

import atexit
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress

from potstill.web.response import run_all


class Lifespan:
    """The hooks of one application, in one process."""

    def __init__(self) -> None:
        self.starts: list[Callable[[], object]] = []
        self.stops: list[Callable[[], object]] = []
        """Run in the opposite order."""
        self.inner: Sequence[Callable[[], AbstractContextManager[object]]] = ()
        """The lifespans of what is mounted: begun before the start hooks, ended after the last."""
        self._exits = ExitStack()
        self._lock = threading.RLock()
        self._has_begun = False

    def begin(self) -> None:
        """Run the start hooks, unless that was done; raises what a hook raises.

        The stop hooks have run by then, so one must bear that its start was not reached. A hook may
        ask the application: it is served.
        """
        with self._lock:
            if self._has_begun:
                return
            self._has_begun = True
            try:
                for lifespan in self.inner:
                    self._exits.enter_context(lifespan())
                for hook in self.starts:
                    hook()
            except BaseException:
                with suppress(Exception):  # the first error is the one to know
                    self.end()
                raise

    def begin_by_request(self) -> None:
        """The same, where no server says when it stops."""
        with self._lock:
            if not self._has_begun:
                self.begin()
                atexit.register(self.end)

    def end(self) -> None:
        """Run the stop hooks, unless that was done; raises the first error after the last hook."""
        with self._lock:
            if self._has_begun:
                self._has_begun = False
                exits = self._exits.pop_all()
                run_all([*reversed(self.stops), exits.close])

    @contextmanager
    def running(self) -> Iterator[None]:
        """Begin, and end after it."""
        self.begin()
        try:
            yield
        finally:
            self.end()
