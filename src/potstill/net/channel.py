"""One connection: it receives requests, lends itself to whoever answers, and ends well.

A channel belongs to one thread at a time: to the one with the baton, or, while `busy`, to the
runner that serves its request. Only its outbox is shared between the two.

In the walk: the relay says that bytes are there; `receive` hands them to `http11` and says
whether a whole request has come; the service answers through `send`; `conclude` ends the answer.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from io import BytesIO
from typing import BinaryIO

from potstill.http11.errors import Disconnected, ProtocolError
from potstill.http11.fields import Fields
from potstill.http11.framing import CHUNKED, body_length, persists
from potstill.http11.partial_head import HEAD_ONLY, PartialHead
from potstill.http11.request_line import RequestLine
from potstill.http11.response import CONTINUE, server_answer
from potstill.net.arrival import RECEIVE, Arrival, no_room
from potstill.net.outbox import Outbox
from potstill.net.wiring import Outcome, Phase, Refusal, Wiring

LINGER_BYTES = 16 << 20

_RESET = b"\1\0\0\0\0\0\0\0"  # struct linger: on, 0 seconds
_waste = bytearray(262144)


class Channel:
    """A connection with the state of its current request."""

    __slots__ = (
        "_arrival", "_buffer", "_lingers", "_outbox", "_partial", "_recv", "_resets", "_send",
        "_wasted", "_wiring", "began", "body", "body_size", "busy", "fd", "fields",
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
        self._arrival: Arrival | None = None
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
            if self._arrival is not None:
                return self._has_whole(self._arrival, self._arrival.receive(self.sock))
            data = self._recv(RECEIVE)
        except BlockingIOError:
            return False
        except ProtocolError as error:
            return self.refuse(error)
        except OSError:  # reset by the peer
            self.phase = Phase.CLOSED
            return False
        return self._understand(data) if data else self._end_of_input()

    def conclude(self, now: float) -> bool:
        """The request has been served; True when the next one is already there, whole."""
        if self.body is not None:
            self._drop_body(self.body)
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

        `data` is what could not be read; nothing, when the head was understood.
        """
        line = self.line if self._arrival or not (data or self._partial is not None) else None
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
                return True
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
        self.phase = Phase.BODY
        if fields.expects_continue and line.is_1_1 and not rest:
            self._invite()
        try:
            sink = wiring.service.open_body(None if length == CHUNKED else length)
        except OSError:
            return self.refuse(no_room())
        self._arrival = Arrival(sink, length, wiring.limits)
        return bool(rest) and self._has_whole(self._arrival, self._arrival.take(rest))

    def _invite(self) -> None:
        """Say 100 Continue, once, now that nothing speaks against the body (RFC 9110, 10.1.1)."""
        try:
            self.send(CONTINUE)
        except Disconnected:
            self.phase = Phase.CLOSED

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
        with outbox.lock, self._without_gaps():
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
        with outbox.lock, self._without_gaps():
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

    @contextmanager
    def _without_gaps(self) -> Iterator[None]:
        """What could not be kept is missing for good: nothing may be sent behind it."""
        try:
            yield
        except OSError:
            self.give_up()
            raise

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
            self._drop_body(self.body)
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
            with suppress(OSError):  # it may be closed already
                self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        elif self._lingers or self._buffer or self._wiring.draining:
            self.phase = Phase.LINGERING
            try:
                self.sock.shutdown(socket.SHUT_WR)
            except OSError:
                self.phase = Phase.CLOSED
