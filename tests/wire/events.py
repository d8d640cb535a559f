"""What the application behind the wire tests saw, call by call."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Event:
    """One call of the application: the text in its environ, and the body."""

    environ: dict[str, str]
    body: bytes

    @classmethod
    def of_line(cls, line: bytes) -> Event:
        environ, body = json.loads(line)
        return cls(environ, body.encode("latin-1"))

    def line(self) -> bytes:
        return json.dumps([self.environ, self.body.decode("latin-1")]).encode() + b"\n"

    @property
    def answer(self) -> bytes:
        """The body of the answer to such a request."""
        return f"{self.environ['REQUEST_METHOD']} {self.environ['PATH_INFO']}".encode("latin-1")

    @property
    def port(self) -> int:
        """The client's port, which tells the connections apart."""
        return int(self.environ["REMOTE_PORT"])


class EventLog:
    """The file that the application appends to; each event is handed out once."""

    def __init__(self, path: Path) -> None:
        path.touch()
        self.path = path
        self._read = 0
        self._unclaimed: list[Event] = []

    def of(self, port: int) -> list[Event]:
        """The calls made for the connection from this port, in their order."""
        events = self.unclaimed()
        self._unclaimed = [event for event in events if event.port != port]
        return [event for event in events if event.port == port]

    def unclaimed(self) -> list[Event]:
        """The calls nobody has asked for."""
        with self.path.open("rb") as file:
            file.seek(self._read)
            self._unclaimed += [Event.of_line(line) for line in file]
            self._read = file.tell()
        return self._unclaimed
