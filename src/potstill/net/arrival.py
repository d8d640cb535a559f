"""A body on its way from the socket to where it is kept."""

from __future__ import annotations

from contextlib import suppress
from typing import BinaryIO, Protocol

from potstill.http11.body import ChunkedBody
from potstill.http11.errors import ProtocolError
from potstill.http11.framing import CHUNKED
from potstill.http11.limits import Limits
from potstill.net.wire import Wire

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

    def receive(self, wire: Wire) -> bytes | None:
        """Read once; OSError as `recv` has them."""
        data = wire.recv(RECEIVE if self._chunks else min(RECEIVE, self._length - self.size))
        if not data:
            raise ended_early()
        return self.take(data)

    def take(self, data: bytes) -> bytes | None:
        """Take what has come."""
        rest = b""
        if self._chunks:
            pieces = self._chunks.decode(data)
        else:
            left = self._length - self.size
            if len(data) > left:  # TLS opens whole records
                data, rest = data[:left], data[left:]
            pieces = [data]
        try:
            for piece in pieces:
                self.size += len(piece)
                self._sink.write(piece)
        except OSError as error:
            raise no_room() from error
        if self._chunks:
            return self._chunks.rest if self._chunks.is_done else None
        return rest if self.size == self._length else None

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


def ended_early() -> ProtocolError:
    """The refusal of a body whose client left before its end."""
    return ProtocolError(400, "The body ended early.")


def no_room() -> ProtocolError:
    """The refusal of a body that cannot be kept."""
    return ProtocolError(503, "The server has no room for the body.")
