"""The server under test as its peers see it, and what a request can come to there."""

from __future__ import annotations

import json
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.server import RunningServer, potstill
from tests.support.wire import Answer, Client, get, until

NEXT = get("/next")
NEVER = get("/never")  # sent behind what must be refused: no server ever passes it on


class Served:
    """A Potstill with the fixture application, and the log of what reached that application."""

    def __init__(self, process: RunningServer, log: Path) -> None:
        self.process = process
        self.port = process.port
        self._log = log

    def connect(self, *, receive_buffer: int = 0) -> Client:
        return Client(self.port, receive_buffer=receive_buffer)

    def events(self, start: int = 0) -> list[str]:
        """What reached the application, from a `mark` on."""
        with self._log.open("rb") as log:
            log.seek(start)
            return log.read().decode("ascii").splitlines()

    def mark(self) -> int:
        """The end of the event log now."""
        return self._log.stat().st_size

    def refused(self, data: bytes, *statuses: int, follow: bytes = NEVER) -> Answer:
        """One error (400 unless said otherwise), close, end of connection; no call was made."""
        start = self.mark()
        with self.connect() as client:
            client.send(data + follow)
            answer = client.answer("HEAD" if data.startswith(b"HEAD ") else "GET")
            assert answer.status in (statuses or (400,)), answer.head
            assert answer.closes, answer.head
            assert client.at_end()
        assert self.events(start) == []
        return answer

    def accepted(self, data: bytes, method: str = "GET") -> Answer:
        """A 200, and the next request on the same connection is understood as well."""
        with self.connect() as client:
            client.send(data + NEXT)
            answer = client.answer(method)
            assert answer.status == 200, (answer.head, answer.body)
            assert not answer.closes
            follower = client.answer()
            assert follower.body == b"root:/next", (follower.head, follower.body)
            assert client.is_silent(0)
        return answer

    def environ(self, data: bytes) -> dict[str, str]:
        """What the application is told of a request to /env that is accepted."""
        told = json.loads(self.accepted(data).body)
        assert isinstance(told, dict)
        return told

    def verdict(self, data: bytes, method: str = "GET") -> int:
        """200 when request and follower are understood, else the status of a clean refusal."""
        start = self.mark()
        with self.connect() as client:
            client.send(data + NEXT)
            answer = client.answer(method)
            if answer.status < 300:
                assert client.answer().body == b"root:/next"
                return 200
            assert answer.status in range(400, 600), answer.head
            assert answer.closes, answer.head
            assert client.at_end()
        assert self.events(start) == []
        return answer.status

    def healthy(self, path: str = "/health") -> None:
        """An ordinary request of another client is answered."""
        with self.connect() as client:
            client.send(get(path, "Connection: close"))
            assert client.answer().body == f"root:{path}".encode()
            assert client.at_end()

    def open_gate(self) -> None:
        """Let the one call that is at /wait go on; waits for it to come there."""
        until(lambda: any("/wait" in event for event in self.events()))
        gate = os.open(f"{self._log}.gate", os.O_WRONLY)
        os.close(gate)

    def cpu_nanoseconds(self) -> int:
        """Processor time used so far, from the clock that Linux keeps for every process."""
        return time.clock_gettime_ns(~self.process.pid << 3 | 2)


@contextmanager
def serving(*arguments: str, env: dict[str, str] | None = None) -> Iterator[Served]:
    """A server of its own, with the settings given; nothing that followed a refusal got in."""
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder, "events")
        log.touch()
        os.mkfifo(f"{log}.gate")
        names = {"EVENTS": str(log)} | (env or {})
        with potstill("tests.conformance.http_fixture:app", *arguments, env=names) as process:
            served = Served(process, log)
            yield served
            assert not any("/never" in event for event in served.events())
