"""The content of an open file as a body: read block by block, or handed to the server.

A server that has `wsgi.file_wrapper` may let the kernel copy the file (PEP 3333, "Optional
Platform-Specific File Handling"). What it is handed never gives more than was announced, even of a
file that grows meanwhile; one that became shorter is an error: no client takes it for whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from io import SEEK_CUR, FileIO
from typing import Any

from potstill.web.files.ranges import Piece, Span

BLOCK = 256 * 1024
"""Bytes read at once."""


class FileBody:
    """Pieces of an open file, which it closes."""

    __slots__ = ("_file", "_pieces")

    def __init__(self, file: FileIO, pieces: Sequence[Piece]) -> None:
        self._file = file
        self._pieces = pieces

    def __iter__(self) -> Iterator[bytes]:
        for piece in self._pieces:
            if isinstance(piece, Span):
                yield from self._blocks(piece)
            else:
                yield piece

    def _blocks(self, span: Span) -> Iterator[bytes]:
        self._file.seek(span.start)
        left = span.end - span.start
        while left:
            block = self._file.read(min(BLOCK, left))
            if not block:
                raise EOFError(
                    f"{self._file.name} became shorter by {left} bytes while it was sent"
                )
            left -= len(block)
            yield block

    def only(self, pieces: Sequence[Piece]) -> FileBody:
        """Other pieces of the same file, which then has to be closed once, by either."""
        return FileBody(self._file, pieces)

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def sendable(self, environ: Mapping[str, Any], size: int) -> Iterable[bytes]:
        """What to return to the server: its own wrapper around the file, or this body itself.

        `size` is the file's. The wrapper is for what reaches to the file's end: it knows no other.
        """
        wrapper = environ.get("wsgi.file_wrapper")
        piece = self._pieces[0] if len(self._pieces) == 1 else None
        if wrapper is None or not isinstance(piece, Span) or piece.end != size or not size:
            return self
        self._file.seek(piece.start)
        wrapped: Iterable[bytes]
        if hasattr(wrapper, "region"):  # Potstill's keeps to Content-Length, and wants a bare file
            wrapped = wrapper(self._file, BLOCK)
        elif piece.start:  # some servers send from the start, wherever the file stands (uWSGI)
            return self
        else:
            wrapped = wrapper(_Bounded(self._file, size), BLOCK)
        return wrapped


class _Bounded:
    """A file that ends where it ended when it was opened."""

    __slots__ = ("_end", "_file", "close", "fileno", "seek", "tell")

    def __init__(self, file: FileIO, end: int) -> None:
        self._file = file
        self._end = end
        self.close = file.close
        self.fileno = file.fileno
        self.seek = file.seek
        self.tell = file.tell

    def read(self, size: int = -1) -> bytes:
        """At most `size` bytes, all that are left for a negative one."""
        left = max(self._end - self._file.seek(0, SEEK_CUR), 0)
        return self._file.read(left if size < 0 else min(size, left))
