"""Hundreds of listeners to events, all in one thread, each strict about what it hears."""

from __future__ import annotations

import json
import re
import selectors
import socket
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from tests.faults.broadcast import EVENT
from tests.support.wire import HEAD_END, Client, WireError, get, parse_head


class Listener:
    """One connection on which `/events` was asked for."""

    __slots__ = ("_has_head", "_received", "heard", "sock")

    def __init__(self, port: int) -> None:
        self.sock = socket.create_connection(("127.0.0.1", port), timeout=10)
        self.sock.setblocking(False)
        self.sock.sendall(get("/events"))
        self._received = b""
        self._has_head = False
        self.heard = 0
        """The number of the last event; they come in order, or it is a WireError."""

    def is_answered(self) -> bool:
        return self._has_head

    def listen(self) -> None:
        """Take what has come; WireError when it is not the next event."""
        data = self.sock.recv(65536)
        if not data:
            raise WireError(f"the connection ended behind event {self.heard}")
        self._received += data
        if not self._has_head and not self._takes_head():
            return
        while match := re.match(rb"([0-9a-f]+)\r\n", self._received):
            end = match.end() + int(match[1], 16) + 2
            if len(self._received) < end:
                break
            self._hear(self._received[match.end() : end])
            self._received = self._received[end:]

    def _takes_head(self) -> bool:
        head, end, rest = self._received.partition(HEAD_END)
        if not end:
            return False
        status, _, fields = parse_head(head + end)
        if status != 200 or ("transfer-encoding", "chunked") not in fields:
            raise WireError(f"no stream of events: {head!r}")
        self._received, self._has_head = rest, True
        return True

    def _hear(self, chunk: bytes) -> None:
        for event in chunk.removesuffix(b"\r\n").split(b"\n\n")[:-1]:
            self.heard += 1
            if event + b"\n\n" != EVENT % self.heard:
                raise WireError(f"{event!r} where event {self.heard} was due")


class Listeners:
    """A crowd of them."""

    def __init__(self, members: Sequence[Listener]) -> None:
        self._members = members
        self._selector = selectors.DefaultSelector()
        for member in members:
            self._selector.register(member.sock, selectors.EVENT_READ, member)

    def await_answers(self) -> None:
        self._listen_until(lambda member: member.is_answered())

    def await_event(self, number: int) -> None:
        """Listen until everybody has heard all events up to this one."""
        self._listen_until(lambda member: member.heard == number)

    def _listen_until(self, is_content: object, patience: float = 20) -> None:
        assert callable(is_content)
        waiting = {member for member in self._members if not is_content(member)}
        deadline = time.monotonic() + patience
        while waiting:
            assert time.monotonic() < deadline, f"{len(waiting)} still wait"
            for key, _ in self._selector.select(0.5):
                key.data.listen()
                if is_content(key.data):
                    waiting.discard(key.data)

    def leave(self) -> None:
        self._selector.close()
        for member in self._members:
            member.sock.close()


@contextmanager
def listeners(port: int, number: int) -> Iterator[Listeners]:
    """So many, all answered when this yields, and gone afterwards."""
    crowd = Listeners([Listener(port) for _ in range(number)])
    try:
        crowd.await_answers()
        yield crowd
    finally:
        crowd.leave()


def pushes(port: int) -> dict[str, int]:
    """What the application has counted until now."""
    with Client(port) as client:
        client.send(get("/pushes"))
        report: dict[str, int] = json.loads(client.answer().body)
    return report


def say(port: int, first: int, last: int) -> None:
    """Have the application send these events to all."""
    with Client(port) as client:
        client.send(get(f"/say/{first}/{last}"))
        assert client.answer().status == 200
