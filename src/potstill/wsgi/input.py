"""`wsgi.input`: a whole body, in memory or in a file (PEP 3333, "Input and Error Streams").

The application is called when its request is complete, so the stream it gets is an ordinary
file object that ends where the body ends: every method and every size behaves as documented
for `io`, nothing blocks, and no byte of a later request is within reach.
"""

from __future__ import annotations

from io import BytesIO
from tempfile import TemporaryFile
from typing import BinaryIO

MOST_PIECES = 64
"""However small they are: each costs some 50 bytes of its own."""


class ReceivedBody:
    """Keeps a body while it arrives: in memory up to a threshold, beyond it in a temporary file.

    `length` is None while it is unknown. What is announced above the threshold goes to the file
    from the start; what is announced is not believed otherwise, memory is taken as bytes come.
    """

    def __init__(self, length: int | None, memory: int) -> None:
        self._memory = memory
        self._size = 0
        self._is_spooled = length is not None and length > memory
        self._file: BinaryIO = _temporary() if self._is_spooled else BytesIO()
        self._pieces: list[bytes] = []
        """What is not in the file yet: a few large pieces are best moved together."""

    def write(self, data: bytes) -> None:
        """Append; OSError when there is no room."""
        self._size += len(data)
        self._pieces.append(data)
        if self._size > self._memory and not self._is_spooled:
            self._spool()
        if self._is_spooled or len(self._pieces) == MOST_PIECES:
            self._gather()

    def finish(self) -> BinaryIO:
        """The body from its beginning."""
        if not self._file.tell():
            return BytesIO(b"".join(self._pieces))
        self._gather()
        self._file.seek(0)
        return self._file

    def close(self) -> None:
        """Forget what has come: the rest never will."""
        self._pieces.clear()
        self._file.close()

    def _gather(self) -> None:
        self._file.write(b"".join(self._pieces))
        self._pieces.clear()

    def _spool(self) -> None:
        """Go on in a temporary file."""
        self._gather()
        self._file.seek(0)
        kept, self._file, self._is_spooled = self._file.read(), _temporary(), True
        self._file.write(kept)


def _temporary() -> BinaryIO:
    return TemporaryFile(prefix="potstill-body-")
