"""Load from one thread: many connections, one epoll, every answer checked against its question.

A client made of threads measures its own scheduler. This one waits in a single place, so the times
it reports are the server's. It is strict: an answer must be 200, sized, well formed, the one that
was asked for, and followed by nothing; and a connection must stay open as long as it is used.
"""

from __future__ import annotations

import math
import select
import socket
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from tests.support.wire import HEAD_END, WireError, get, parse_head


class Exchange(NamedTuple):
    """A request as bytes, and the body that its answer must have."""

    request: bytes
    body: bytes


@dataclass(slots=True)
class Lane:
    """Connections that share a source of exchanges; each takes the next when it is free."""

    connections: int
    exchanges: Iterator[Exchange]
    latencies: list[float] = field(default_factory=list)
    seconds: float = 0

    @property
    def answered(self) -> int:
        return len(self.latencies)

    @property
    def rate(self) -> float:
        """Answers per second."""
        return self.answered / self.seconds

    def percentile(self, percent: float) -> float:
        """Seconds within which so many per cent were answered (nearest rank)."""
        rank = math.ceil(self.answered * percent / 100)
        return sorted(self.latencies)[max(rank, 1) - 1]


def numbered(path: str, numbers: Iterable[int]) -> Iterator[Exchange]:
    """Requests for `path/NUMBER` whose answers repeat the number."""
    for number in numbers:
        yield Exchange(get(f"{path}/{number}"), b"%d" % number)


def repeated(path: str, body: bytes) -> Iterator[Exchange]:
    """The same exchange for ever; such a lane needs `seconds` to end."""
    exchange = Exchange(get(path), body)
    while True:
        yield exchange


def drive(
    port: int,
    *lanes: Lane,
    seconds: float = math.inf,
    patience: float = 20,
    host: str = "127.0.0.1",
) -> None:
    """Run the lanes until their exchanges, or so many seconds, are used up; then hang up.

    What was asked is always waited for. WireError when an answer is not the one due, or when
    nothing arrives for `patience` seconds.
    """
    with select.epoll() as poller:
        connections: dict[int, _Connection] = {}
        try:
            for lane in lanes:
                for _ in range(lane.connections):
                    connection = _Connection(host, port, lane)
                    connections[connection.sock.fileno()] = connection
                    poller.register(connection.sock, select.EPOLLIN)
            _drive(poller, connections, seconds, patience)
            for connection in connections.values():
                connection.expect_nothing_more()
        finally:
            for connection in connections.values():
                connection.sock.close()


def _drive(
    poller: select.epoll, connections: dict[int, _Connection], seconds: float, patience: float
) -> None:
    start = time.perf_counter()
    end = start + seconds
    busy = sum(connection.ask() for connection in connections.values())
    while busy:
        events = poller.poll(patience)
        if not events:
            raise WireError(f"{busy} requests still unanswered after {patience} s of silence")
        for descriptor, _ in events:
            connection = connections[descriptor]
            if not connection.has_answer():
                continue
            if connection.answered_at > end or not connection.ask():
                connection.lane.seconds = connection.answered_at - start
                poller.unregister(descriptor)
                busy -= 1


class _Connection:
    """One kept-alive connection and the exchange it is busy with."""

    __slots__ = ("_asked_at", "_body", "_received", "answered_at", "lane", "sock")

    def __init__(self, host: str, port: int, lane: Lane) -> None:
        self.sock = socket.create_connection((host, port), timeout=20)
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.lane = lane
        self.answered_at = self._asked_at = 0.0
        self._body = self._received = b""

    def ask(self) -> bool:
        """Send the lane's next request; False when it has no more."""
        exchange = next(self.lane.exchanges, None)
        if exchange is None:
            return False
        self._body = exchange.body
        self._asked_at = time.perf_counter()
        self.sock.sendall(exchange.request)
        return True

    def has_answer(self) -> bool:
        """Read what has come; True when the answer is complete, WireError when it is wrong."""
        data = self.sock.recv(262144)
        if not data:
            raise WireError(f"hung up where {self._body[:40]!r} was due: {self._received!r}")
        self._received += data
        head_size = self._received.find(HEAD_END) + 4
        if head_size < 4:
            return False
        size = head_size + _body_size(self._received[:head_size])
        if len(self._received) < size:
            return False
        if self._received[head_size:] != self._body:
            raise WireError(f"{self._received[head_size:]!r} answers where {self._body!r} was due")
        self._received = b""
        self.answered_at = time.perf_counter()
        self.lane.latencies.append(self.answered_at - self._asked_at)
        return True

    def expect_nothing_more(self) -> None:
        """Half-close, and read the end of a connection that has been answered in full."""
        self.sock.shutdown(socket.SHUT_WR)
        data = self.sock.recv(4096)
        if data:
            raise WireError(f"after the last answer came {data!r}")


@lru_cache(maxsize=4096)
def _body_size(head: bytes) -> int:
    """Content-Length of an answer that is as it should be; heads repeat, so each is read once."""
    status, _, fields = parse_head(head)
    values = dict(fields)
    if len(values) < len(fields):
        raise WireError(f"a field stands twice: {fields}")
    stays = values.get("connection", "keep-alive").lower() == "keep-alive"
    if status != 200 or not stays or "transfer-encoding" in values:
        raise WireError(f"not a plain, sized 200 on a connection that stays: {head!r}")
    return int(values["content-length"])
