"""One connection: it receives requests, lends itself to whoever answers, and ends well.

A channel belongs to one thread at a time: to the one with the baton, or, while `busy`, to the
runner that serves its request. Only its way out is shared between the two (`outlet`).

In the walk: the relay says that bytes are there; `receive` hands them to `http11` and says
whether a whole request has come; the service answers through `send`; `conclude` ends the answer.
"""

from __future__ import annotations

import socket
from contextlib import suppress
from io import BufferedReader, BytesIO
from typing import Any, BinaryIO

from potstill.http11.errors import Disconnected, ProtocolError
from potstill.http11.fields import Fields
from potstill.http11.framing import CHUNKED, body_length, persists
from potstill.http11.partial_head import HEAD_ONLY, PartialHead
from potstill.http11.request_line import RequestLine
from potstill.http11.response import CONTINUE, server_answer
from potstill.net.arrival import RECEIVE, Arrival, no_room
from potstill.net.greeting import Greeting
from potstill.net.live_body import LiveBody
from potstill.net.outlet import Outlet
from potstill.net.tls import HandshakeError, PlainTextError
from potstill.net.wire import Wire
from potstill.net.wiring import Outcome, Phase, Refusal, Wiring

LINGER_BYTES = 16 << 20
REMEMBERED = 4096
"""A request up to this size is known again when the client sends the very same one."""

_waste = bytearray(262144)


