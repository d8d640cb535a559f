"""Servers forked from a process that has imported everything: a start takes a third of the time.

Nothing else is shared: each is a process of its own, which makes its application and opens its
database after the fork, as a server does that `puretodo serve` has become.
"""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import NoReturn

from tests.support.server import LISTENING, ROOT
from tests.support.wire import until


class Forked:
    """One of them."""

    def __init__(self, pid: int, log: Path) -> None:
        self._pid = pid
        self._log = log
        self._handle = os.pidfd_open(pid)
        self.port = 0

    @property
    def output(self) -> str:
        """All it has printed so far."""
        return self._log.read_text()

    def wait_until_listening(self) -> None:
        """Learn its port."""
        until(lambda: LISTENING.search(self.output) or self._is_gone(0), timeout=60)
        found = LISTENING.search(self.output)
        assert found, self.output
        self.port = int(found["port"])

    def kill(self) -> None:
        """Kill it, unless that was done, and wait until it is gone."""
        if not self._is_gone(0):
            signal.pidfd_send_signal(self._handle, signal.SIGKILL)
            assert self._is_gone(20), self.output

    def close(self) -> None:
        """Kill it, and forget it."""
        self.kill()
        os.close(self._handle)

    def _is_gone(self, patience: float) -> bool:
        return bool(select.select([self._handle], [], [], patience)[0])


class Nursery:
    """Where they come from; for one thread at a time."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    @contextmanager
    def serving(self, file: Path) -> Iterator[Forked]:
        """A server of this file of SQLite's; it listens when this yields, and is gone after it."""
        log = file.with_suffix(".log")
        log.write_text("")
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        print(json.dumps([str(file), str(log)]), file=self._process.stdin, flush=True)
        server = Forked(int(self._process.stdout.readline()), log)
        try:
            server.wait_until_listening()
            yield server
        finally:
            server.close()


@contextmanager
def nursery() -> Iterator[Nursery]:
    """One; whatever came of it is to be stopped before it ends."""
    command = [sys.executable, "-m", "tests.todo.faults.nursery"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, text=True) as process:
        yield Nursery(process)
        assert process.stdin is not None
        process.stdin.close()


def main() -> None:
    """Fork a server for each line on standard input, and print its process id."""
    for slow in ("puretodo.app", "potstill.server.worker", "sqlalchemy.dialects.sqlite"):
        import_module(slow)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody has to wait for them
    for line in sys.stdin:
        pid = os.fork()
        if not pid:
            _become(*json.loads(line))
        print(pid, flush=True)


def _become(file: str, log: str) -> NoReturn:
    from potstill.cli import main

    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    output = os.open(log, os.O_WRONLY | os.O_APPEND)
    for descriptor in (1, 2):
        os.dup2(output, descriptor)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.environ["PURETODO_DB"] = file
    quiet = ("--access-logfile", os.devnull)
    os._exit(main(["puretodo.app:create()", "-b", "127.0.0.1:0", *quiet]))


if __name__ == "__main__":
    main()
