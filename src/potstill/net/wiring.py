"""What a channel is part of: the service that answers, and what all channels of a worker share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import IntEnum
from typing import TYPE_CHECKING, Protocol

from potstill.http11.head import HeadParser
from potstill.http11.limits import Limits
from potstill.http11.request_line import RequestLine
from potstill.http11.response import Headers, Stamp
from potstill.net.arrival import Sink
from potstill.net.greeting import Manners
from potstill.net.pace import Rate

if TYPE_CHECKING:
    from potstill.net.channel import Channel


class Phase(IntEnum):
    """Where a connection stands; those before WRITING receive."""

    GREETING = 0
    """What stands before the first request: a PROXY header, a TLS handshake."""
    IDLE = 1
    HEAD = 2
    BODY = 3
    WRITING = 4
    """The answer is complete, but not yet with the kernel."""
    PUSHING = 5
    """The answer goes on, and no thread waits for it."""
    LINGERING = 6
    """We are done and have said so; what the client still sends is thrown away."""
    CLOSED = 7


class Outcome(Protocol):
    """What became of a request, for the access log."""

    status: int
    sent: int

    @property
    def fields(self) -> Headers: ...


class Service(Protocol):
    """Whoever answers the requests."""

    def serve(self, channel: Channel, /) -> Outcome:
        """Answer the request that stands on the channel. Never raises; may block.

        Called a second time for an answer that was pushed, once no more of it will come.
        """

    def open_body(self, length: int | None, /) -> Sink:
        """A place for a body of that length, None when it is unknown."""

    def journal(self, channel: Channel, outcome: Outcome, now: float, /) -> None:
        """An answer is out (or given up), at `now` of the monotonic clock."""

    def report(self, error: BaseException, /) -> None:
        """Something failed that cannot fail: tell the operator."""

    def remark(self, text: str, /) -> None:
        """Something about a client that an operator may want to know."""

    def flush_journal(self) -> None:
        """A round of answers is over: write what `journal` has collected."""


@dataclass(slots=True)
class Wiring:
    """What all channels of a worker share."""

    parser: HeadParser
    limits: Limits
    stamp: Stamp
    service: Service
    journals: bool
    """Does the service want to hear of each answer?"""
    output_memory: int
    output_spill: int
    buffers_requests: bool = True
    """Is a request whole before the service hears of it?"""
    body_timeout: float = 30.0
    """Seconds that a client may be silent when a body is read while it arrives."""
    rate: Rate = field(default_factory=Rate)
    """How fast clients have to be."""
    manners: Manners = field(default_factory=Manners)
    """How connections begin."""
    draining: bool = False
    """True when no connection shall outlive its next answer."""
    want_output: Callable[[Channel], None] = lambda channel: None
    """Called when an outbox begins to fill; somebody then watches for room."""
    before_waiting: Callable[[Channel], None] = lambda channel: None
    """Called before a runner waits for its client: somebody else has to poll meanwhile."""
    end_push: Callable[[Channel], None] = lambda channel: None
    """Called, from any thread, when no more of a pushed answer will come."""


class Refusal:
    """The outcome of a request that never reached the service."""

    fields: Headers = ()

    def __init__(self, status: int, sent: int, line: RequestLine | None) -> None:
        self.status = status
        self.sent = sent
        self.line = line
        """None when it was refused before its line was understood."""
