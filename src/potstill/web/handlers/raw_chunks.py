"""A body in chunks (RFC 9112, 7.1), as a class writes it that frames its answers itself."""

from __future__ import annotations

import re

LINE_LIMIT = 16 * 1024
"""Bytes of a size with its extensions, or of a trailer; a line without an end must not grow."""
_CHUNK_SIZE = re.compile(rb"([0-9A-Fa-f]{1,15})[ \t]*(?:;.*)?").fullmatch


class Chunks:
    """Takes the chunks off that a handler has put around its body (RFC 9112, 7.1)."""

    def __init__(self) -> None:
        self.is_over: bool = False
        self._held = b""
        self._left = 0
        self._is_in_chunk = False
        self._is_in_trailers = False

    def decode(self, data: bytes) -> bytes:
        """What of the content has come; RuntimeError for what are no chunks."""
        held = self._held + data
        content: list[bytes] = []
        while held and not self.is_over:
            if self._left:
                content.append(held[: self._left])
                held = held[self._left :]
                self._left -= len(content[-1])
                continue
            end = held.find(b"\r\n")
            if end < 0:
                if len(held) > LINE_LIMIT:
                    raise RuntimeError("a chunk of the answer has no end")
                break
            line, held = held[:end], held[end + 2 :]
            self._read_line(line)
        self._held = b"" if self.is_over else held
        return b"".join(content)

    def _read_line(self, line: bytes) -> None:
        """The size of a chunk, the end of one, or a trailer, which WSGI has no place for."""
        if self._is_in_trailers:
            self.is_over = not line
        elif self._is_in_chunk:
            if line:
                raise RuntimeError(f"{line[:20]!r} follows a chunk of the answer, not a line end")
            self._is_in_chunk = False
        else:
            size = _CHUNK_SIZE(line)
            if not size:
                raise RuntimeError(f"{line[:20]!r} is no size of a chunk")
            self._left = int(size[1], 16)
            self._is_in_chunk = self._left > 0
            self._is_in_trailers = not self._left
