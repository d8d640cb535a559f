"""`wsgi.input`: a whole body, in memory or in a file (PEP 3333, "Input and Error Streams").

The application is called when its request is complete, so the stream it gets is an ordinary
file object that ends where the body ends: every method and every size behaves as documented
for `io`, nothing blocks, and no byte of a later request is within reach.
"""

from __future__ import annotations

from io import BytesIO
from tempfile import TemporaryFile
from typing import BinaryIO

PIECE = 262144
"""Bytes received at a time on the way to a file."""


class SizedBody:
    """A body of announced length up to the memory threshold, received straight into its place."""

    def __init__(self, length: int) -> None:
        self._file = BytesIO(bytes(length))
        self._left = self._file.getbuffer()

    def room(self) -> memoryview:
        """Where the next bytes belong: receive into it, then say how many with `fill`."""
        return self._left

    def fill(self, count: int) -> bool:
        """`count` bytes were put into `room`; True when the body is complete."""
        self._left = self._left[count:]
        return not self._left

    def write(self, data: bytes) -> bool:
        """Append; True when the body is complete."""
        self._left[: len(data)] = data
        return self.fill(len(data))

    def finish(self) -> BinaryIO:
        """The body from its beginning."""
        self._left.release()
        return self._file

    def close(self) -> None:
        """Forget what has come: the rest never will."""
        self._left.release()
        self._file.close()


class SpooledBody:
    """A body above the threshold, or of unknown length: in a temporary file, sooner or later.

    `length` is None while it is unknown; then the body is complete when its decoder says so, and
    stays in memory up to the threshold.
    """

    def __init__(self, length: int | None, memory: int) -> None:
        self._left = length
        self._memory = memory
        self._file: BinaryIO = BytesIO() if length is None else _spool()
        self._piece = memoryview(b"")

    def room(self) -> memoryview:
        """Where the next bytes belong, of an announced length."""
        self._piece = memoryview(bytearray(min(PIECE, self._left or PIECE)))
        return self._piece

    def fill(self, count: int) -> bool:
        """`count` bytes were put into `room`; True when the body is complete."""
        piece, self._piece = self._piece[:count], memoryview(b"")
        return self.write(piece)

    def write(self, data: bytes | memoryview) -> bool:
        """Append; True when the announced length is reached."""
        if isinstance(self._file, BytesIO) and self._file.tell() + len(data) > self._memory:
            spool = _spool()
            spool.write(self._file.getbuffer())
            self._file = spool
        self._file.write(data)
        if self._left is None:
            return False
        self._left -= len(data)
        return not self._left

    def finish(self) -> BinaryIO:
        """The body from its beginning."""
        self._file.seek(0)
        return self._file

    def close(self) -> None:
        """Forget what has come: the rest never will."""
        self._file.close()


def open_body(length: int | None, memory: int) -> SizedBody | SpooledBody:
    """A place for a body of `length` bytes (None: unknown) that keeps `memory` bytes in memory."""
    if length is not None and length <= memory:
        return SizedBody(length)
    return SpooledBody(length, memory)


def _spool() -> BinaryIO:
    return TemporaryFile(prefix="potstill-body-")
