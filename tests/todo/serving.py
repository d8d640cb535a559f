"""A real `puretodo serve`: a process of its own, at a port of the kernel's choice."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from tests.support.server import RunningServer, running

ENVIRONMENT = {
    name: value
    for name, value in os.environ.items()
    if not name.startswith(("POTSTILL_", "PURETODO_")) and name not in ("PORT", "WEB_CONCURRENCY")
}


@contextmanager
def serving(db: str, *arguments: str, ready: bool = True) -> Iterator[RunningServer]:
    """`puretodo serve`; it listens when this yields, unless told otherwise, and is gone after it.

    Its access log is off.
    """
    command = [sys.executable, "-m", "puretodo", "serve", "--db", db, "-b", "127.0.0.1:0"]
    quiet = ["--", "--access-logfile", os.devnull]
    command += [*arguments, *(quiet[1:] if "--" in arguments else quiet)]
    with running(command, env=ENVIRONMENT) as server:
        if ready:
            server.wait_until_listening()
        yield server
