"""The content of an open file as a body: read block by block, or handed to the server.

A server that has `wsgi.file_wrapper` may let the kernel copy the file (PEP 3333, "Optional
Platform-Specific File Handling"). What it is handed never gives more than was announced, even of a
file that grows meanwhile; one that became shorter is an error: no client takes it for whole.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from io import SEEK_CUR, FileIO
from typing import Any

from potstill.web.files.ranges import Piece, Span, length_of

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
                raise _shorter(self._file, left)
            left -= len(block)
            yield block

    @property
    def length(self) -> int:
        """Bytes of all pieces."""
        return length_of(self._pieces)

    def narrow(self, pieces: Sequence[Piece]) -> None:
        """Send these pieces instead."""
        self._pieces = pieces

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
    """A file that ends where it ended when it was opened; EOFError if it ends earlier by now.

    A server that has the kernel copy it may not notice that, and send its next answer where the
    rest was announced. So `close` tells it as well, and the server closes the connection.
    """

    __slots__ = ("_end", "_file", "fileno", "seek", "tell")

    def __init__(self, file: FileIO, end: int) -> None:
        self._file = file
        self._end = end
        self.fileno = file.fileno
        self.seek = file.seek
        self.tell = file.tell

    def read(self, size: int = -1) -> bytes:
        """At most `size` bytes, all that are left for a negative one."""
        left = max(self._end - self._file.seek(0, SEEK_CUR), 0)
        wanted = left if size < 0 else min(size, left)
        data = self._file.read(wanted)
        if wanted and not data:
            raise _shorter(self._file, left)
        return data

    def close(self) -> None:
        if self._file.closed:
            return
        with self._file:
            missing = self._end - os.fstat(self._file.fileno()).st_size
        if missing > 0:
            raise _shorter(self._file, missing)


def _shorter(file: FileIO, by: int) -> EOFError:
    return EOFError(f"{file.name} became shorter by {by} bytes while it was sent")
