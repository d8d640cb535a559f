"""The body of a request that is served while it arrives (`--request-buffering off`).

It belongs to the thread that serves the request: reading blocks, after somebody else has taken
over the poller. A body that ends early, comes too slowly or breaks its framing raises `BodyError`
and never looks complete.
"""

from __future__ import annotations

import io
import time
from collections import deque
from typing import TYPE_CHECKING, Protocol

from potstill.http11.body import ChunkedBody
from potstill.http11.errors import BodyError, ProtocolError
from potstill.http11.framing import CHUNKED
from potstill.http11.limits import Limits
from potstill.net.arrival import ended_early
from potstill.net.pace import Rate
from potstill.net.wire import Wire

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

RECEIVE = 65536


class Source(Protocol):
    """The connection that a body comes on."""

    wire: Wire

    def invite(self) -> None:
        """Nothing of the body has come, and somebody wants to read it."""

    def before_waiting(self) -> None:
        """The calling thread is about to wait for the client."""

    def end_body(self, rest: bytes) -> None:
        """All of the body has come, and `rest` behind it."""


class LiveBody(io.RawIOBase):
    """A body of `length` bytes, or in chunks (CHUNKED).

    The client may be silent for `timeout` seconds, and be waited for as long as `rate` suffers it.
    """

    def __init__(
        self, source: Source, length: int, limits: Limits, timeout: float, rate: Rate
    ) -> None:
        self._source = source
        self._chunks = ChunkedBody(limits) if length == CHUNKED else None
        self._left = length
        self._timeout = timeout
        self._rate = rate
        self._moved = 0
        self._is_invited = False
        self._waited = 0.0
        self._pieces: deque[bytes] = deque()
        self._error: ProtocolError | None = None
        self.is_whole = False
        """True once all of it has come, whether or not it was read."""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        """Read what is there; waits until that is something. BodyError when it never will be."""
        view = memoryview(buffer).cast("B")
        while not self._pieces:
            if self.is_whole or not view:
                return 0
            self._receive()
        piece = self._pieces.popleft()
        count = min(len(piece), len(view))
        view[:count] = piece[:count]
        if count < len(piece):
            self._pieces.appendleft(piece[count:])
        return count

    def take(self, data: bytes) -> None:
        """Take what has come; ProtocolError when it is no body."""
        self._moved += len(data)
        if self._chunks is None:
            piece, rest = data[: self._left], data[self._left :]
            self._left -= len(piece)
            self._pieces.append(piece)
            if not self._left:
                self._end(rest)
        else:
            self._pieces.extend(self._chunks.decode(data))
            if self._chunks.is_done:
                self._end(self._chunks.rest)

    def _end(self, rest: bytes) -> None:
        self.is_whole = True
        self._source.end_body(rest)

    def _receive(self) -> None:
        if self._error is not None:
            raise BodyError(self._error)
        try:
            self._read_once()
        except BlockingIOError:
            self._wait()
        except ProtocolError as error:
            self._error = error
            raise BodyError(error) from error
        except OSError as error:  # reset by the client
            self._error = ended_early()
            raise BodyError(self._error) from error

    def _read_once(self) -> None:
        data = self._source.wire.recv(RECEIVE)
        if not data:
            raise ended_early()
        self.take(data)
        if not self.is_whole and not self._rate.is_kept(self._moved, self._waited):
            raise ProtocolError(408, "The body came too slowly.")

    def _wait(self) -> None:
        if not (self._moved or self._is_invited):
            self._is_invited = True  # over TLS a wait may bring half a record, and no byte of it
            self._source.invite()
        self._source.before_waiting()
        begun = time.monotonic()
        has_come = self._source.wire.wait_for_input(self._timeout)
        self._waited += time.monotonic() - begun
        if not has_come:
            self._error = ProtocolError(408, "The body did not come in time.")
            raise BodyError(self._error)
