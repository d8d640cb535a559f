"""The faulty application under Potstill, and what may be read about the process from outside."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from tests.support.load import Exchange, Lane, drive
from tests.support.server import RunningServer, potstill
from tests.support.wire import Client, get, until

FIN_WAIT_1 = "04"


@contextmanager
def service(*arguments: str, restless: bool = False) -> Iterator[RunningServer]:
    """The application of these tests; its access log is written, but not to this process.

    `restless` has its threads change places as often as the interpreter can.
    """
    log = ("--access-logfile", os.devnull)
    with potstill("tests.faults.app:application", *log, *arguments) as server:
        if restless:
            drive(server.port, Lane(1, iter([Exchange(get("/restless"), b"restless")])))
        yield server


def accounts(server: RunningServer) -> dict[str, int]:
    """What the application has counted until now."""
    with Client(server.port) as client:
        client.send(get("/accounts"))
        report: dict[str, int] = json.loads(client.answer().body)
    return report


class Footprint(NamedTuple):
    """What a process holds: before its first client, and again whenever it has none."""

    threads: int
    descriptors: int

    @classmethod
    def at_start(cls, server: RunningServer) -> Footprint:
        """Before any client; but its threads are all there only when it has answered one."""
        descriptors = server.descriptors()
        accounts(server)
        return cls(server.threads(), descriptors)

    @classmethod
    def of(cls, server: RunningServer) -> Footprint:
        return cls(server.threads(), server.descriptors())

    def await_return(self, server: RunningServer, timeout: float = 15) -> None:
        """Wait until the process holds so much again, no more and no less."""
        until(lambda: Footprint.of(server) == self, timeout)


def unsent(port: int) -> int:
    """Closed connections of a server for which the kernel still keeps bytes nobody reads."""
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return sum(row[1].endswith(f":{port:04X}") and row[3] == FIN_WAIT_1 for row in rows)
