"""One connection: it receives requests, lends itself to whoever answers, and ends well.

A channel belongs to one thread at a time: to the one with the baton, or, while `busy`, to the
runner that serves its request. Only its outbox is shared between the two.

In the walk: the relay says that bytes are there; `receive` hands them to `http11` and says
whether a whole request has come; the service answers through `send`; `conclude` ends the answer.
"""

from __future__ import annotations

import socket
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from enum import IntEnum
from io import BytesIO
from typing import BinaryIO, Protocol

from potstill.http11.body import ChunkedBody
from potstill.http11.errors import Disconnected, ProtocolError
from potstill.http11.fields import Fields
from potstill.http11.framing import CHUNKED, body_length, persists
from potstill.http11.head import HeadParser
from potstill.http11.limits import Limits
from potstill.http11.partial_head import HEAD_ONLY, PartialHead
from potstill.http11.request_line import RequestLine
from potstill.http11.response import CONTINUE, Headers, Stamp, server_answer
from potstill.net.outbox import Outbox

RECEIVE = 65536
LINGER_BYTES = 16 << 20

_NO_ROOM = ProtocolError(503, "The server has no room for the body.")

_RESET = b"\1\0\0\0\0\0\0\0"  # struct linger: on, 0 seconds
_waste = bytearray(262144)


class Phase(IntEnum):
    """Where a connection stands; those before WRITING receive."""

    IDLE = 0
    HEAD = 1
    BODY = 2
    WRITING = 3
    """The answer is complete, but not yet with the kernel."""
    LINGERING = 4
    """We are done and have said so; what the client still sends is thrown away."""
    CLOSED = 5


class Outcome(Protocol):
    """What became of a request, for the access log."""

    status: int
    sent: int

    @property
    def fields(self) -> Headers: ...


class Sink(Protocol):
    """A place for a body that is still arriving."""

    def room(self) -> memoryview: ...
    def fill(self, count: int, /) -> bool: ...
    def write(self, data: bytes, /) -> bool: ...
    def finish(self) -> BinaryIO: ...
    def close(self) -> None: ...


class Service(Protocol):
    """Whoever answers the requests."""

    def serve(self, channel: Channel, /) -> Outcome:
        """Answer the request that stands on the channel. Never raises; may block."""

    def open_body(self, length: int | None, /) -> Sink:
        """A place for a body of that length, None when it is unknown."""

    def journal(self, channel: Channel, outcome: Outcome, now: float, /) -> None:
        """An answer is out (or given up), at `now` of the monotonic clock."""

    def report(self, error: BaseException, /) -> None:
        """Something failed that cannot fail: tell the operator."""

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
    draining: bool = False
    """True when no connection shall outlive its next answer."""
    want_output: Callable[[Channel], None] = lambda channel: None
    """Called when an outbox begins to fill; somebody then watches for room."""
    before_waiting: Callable[[Channel], None] = lambda channel: None
    """Called before a runner waits for room: somebody else has to poll meanwhile."""


class Refusal:
    """The outcome of a request that never reached the service."""

    fields: Headers = ()

    def __init__(self, status: int, sent: int, line: RequestLine | None) -> None:
        self.status = status
        self.sent = sent
        self.line = line
        """None when it was refused before its line was understood."""