class Channel(Outlet):
    """A connection with the state of its current request."""

    __slots__ = (
        "_arrival", "_buffer", "_greeting", "_invites", "_last", "_live", "_may_persist",
        "_partial", "_recv", "_wasted", "_wiring", "began", "body", "body_size", "busy",
        "derived", "fd", "fields", "interest", "is_secure", "line", "moved_before", "outcome",
        "peer", "phase", "server", "since",
    )  # fmt: skip

    line: RequestLine
    fields: Fields

    def __init__(
        self,
        sock: socket.socket,
        peer: tuple[str, str],
        server: tuple[str, str],
        wiring: Wiring,
        greeting: Greeting | None = None,
    ) -> None:
        super().__init__(Wire(sock), wiring.output_memory, wiring.output_spill)
        self.fd = sock.fileno()
        self.peer = peer
        """Address and port of the client, both empty on a Unix socket."""
        self.server = server
        """Name and port under which the client reached us."""
        self.is_secure = False
        """Does the client speak TLS, to us or to the proxy that said so in its PROXY header?"""
        self.derived: dict[str, Any] | None = None
        """What the layer above made of this connection."""
        self._wiring = wiring
        self._greeting = greeting
        self._recv = self._hear_out if greeting else self.wire.recv
        self.phase = Phase.GREETING if greeting else Phase.HEAD
        self.interest = 0
        """What the poller watches; the switchboard's, as the next two are."""
        self.since = 0.0
        """When this phase began, if how fast it proceeds matters."""
        self.moved_before = 0
        self.busy = False
        """True while another thread than the one with the baton serves the request."""
        self._buffer = b""
        self._last: bytes | None = None
        """The last request, if it was plain and came alone: then `line` and `fields` are its."""
        self._partial: PartialHead | None = None
        self._arrival: Arrival | None = None
        self._live: LiveBody | None = None
        self._may_persist = False
        self._invites = False
        """Does the client wait for 100 Continue?"""
        self._wasted = 0
        self.body: BinaryIO | None = None
        self.body_size: int | None = 0
        """Bytes of the body; None when it is still arriving and has not said."""
        self.began = 0.0
        """When the service was given the request; of the monotonic clock."""
        self.outcome: Outcome | None = None

    # -- requests in ---------------------------------------------------------------------------

    def receive(self) -> bool:
        """Read what is there; True when a whole request has come. Never blocks, never raises."""
        try:
            if self._arrival is not None:
                return self._has_whole(self._arrival, self._arrival.receive(self.wire))
            data = self._recv(RECEIVE)
            # A client that polls, say: then line and fields are still there.
            if data == self._last and self._partial is None:
                self.persists = not self._wiring.draining
                return True
        except BlockingIOError:
            return False
        except (ProtocolError, HandshakeError, OSError) as error:
            return self._hear_no_more(error)
        return self._understand(data) if data else self._end_of_input()

    def _hear_no_more(self, error: ProtocolError | HandshakeError | OSError) -> bool:
        match error:
            case ProtocolError():
                return self.refuse(error)
            case HandshakeError():
                return self._turn_away(error)
        self.phase = Phase.CLOSED  # reset by the peer
        return False

    def conclude(self, now: float) -> bool:
        """The request has been served; True when the next one is already there, whole."""
        if self.body is not None:
            self._drop_body(self.body)
        if self._outbox is not None:
            if self.pushed is not None:
                self.phase = Phase.PUSHING
                return False
            if not self._outbox.is_empty:
                self.phase = Phase.WRITING
                return False
        return self.answered(now)

    def answered(self, now: float) -> bool:
        """The answer is with the kernel; True when the next request is already there, whole."""
        if self.outcome is not None and self._wiring.journals:
            self._wiring.service.journal(self, self.outcome, now)
            self.outcome = None
        if not self.persists:
            self._end()
            return False
        self.phase = Phase.IDLE
        if not self._buffer:
            return False
        data, self._buffer = self._buffer, b""
        return self._understand(data)

    def refuse(self, error: ProtocolError, data: bytes = b"") -> bool:
        """Answer a request that no service shall see; nothing after it is read as one.

        `data` is what could not be read; nothing, when the head was understood.
        """
        is_understood = self._arrival or not (data or self._partial is not None or self._greeting)
        line = self.line if is_understood else None
        answer = server_answer(error.status, error.message, self._wiring.stamp)
        size = len(error.message) + 1
        if self._asks_for_head_only(line, data):
            answer, size = answer[:-size], 0
        self._drop_request()
        self.persists = False
        self._lingers = True
        self.outcome = Refusal(error.status, size, line)
        try:
            self.send(answer)
        except Disconnected:
            self.phase = Phase.CLOSED
            return False
        return self.conclude(self.began)

    def _understand(self, data: bytes) -> bool:
        """Read on with what has arrived; True when a whole request is there."""
        try:
            if self._partial is not None:
                return self._complete(self._partial, data)
            wiring = self._wiring
            head = wiring.parser.read(data)
            if head is None:
                self.phase = Phase.HEAD
                self._partial = PartialHead(wiring.limits)
                return self._complete(self._partial, data)
            self.line, self.fields, end = head
            self.persists = not wiring.draining
            if self.line.is_plain and self.fields.is_plain:
                self._buffer = data[end:]
                self._last = data if len(data) == end <= REMEMBERED else None
                return True
            self._last = None
            return self._frame(data[end:])
        except ProtocolError as error:
            return self.refuse(error, data)
        except Exception as error:  # a bug of ours shall cost its connection, and no other
            self._wiring.service.report(error)
            self.phase = Phase.CLOSED
            return False

    def _complete(self, partial: PartialHead, data: bytes) -> bool:
        """More of a head that did not come in one piece."""
        whole = partial.add(data)
        if whole is None:
            return False
        self._partial = None
        return self._understand(whole)

    def _frame(self, rest: bytes) -> bool:
        """See which body follows (RFC 9112, 6.3); `rest` is what arrived behind the head."""
        line, fields, wiring = self.line, self.fields, self._wiring
        try:
            length = body_length(line, fields, wiring.limits)
        except ProtocolError as error:
            return self.refuse(error)
        self.persists = persists(line, fields) and not wiring.draining
        if 0 <= length <= len(rest):
            self._buffer = rest[length:]
            if length:
                self.body, self.body_size = BytesIO(rest[:length]), length
            return True
        self._invites = fields.expects_continue and line.is_1_1 and not rest
        if not wiring.buffers_requests:
            return self._open_live_body(length, rest)
        self.phase = Phase.BODY
        self.invite()
        try:
            sink = wiring.service.open_body(None if length == CHUNKED else length)
        except OSError:
            return self.refuse(no_room())
        self._arrival = Arrival(sink, length, wiring.limits)
        return bool(rest) and self._has_whole(self._arrival, self._arrival.take(rest))

    def invite(self) -> None:
        """Say 100 Continue, once, now that nothing speaks against the body (RFC 9110, 10.1.1)."""
        if self._invites:
            self._invites = False
            with suppress(Disconnected):  # which will be seen when we read
                self.send(CONTINUE)

    def _has_whole(self, arrival: Arrival, rest: bytes | None) -> bool:
        """Is the body whole? `rest` is what came behind it, if so."""
        if rest is None:
            return False
        self.body, self.body_size = arrival.finish(), arrival.size
        self._arrival = None
        self._buffer = rest
        return True

    def _end_of_input(self) -> bool:
        """The client has closed its side; what it began to say will never be whole."""
        if self._partial:
            return self.refuse(ProtocolError(400, "The request ended early."))
        self.phase = Phase.CLOSED
        return False

    def _drop_request(self) -> None:
        if self._arrival is not None:
            self._arrival.close()
        self._arrival = self._partial = None

    def _drop_body(self, body: BinaryIO) -> None:
        """An application may still hold a view of it, and a file may fail to the last."""
        if self._live is not None:
            if not self._live.is_whole:
                self.persists, self._lingers = False, True
            self._live = None
        self.body = None
        with suppress(OSError, BufferError):
            body.close()

    def _asks_for_head_only(self, line: RequestLine | None, data: bytes) -> bool:
        if line is not None:
            return not line.wants_content
        if self._partial is not None:
            return self._partial.asks_for_head_only
        return data.startswith(HEAD_ONLY)

    @property
    def is_silent(self) -> bool:
        """True while no byte of a request has come: closing now cuts nobody short."""
        return self.phase <= Phase.HEAD and not self._partial

    @property
    def is_producing(self) -> bool:
        """True while more may be added to what waits for the client."""
        return self.busy or self.phase is Phase.PUSHING

    @property
    def moved(self) -> int:
        """Bytes that a slow client has sent of what it sends, or taken of what it gets."""
        if self._arrival is not None:
            return self._arrival.size
        return len(self._partial) if self._partial is not None else self.taken

    # -- before the first request ----------------------------------------------------------------

    def _hear_out(self, most: int) -> bytes:
        """Deal with what stands before the first request; then receive, for good."""
        greeting = self._greeting
        assert greeting is not None
        self.wire, received = greeting.proceed(self.wire)
        if greeting.header is not None:
            self.peer = greeting.header.peer or self.peer
            self.server = greeting.header.server or self.server
        self.is_secure = greeting.is_secure
        self._greeting = None
        self._recv, self._send = self.wire.recv, self.wire.send
        self.phase = Phase.HEAD
        return received or self._recv(most)

    def _turn_away(self, error: HandshakeError) -> bool:
        """Part with a client that could not begin; one that speaks plain HTTP is told so."""
        self._wiring.service.remark(f"no TLS with {self.peer[0]}: {error}")
        if isinstance(error, PlainTextError) and error.data[:1].isupper():
            answer = ProtocolError(400, "This port speaks TLS: use https instead of http.")
            return self.refuse(answer, error.data)
        self._lingers = True  # the alert has to arrive
        self._end()
        return False

    @property
    def security(self) -> dict[str, str]:
        """What the TLS handshake told, as variables for applications; nothing without TLS."""
        return self.wire.facts()

    # -- a body that is read while it arrives ----------------------------------------------------

    def _open_live_body(self, length: int, rest: bytes) -> bool:
        """Let the service begin now; until all of the body has come the connection is to end."""
        wiring = self._wiring
        self._may_persist, self.persists = self.persists, False
        live = LiveBody(self, length, wiring.limits, wiring.body_timeout, wiring.rate)
        if rest:
            live.take(rest)
        self._live = live
        self.body, self.body_size = BufferedReader(live), None if length == CHUNKED else length
        return True

    def end_body(self, rest: bytes) -> None:
        """All of a live body has come, and `rest` behind it."""
        self._buffer = rest
        self.persists = self._may_persist

    def announce_end(self) -> None:
        """The client is being told that this is the last answer; nothing changes that any more."""
        self.persists = self._may_persist = self._invites = False

    def before_waiting(self) -> None:
        """The thread that serves the request is about to wait for the client."""
        self._wiring.before_waiting(self)

    def end_push(self) -> None:
        """No more of a pushed answer will come; from any thread."""
        self._wiring.end_push(self)

    def want_output(self) -> None:
        """Something is in the outbox now."""
        self._wiring.want_output(self)

    # -- the end ---------------------------------------------------------------------------------

    def waste(self) -> bool:
        """Throw away what a client still sends after our last word; True while it may go on."""
        try:
            count = self.wire.sock.recv_into(_waste)
        except BlockingIOError:
            return True
        except OSError:
            return False
        self._wasted += count
        return count > 0 and self._wasted < LINGER_BYTES

    def close(self) -> None:
        """Close the socket and forget the request; whoever waits for room is told."""
        self.phase = Phase.CLOSED
        self._drop_request()
        if self.body is not None:
            self._drop_body(self.body)
        if self._outbox is not None:
            self._outbox.give_up()
        if self.pushed is not None:
            self.pushed.end()
        self.wire.close()

    def _end(self) -> None:
        """After the last answer: close at once, or in two steps if more input may be under way.

        Closing a socket with unread input makes the kernel send a reset, which can overtake the
        answer (RFC 9112, 9.6).
        """
        self.phase = Phase.CLOSED
        if not (self._resets or self._lingers or self._buffer or self._wiring.draining):
            return
        with suppress(OSError):  # it may be closed already
            if self._resets:
                self.wire.reset()
            else:
                self.wire.end()
                self.phase = Phase.LINGERING
