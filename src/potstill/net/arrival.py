"""A body on its way from the socket to where it is kept."""

from __future__ import annotations

import socket
from contextlib import suppress
from typing import BinaryIO, Protocol

from potstill.http11.body import ChunkedBody
from potstill.http11.errors import ProtocolError
from potstill.http11.framing import CHUNKED
from potstill.http11.limits import Limits

RECEIVE = 131072
"""Bytes asked for at a time."""


class Sink(Protocol):
    """A place for a body that is still arriving."""

    def write(self, data: bytes, /) -> None:
        """Append."""

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
        self._length = length
        self.size = 0
        """What has come so far."""

    def receive(self, sock: socket.socket) -> bytes | None:
        """Read once; OSError as `recv` has them."""
        data = sock.recv(RECEIVE if self._chunks else min(RECEIVE, self._length - self.size))
        if not data:
            raise ProtocolError(400, "The body ended early.")
        return self.take(data)

    def take(self, data: bytes) -> bytes | None:
        """Take what came with the head; of an announced length that is less than the body."""
        pieces = self._chunks.decode(data) if self._chunks else [data]
        try:
            for piece in pieces:
                self.size += len(piece)
                self._sink.write(piece)
        except OSError as error:
            raise no_room() from error
        if self._chunks:
            return self._chunks.rest if self._chunks.is_done else None
        return b"" if self.size == self._length else None

    def finish(self) -> BinaryIO:
        """The whole body from its beginning."""
        try:
            return self._sink.finish()
        except OSError as error:
            raise no_room() from error

    def close(self) -> None:
        """Forget what has come."""
        with suppress(OSError):  # a full disk fails to the last
            self._sink.close()


def no_room() -> ProtocolError:
    """The refusal of a body that cannot be kept."""
    return ProtocolError(503, "The server has no room for the body.")