class Channel:
    """A connection with the state of its current request."""

    __slots__ = (
        "_buffer", "_chunks", "_lingers", "_outbox", "_partial", "_recv", "_resets", "_send",
        "_sink", "_wasted", "_wiring", "began", "body", "body_size", "busy", "fd", "fields",
        "interest", "line", "outcome", "peer", "persists", "phase", "server", "sock",
    )  # fmt: skip

    line: RequestLine
    fields: Fields

    def __init__(
        self,
        sock: socket.socket,
        peer: tuple[str, str],
        server: tuple[str, str],
        wiring: Wiring,
    ) -> None:
        self.sock = sock
        self.fd = sock.fileno()
        self.peer = peer
        self.server = server
        self._wiring = wiring
        self._recv = sock.recv
        self._send = sock.send
        self.phase = Phase.HEAD
        self.interest = 0
        """What the poller watches; the relay's."""
        self.busy = False
        """True while another thread than the one with the baton serves the request."""
        self._buffer = b""
        self._partial: PartialHead | None = None
        self._sink: Sink | None = None
        self._chunks: ChunkedBody | None = None
        self._outbox: Outbox | None = None
        self._lingers = False
        self._resets = False
        self._wasted = 0
        self.body: BinaryIO | None = None
        self.body_size = 0
        self.persists = True
        self.began = 0.0
        """When the service was given the request; of the monotonic clock."""
        self.outcome: Outcome | None = None

    # -- requests in ---------------------------------------------------------------------------

    def receive(self) -> bool:
        """Read what is there; True when a whole request has come. Never blocks, never raises."""
        try:
            if self._sink is not None and self._chunks is None:
                return self._receive_into(self._sink)
            data = self._recv(RECEIVE)
        except BlockingIOError:
            return False
        except OSError:  # reset by the peer
            self.phase = Phase.CLOSED
            return False
        return self._understand(data) if data else self._end_of_input()

    def conclude(self, now: float) -> bool:
        """The request has been served; True when the next one is already there, whole."""
        if self.body is not None:
            self.body.close()
            self.body = None
        if self._outbox is not None and not self._outbox.is_empty:
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

        `data` is the head that could not be read; without it, the head was understood.
        """
        line = None if data or self._partial is not None else self.line
        answer = server_answer(error.status, error.message, self._wiring.stamp)
        if self._asks_for_head_only(line, data):
            answer = answer[: answer.index(b"\r\n\r\n") + 4]
        self._drop_request()
        self.persists = False
        self._lingers = True
        self.outcome = Refusal(error.status, len(error.message) + 1, line)
        try:
            self.send(answer)
        except Disconnected:
            self.phase = Phase.CLOSED
            return False
        return self.conclude(self.began)

    def _understand(self, data: bytes) -> bool:
        """Read on with what has arrived; True when a whole request is there."""
        try:
            if self._chunks is not None or self._partial is not None:
                return self._continue(data)
            wiring = self._wiring
            head = wiring.parser.read(data)
            if head is None:
                self.phase = Phase.HEAD
                self._partial = PartialHead(wiring.limits)
                return self._continue(data)
            self.line, self.fields, end = head
            self.persists = not wiring.draining
            if self.line.is_plain and self.fields.is_plain:
                self._buffer = data[end:]
                return True
            return self._frame(data[end:])
        except ProtocolError as error:
            return self.refuse(error, b"" if self._chunks else data)
        except Exception as error:  # a bug of ours shall cost its connection, and no other
            self._wiring.service.report(error)
            self.phase = Phase.CLOSED
            return False

    def _continue(self, data: bytes) -> bool:
        """More of a chunked body, or of a head, that did not come in one piece."""
        if self._partial is None:
            return self._take_chunks(data)
        whole = self._partial.add(data)
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
        self.phase = Phase.BODY
        if fields.expects_continue and line.is_1_1 and not rest:
            self._invite()
        self._sink = wiring.service.open_body(None if length == CHUNKED else length)
        if length == CHUNKED:
            self._chunks = ChunkedBody(wiring.limits)
            self.body_size = 0
            return self._take_chunks(rest)
        self.body_size = length
        if rest:
            self._store(self._sink, rest)
        return False

    def _invite(self) -> None:
        """Say 100 Continue, once, now that nothing speaks against the body (RFC 9110, 10.1.1)."""
        try:
            self.send(CONTINUE)
        except Disconnected:
            self.phase = Phase.CLOSED

    def _receive_into(self, sink: Sink) -> bool:
        count = self.sock.recv_into(sink.room())
        if not count:
            return self._end_of_input()
        try:
            return sink.fill(count) and self._body_is_whole(sink, b"")
        except OSError:
            return self.refuse(_NO_ROOM)

    def _store(self, sink: Sink, data: bytes) -> None:
        try:
            sink.write(data)
        except OSError as error:
            raise _NO_ROOM from error

    def _take_chunks(self, data: bytes) -> bool:
        sink, chunks = self._sink, self._chunks
        assert sink is not None
        assert chunks is not None
        for piece in chunks.decode(data):
            self.body_size += len(piece)
            self._store(sink, piece)
        return chunks.is_done and self._body_is_whole(sink, chunks.rest)

    def _body_is_whole(self, sink: Sink, rest: bytes) -> bool:
        self.body = sink.finish()
        self._sink = self._chunks = None
        self._buffer = rest
        return True

    def _end_of_input(self) -> bool:
        """The client has closed its side; what it began to say will never be whole."""
        if self._sink is not None:
            return self.refuse(ProtocolError(400, "The body ended early."))
        if self._partial:
            return self.refuse(ProtocolError(400, "The request ended early."))
        self.phase = Phase.CLOSED
        return False

    def _drop_request(self) -> None:
        if self._sink is not None:
            self._sink.close()
        self._sink = self._chunks = self._partial = None

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

    # -- answers out: what `wsgi` sees as its transport ------------------------------------------

    def send(self, data: bytes | memoryview) -> None:
        """Hand bytes to the kernel, or queue them; waits while the client lags too far behind.

        Disconnected when nobody is there any more.
        """
        outbox = self._outbox
        if outbox is None or outbox.is_idle:
            try:
                sent = self._send(data)
            except BlockingIOError:
                sent = 0
            except OSError as error:
                raise Disconnected from error
            if sent == len(data):
                return
            data = memoryview(data)[sent:]
        outbox = self._open_outbox()
        with outbox.lock:
            was_empty = outbox.is_empty
            outbox.add(data)
            if was_empty:
                self._wiring.want_output(self)
        if outbox.is_full:
            self._wiring.before_waiting(self)
            if not outbox.wait_for_room():
                raise Disconnected

    def send_file(self, descriptor: int, offset: int, count: int) -> None:
        """Begin to send a part of a regular file, and queue the rest.

        The descriptor is duplicated: the caller may close it.
        """
        outbox = self._open_outbox()
        with outbox.lock:
            was_empty = outbox.is_empty
            outbox.add_file(descriptor, offset, count)
            if was_empty and not self.flush():
                self._wiring.want_output(self)

    def break_off(self, *, visibly: bool) -> None:
        """End the connection after what was sent; `visibly` by a reset."""
        self.persists = False
        self._lingers = True
        self._resets = visibly

    def flush(self, emptied: Callable[[Channel], None] = lambda channel: None) -> bool:
        """Send what the kernel takes of the outbox; True when nothing is left of it.

        `emptied` is called in that case, before anything more can be queued.
        """
        outbox = self._outbox
        if outbox is None:
            return True
        with outbox.lock:
            try:
                is_empty = outbox.flush(self.sock)
            except OSError:
                self.give_up()
                is_empty = True
            if is_empty:
                emptied(self)
        return is_empty

    def give_up(self) -> None:
        """Nobody takes the answer any more: forget it, and tell whoever produces it."""
        self.persists = False
        self._resets = True
        if self._outbox is not None:
            self._outbox.give_up()

    def _open_outbox(self) -> Outbox:
        if self._outbox is None:
            self._outbox = Outbox(self._wiring.output_memory, self._wiring.output_spill)
        if self._outbox.is_broken:
            raise Disconnected
        return self._outbox

    # -- the end ---------------------------------------------------------------------------------

    def waste(self) -> bool:
        """Throw away what a client still sends after our last word; True while it may go on."""
        try:
            count = self.sock.recv_into(_waste)
        except BlockingIOError:
            return True
        except OSError:
            return False
        self._wasted += count
        return count > 0 and self._wasted < LINGER_BYTES

    def cut_off(self) -> None:
        """Let nothing in or out any more; whoever serves the request is told when it sends."""
        self.give_up()
        with suppress(OSError):  # it may be closed already
            self.sock.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Close the socket and forget the request; whoever waits for room is told."""
        self.phase = Phase.CLOSED
        self._drop_request()
        if self.body is not None:
            self.body.close()
            self.body = None
        if self._outbox is not None:
            self._outbox.give_up()
        self.sock.close()

    def _end(self) -> None:
        """After the last answer: close at once, or in two steps if more input may be under way.

        Closing a socket with unread input makes the kernel send a reset, which can overtake the
        answer (RFC 9112, 9.6).
        """
        self.phase = Phase.CLOSED
        if self._resets:
            self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        elif self._lingers or self._buffer or self._wiring.draining:
            self.phase = Phase.LINGERING
            try:
                self.sock.shutdown(socket.SHUT_WR)
            except OSError:
                self.phase = Phase.CLOSED
