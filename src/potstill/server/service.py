"""Where `net` and `wsgi` meet: what a channel asks for, answered by a gateway and the logs."""

from __future__ import annotations

import time
from contextlib import suppress

from potstill.http11.errors import ProtocolError
from potstill.http11.fields import Fields
from potstill.http11.request_line import RequestLine
from potstill.net.arrival import Sink
from potstill.net.channel import Channel
from potstill.net.wiring import Outcome, Refusal
from potstill.observe import AccessLog, Entry, log
from potstill.wsgi.environ import EnvironMaker
from potstill.wsgi.gateway import Gateway
from potstill.wsgi.input import ReceivedBody

CLIENT_CLOSED_REQUEST = 499
"""Logged, never sent: the client left before there was an answer (nginx made the number known)."""


class WSGIService:
    """A `net.channel.Service` that calls a WSGI application and keeps the access log."""

    def __init__(
        self,
        gateway: Gateway,
        environ: EnvironMaker,
        access_log: AccessLog | None,
        body_memory: int,
    ) -> None:
        self._client = environ.client
        self._body_memory = body_memory
        # Looked up once: these three are called for every request or every round.
        self.serve = gateway.serve
        self.flush_journal = access_log.flush if access_log else lambda: None
        self._record = access_log.record if access_log else lambda entry: None

    def open_body(self, length: int | None) -> Sink:
        """A place for a body that is still arriving, in memory or in a file."""
        return ReceivedBody(length, self._body_memory)

    def report(self, error: BaseException) -> None:
        """Tell of a bug in the server itself."""
        log.critical("a bug in Potstill closed a connection", exc_info=error)

    def remark(self, text: str) -> None:
        """Tell of a client that could not be served."""
        log.info("%s", text)

    def journal(self, channel: Channel, outcome: Outcome, now: float) -> None:
        """Put an answer into the access log."""
        line: RequestLine | None = channel.line if type(outcome) is not Refusal else outcome.line
        fields: Fields | None = channel.fields if line else None
        client = channel.peer[0]
        if fields and fields.is_forwarded:
            with suppress(ProtocolError):  # a proxy that tells nonsense was refused for it
                client = self._client(channel)
        self._record(
            Entry(
                client,
                line,
                fields,
                outcome.status or CLIENT_CLOSED_REQUEST,
                outcome.fields,
                outcome.sent,
                time.time(),
                now - channel.began,
            )
        )
