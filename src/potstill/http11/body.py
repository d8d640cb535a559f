"""The decoder of chunked bodies (RFC 9112, 7.1), byte for byte strict.

A sized body needs no decoder: its bytes are what they are, and `net.arrival` counts them.

The decoder is fed with what arrives and returns the data in it; it is done after the empty line
that ends the trailer section. Trailers are held to the rules of fields and then dropped: nothing
above this layer may mistake them for fields of the head (RFC 9110, 6.5.1).
"""

from __future__ import annotations

from collections.abc import Callable

from potstill.http11.errors import ProtocolError
from potstill.http11.grammar import CHUNK_LINE, FIELD_LINE, LONE_CR_OR_LF
from potstill.http11.limits import Limits

SIZE_DIGITS = 16
"""Hexadecimal digits of a chunk's size, leading zeros not counted."""
EXTENSIONS = 16
"""All extensions of a body together may fill so many chunk lines."""


class ChunkedBody:
    """A body in chunks: size line, data, CRLF, ... , last chunk, trailers, empty line."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._buffer = bytearray()
        self._scanned = 0
        self._left = 0
        self._received = 0
        self._extensions = 0
        self._trailers = 0
        self._state: Callable[[list[bytes]], bool] = self._size_line
        self.is_done = False

    def decode(self, data: bytes) -> list[bytes]:
        """The pieces of content in `data`, in order; `rest` has what came after the end.

        ProtocolError 400 for malformed chunks, 413 and 431 beyond the limits.
        """
        self._buffer += data
        pieces: list[bytes] = []
        while self._state(pieces):
            pass
        return pieces

    @property
    def rest(self) -> bytes:
        """Once `is_done`: the bytes that follow the body."""
        return bytes(self._buffer)

    def _size_line(self, pieces: list[bytes]) -> bool:
        line = self._line(self._limits.chunk_line, 400)
        if line is None:
            return False
        match = CHUNK_LINE.fullmatch(line)
        if not match:
            raise ProtocolError(400, "A chunk's size is malformed.")
        self._count_extensions(len(match[2]))
        digits = match[1].lstrip(b"0")
        if len(digits) > SIZE_DIGITS:
            raise ProtocolError(413, "A chunk is too large.")
        self._left = int(digits or b"0", 16)
        self._received += self._left
        if self._received > self._limits.body:
            raise ProtocolError(413, "The body is too large.")
        self._state = self._data if self._left else self._trailer
        return True

    def _data(self, pieces: list[bytes]) -> bool:
        with memoryview(self._buffer) as received, received[: self._left] as part:
            data = bytes(part)
        if not data:
            return False
        del self._buffer[: len(data)]
        pieces.append(data)
        self._left -= len(data)
        if not self._left:
            self._state = self._data_end
        return True

    def _data_end(self, pieces: list[bytes]) -> bool:
        end = bytes(self._buffer[:2])
        if not b"\r\n".startswith(end):
            raise ProtocolError(400, "A chunk is longer than its size says.")
        if len(end) < 2:
            return False
        del self._buffer[:2]
        self._state = self._size_line
        return True

    def _trailer(self, pieces: list[bytes]) -> bool:
        line = self._line(self._limits.trailers, 431)
        if line is None:
            return False
        self._trailers += len(line) + 2
        if self._trailers > self._limits.trailers:
            raise ProtocolError(431, "The trailer section is too large.")
        if line and not FIELD_LINE.fullmatch(line):
            raise ProtocolError(400, "A trailer field is malformed.")
        if not line:
            self.is_done = True
            self._state = self._end
        return True

    def _end(self, pieces: list[bytes]) -> bool:
        return False

    def _line(self, limit: int, status: int) -> bytes | None:
        """The next line without its CRLF; None while it has not ended, refused when it cannot."""
        end = self._buffer.find(b"\r\n", self._scanned)
        if end > limit or (end < 0 and self._line_size() > limit):
            raise ProtocolError(status, "A line of the chunked body is too long.")
        if end >= 0:
            line = bytes(self._buffer[:end])
            del self._buffer[: end + 2]
            self._scanned = 0
            return line
        start = max(0, self._scanned - 1)
        if LONE_CR_OR_LF.search(self._buffer, start):
            raise ProtocolError(400, "A line of the chunked body does not end in CR LF.")
        self._scanned = max(0, len(self._buffer) - 1)
        return None

    def _line_size(self) -> int:
        return len(self._buffer) - self._buffer.endswith(b"\r")  # which may belong to its end

    def _count_extensions(self, size: int) -> None:
        self._extensions += size
        if self._extensions > EXTENSIONS * self._limits.chunk_line:
            raise ProtocolError(400, "The chunk extensions are too large.")
