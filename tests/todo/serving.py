"""A real `puretodo serve`: a process of its own, at a port of the kernel's choice."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from tests.support.server import ROOT, RunningServer

ENVIRONMENT = {
    name: value
    for name, value in os.environ.items()
    if not name.startswith(("POTSTILL_", "PURETODO_")) and name not in ("PORT", "WEB_CONCURRENCY")
} | {"PYTHONUNBUFFERED": "1"}


@contextmanager
def serving(db: str, *arguments: str, ready: bool = True) -> Iterator[RunningServer]:
    """`puretodo serve`; it listens when this yields, unless told otherwise, and is gone after it.

    Its access log is off.
    """
    quiet = ["--", "--access-logfile", os.devnull]
    process = subprocess.Popen(
        [sys.executable, "-m", "puretodo", "serve", "--db", db, "-b", "127.0.0.1:0"]
        + ([*arguments, *quiet] if "--" not in arguments else [*arguments, *quiet[1:]]),
        cwd=ROOT,
        env=ENVIRONMENT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    server = RunningServer(process)
    try:
        if ready:
            server.wait_until_listening()
        yield server
    finally:
        try:
            server.stop()
        finally:
            assert process.stdout is not None
            process.stdout.close()
