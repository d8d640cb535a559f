"""Where the bytes of an uploaded file go, and what is left of the name it came with.

A small file stays in memory. A larger one goes to a temporary file that has no name from the start,
so that it ends with its descriptor, whatever becomes of this process. It goes there early: memory
that grows costs more time than the page cache does (measured, 1 MB: 1.1 ms against 0.3 ms).
"""

from __future__ import annotations

import os
import re
from io import BufferedReader, BytesIO
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from io import FileIO

UNIT = 128 * 1024
"""Bytes: a smaller file is kept in memory, a larger one written in pieces of just this size.
Aligned pieces take 2/3 of the time that blocks take as they come (measured on ext4)."""

PIECES = 512
"""Blocks written by one call; the kernel takes 1024."""

_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]+")
"""Control characters, and those that turn the direction of writing: `exe.txt` may be `txt.exe`."""


class Spool:
    """Takes the bytes of one file, in memory or on disk; whoever made it closes it."""

    __slots__ = ("_disk", "_file", "_held", "_waiting", "size")

    def __init__(self) -> None:
        self.size: int = 0
        """Bytes taken."""
        self._waiting: list[bytes | memoryview] = []
        self._held = 0
        self._disk: FileIO | None = None
        self._file: BinaryIO | None = None

    def write(self, block: bytes) -> None:
        """Take a block; OSError when the disk is full."""
        self.size += len(block)
        self._held += len(block)
        self._waiting.append(block)
        if self._held >= UNIT:
            self._write_units(block)

    def finish(self) -> BinaryIO:
        """All that was taken, as a file at its beginning; still closed by `close`."""
        if self._disk is None:
            self._file = BytesIO(b"".join(self._waiting))
        else:
            _write_all(self._disk, self._waiting, self._held)
            self._disk.seek(0)
            self._file = BufferedReader(self._disk)
        self._waiting = []
        return self._file

    def close(self) -> None:
        """Forget it all; any number of times."""
        self._waiting = []
        for file in (self._file, self._disk):
            if file is not None:
                file.close()

    def _write_units(self, last: bytes) -> None:
        """Write what waits, but for the end of the last block that would begin another unit."""
        if self._disk is None:
            from tempfile import TemporaryFile

            self._disk = TemporaryFile(prefix="potstill-", buffering=0)  # noqa: SIM115 - close()
        over = self._held % UNIT
        view = memoryview(last)
        cut = len(last) - over
        self._waiting[-1] = view[:cut]
        _write_all(self._disk, self._waiting, self._held - over)
        self._waiting = [view[cut:]]
        self._held = over


def _write_all(file: FileIO, pieces: list[bytes | memoryview], size: int) -> None:
    """Write all pieces, `size` bytes in all."""
    if len(pieces) > PIECES:
        pieces = [b"".join(pieces)]
    written = os.writev(file.fileno(), pieces)
    rest = memoryview(b"".join(pieces))[written:] if written < size else b""
    while rest:
        rest = rest[file.write(rest) :]


def base_name(filename: str) -> str:
    """The last part of a path of any system, without characters that cannot be seen.

    Empty when nothing is left that could name a file, as of `..`.
    """
    name = _UNSEEN.sub("", filename.replace("\\", "/").rpartition("/")[2]).strip()
    return "" if name in (".", "..") else name
