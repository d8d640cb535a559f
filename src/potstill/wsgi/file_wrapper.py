"""`wsgi.file_wrapper`: a file as an answer (PEP 3333, "Optional Platform-Specific File Handling").

Making one sends nothing. When the server gets it back unchanged and a real file stands behind it,
the kernel copies it to the socket; otherwise it is an iterable like any other.
"""

from __future__ import annotations

import os
import stat
from io import BufferedReader, FileIO
from typing import Protocol


class Readable(Protocol):
    """What PEP 3333 asks of a file-like object."""

    def read(self, size: int, /) -> bytes:
        """At most `size` bytes; none at the end."""


class FileWrapper:
    """The blocks of a file-like object, from its position to its end."""

    def __init__(self, filelike: Readable, block_size: int = 65536) -> None:
        self._filelike = filelike
        self._block_size = block_size
        if hasattr(filelike, "close"):
            self.close = filelike.close

    def __iter__(self) -> FileWrapper:
        return self

    def __next__(self) -> bytes:
        block = self._filelike.read(self._block_size)
        if not block:
            raise StopIteration
        return block

    def region(self) -> tuple[int, int, int] | None:
        """Descriptor, offset and size of what is to be sent, if it is a part of a regular file.

        None for anything that only looks like one: a compressed file has a descriptor too, but
        of the compressed bytes. An empty file, or one of /proc that does not tell its size, is
        read like any other iterable.
        """
        file = self._filelike
        if type(file) is BufferedReader:
            if type(file.raw) is not FileIO:
                return None
        elif type(file) is not FileIO:
            return None
        status = os.fstat(file.fileno())
        if not stat.S_ISREG(status.st_mode):
            return None
        offset = file.tell()
        if status.st_size <= offset:
            return None
        return file.fileno(), offset, status.st_size - offset
