"""The notation of the WSGI recipes: start the fixture, ask it, add NEXT, read its events.

NEXT is a second request in the same `send`; whatever the first one did to the connection shows in
its answer, `root:/next`.
"""

from __future__ import annotations

import errno
import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from tests.conformance.wsgi_fixture import RAISED
from tests.support.server import RunningServer, potstill
from tests.support.wire import Answer, Client, get, until

NEXT = get("/next")
NEXT_BODY = b"root:/next"


class Events:
    """What befell the application in the calls begun after this object was made."""

    def __init__(self, log: Path) -> None:
        self._log = log
        self._start = log.stat().st_size

    def lines(self) -> list[tuple[int, int, str]]:
        """Each event as (call, thread, what); late events of earlier calls are left out."""
        with self._log.open("rb") as log:
            log.seek(self._start)
            events = [json.loads(line) for line in log if line.endswith(b"\n")]
        calls = {call for call, _, what in events if what.startswith("call ")}
        return [(call, thread, what) for call, thread, what in events if call in calls]

    def __call__(self) -> list[str]:
        return [what for _, _, what in self.lines()]

    def threads(self) -> set[int]:
        return {thread for _, thread, _ in self.lines()}

    def wait_for(self, *expected: str, timeout: float = 5) -> None:
        """Wait until the events are exactly these; AssertionError names those that came instead."""
        try:
            until(lambda: self() == list(expected), timeout)
        except AssertionError:
            raise AssertionError(f"expected {list(expected)}, came {self()}") from None


@dataclass(frozen=True, slots=True)
class Served:
    """A running `potstill` with a fixture application and the file of its events."""

    server: RunningServer
    log: Path

    @property
    def port(self) -> int:
        return self.server.port

    def client(self) -> Client:
        return Client(self.port)

    def events(self) -> Events:
        return Events(self.log)


@contextmanager
def serving(
    target: str,
    *arguments: str,
    env: dict[str, str] | None = None,
    bind: str | None = "127.0.0.1:0",
) -> Iterator[Served]:
    """`potstill ARGUMENTS TARGET` in a process of its own, which a stuck call holds up for 5 s."""
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "events"
        log.touch()
        environment = {"EVENTS": str(log)} | (env or {})
        patience = ("--graceful-timeout", "5")
        with potstill(*patience, *arguments, target, env=environment, bind=bind) as server:
            yield Served(server, log)


class Gate:
    """A named pipe at which a behaviour waits (`wsgi_fixture.wait_at`) until the test opens it."""

    def __init__(self, path: Path) -> None:
        os.mkfifo(path)
        self.path = path

    def open(self) -> None:
        """Let the behaviour pass; AssertionError when none comes to the gate."""
        until(self.try_open)

    def try_open(self) -> bool:
        try:
            os.close(os.open(self.path, os.O_WRONLY | os.O_NONBLOCK))
        except OSError as error:
            if error.errno != errno.ENXIO:  # ENXIO: nobody waits there yet
                raise
            return False
        return True


def ask(client: Client, request: bytes, method: str = "GET") -> Answer:
    """The answer to `request`, having seen that NEXT, sent with it, is answered as ever."""
    client.send(request + NEXT)
    answer = client.answer(method)
    assert client.answer().body == NEXT_BODY
    return answer


def fails(client: Client, request: bytes, method: str = "GET") -> Answer:
    """The complete answer 500 to `request`; the connection is in step with NEXT after it."""
    answer = ask(client, request, method)
    assert answer.status == 500
    return answer


def raised(client: Client, events: Events, path: str) -> bytes:
    """The head of the 500 that `path` is answered with, because start_response raised."""
    answer = fails(client, get(path))
    assert any(what.startswith(RAISED) for what in events())
    return answer.head


def refused(client: Client, request: bytes, status: int = 400) -> None:
    """One answer of this status that announces the end, then the end; NEXT is never answered."""
    client.send(request + NEXT)
    answer = client.answer()
    assert answer.status == status
    assert answer.closes
    assert client.at_end()


def broken_off(client: Client, request: bytes) -> bytes:
    """All bytes of an answer that ends before it is complete, and NEXT with it."""
    client.send(request + NEXT)
    data = client.rest()
    assert data.startswith(b"HTTP/1.1 200 ")
    assert data.count(b"HTTP/1.1 ") == 1
    assert not data.endswith(b"0\r\n\r\n")
    return data


def environ_of(client: Client, request: bytes = get("/env")) -> dict[str, Any]:
    """What the application found in `environ`; what is no `str` comes as its `repr`."""
    environ: dict[str, Any] = answered_json(client, request)
    return environ


def answered_json(client: Client, request: bytes) -> Any:
    client.send(request)
    answer = client.answer()
    assert answer.status == 200, answer
    return json.loads(answer.body)


def respond(status: object, headers: object = None, blocks: object = (b"hello",)) -> str:
    """The path at which the fixture answers with exactly these Python values."""
    literal = repr((status, [("X-App", "1")] if headers is None else headers, blocks))
    return f"/respond?{quote(literal, safe='')}"
