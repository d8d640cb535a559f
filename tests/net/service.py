"""A service without an application: what tests of `net` have answer their requests."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from io import BytesIO
from typing import BinaryIO

from potstill.http11.errors import Disconnected
from potstill.http11.head import HeadParser
from potstill.http11.limits import Limits
from potstill.http11.response import Headers, Stamp
from potstill.net.channel import Channel
from potstill.net.wiring import Outcome, Wiring

MEBIBYTE = 1 << 20


@dataclass
class Plain:
    """The outcome of a request that was answered."""

    status: int
    sent: int
    fields: Headers = ()


class MemorySink:
    """A body in memory."""

    def __init__(self) -> None:
        self._file = BytesIO()

    def write(self, data: bytes) -> None:
        self._file.write(data)

    def finish(self) -> BinaryIO:
        self._file.seek(0)
        return self._file

    def close(self) -> None:
        self._file.close()


def answer(body: bytes, *, closes: bool = False) -> bytes:
    """A whole 200."""
    close = b"Connection: close\r\n" if closes else b""
    return b"HTTP/1.1 200 OK\r\n%bContent-Length: %d\r\n\r\n%b" % (close, len(body), body)


class Gate:
    """A call that stays in the application until the test opens the gate."""

    def __init__(self) -> None:
        self.reached = threading.Event()
        self._opened = threading.Event()

    def open(self) -> None:
        self._opened.set()

    def wait(self) -> None:
        self.reached.set()
        assert self._opened.wait(20), "nobody opened the gate"


Handler = Callable[[Channel], bytes | None]


@dataclass
class Service:
    """Answers each request with what the handler of its path returns, or with method and path.

    A handler that returns None has sent its answer itself.
    """

    handlers: dict[str, Handler] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)
    """Method and target of each call, in order."""
    threads: list[str] = field(default_factory=list)
    """On which thread it ran."""
    bodies: list[bytes] = field(default_factory=list)
    journaled: list[tuple[int, int]] = field(default_factory=list)
    """Status and size of each answer that is out."""
    failures: list[BaseException] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    def gate(self, path: str) -> Gate:
        """Let calls of this path wait."""
        gate = Gate()

        def pass_through(channel: Channel) -> bytes:
            gate.wait()
            return path.encode()

        self.handlers[path] = pass_through
        return gate

    def serve(self, channel: Channel) -> Outcome:
        line = channel.line
        self.lines.append(f"{line.method} {line.target}")
        self.threads.append(threading.current_thread().name)
        if channel.body is not None:
            self.bodies.append(channel.body.read())
        try:
            body = self.handlers.get(line.path, _echo)(channel)
            if body is not None:
                channel.send(answer(body, closes=not channel.persists))
        except Disconnected:
            channel.persists = False
            return Plain(0, 0)
        return Plain(200, len(body or b""))

    def open_body(self, length: int | None) -> MemorySink:
        return MemorySink()

    def journal(self, channel: Channel, outcome: Outcome, now: float) -> None:
        self.journaled.append((outcome.status, outcome.sent))

    def report(self, error: BaseException) -> None:
        self.failures.append(error)

    def remark(self, text: str) -> None:
        self.remarks.append(text)

    def flush_journal(self) -> None:
        """There is nothing to flush."""


def _echo(channel: Channel) -> bytes:
    return f"{channel.line.method} {channel.line.target}".encode()


def wiring(
    service: Service,
    limits: Limits | None = None,
    *,
    output_memory: int = MEBIBYTE,
    output_spill: int = 64 * MEBIBYTE,
) -> Wiring:
    """What the channels of a test share."""
    limits = limits or Limits()
    return Wiring(
        HeadParser(limits),
        limits,
        Stamp(None, 0),
        service,
        journals=True,
        output_memory=output_memory,
        output_spill=output_spill,
    )
