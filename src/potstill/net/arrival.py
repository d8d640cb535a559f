"""A body on its way from the socket to where it is kept."""

from __future__ import annotations

import socket
from typing import BinaryIO, Protocol

from potstill.http11.body import ChunkedBody
from potstill.http11.errors import ProtocolError
from potstill.http11.framing import CHUNKED
from potstill.http11.limits import Limits

RECEIVE = 65536
"""Bytes asked for at a time."""


class Sink(Protocol):
    """A place for a body that is still arriving."""

    def room(self) -> memoryview:
        """Where the next bytes of an announced length belong."""

    def fill(self, count: int, /) -> bool:
        """So many bytes were put into `room`; True when the announced length is reached."""

    def write(self, data: bytes, /) -> bool:
        """Append; True when the announced length is reached."""

    def finish(self) -> BinaryIO:
        """The body from its beginning."""

    def close(self) -> None:
        """Forget what has come."""


class Arrival:
    """Takes a body of `length` bytes, or one in chunks (CHUNKED), until it is whole.

    Both ways to feed it return what came behind the body once it is whole, and None before.
    ProtocolError when it never can be.
    """

    def __init__(self, sink: Sink, length: int, limits: Limits) -> None:
        self._sink = sink
        self._chunks = ChunkedBody(limits) if length == CHUNKED else None
        self.size = max(length, 0)
        """Of a body in chunks: so far."""

    def receive(self, sock: socket.socket) -> bytes | None:
        """Read once; OSError as `recv` has them."""
        if self._chunks is not None:
            data = sock.recv(RECEIVE)
            count = len(data)
        else:
            data = b""
            count = sock.recv_into(self._sink.room())
        if not count:
            raise ProtocolError(400, "The body ended early.")
        if self._chunks is not None:
            return self.take(data)
        try:
            return b"" if self._sink.fill(count) else None
        except OSError as error:
            raise _no_room() from error

    def take(self, data: bytes) -> bytes | None:
        """Take what came with the head; of an announced length that is less than the body."""
        chunks = self._chunks
        try:
            if chunks is None:
                self._sink.write(data)
                return None
            for piece in chunks.decode(data):
                self.size += len(piece)
                self._sink.write(piece)
        except OSError as error:
            raise _no_room() from error
        return chunks.rest if chunks.is_done else None

    def finish(self) -> BinaryIO:
        """The whole body from its beginning."""
        return self._sink.finish()

    def close(self) -> None:
        """Forget what has come."""
        self._sink.close()


def _no_room() -> ProtocolError:
    return ProtocolError(503, "The server has no room for the body.")
