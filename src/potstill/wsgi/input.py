"""`wsgi.input`: a whole body, in memory or in a file (PEP 3333, "Input and Error Streams").

The application is called when its request is complete, so the stream it gets is an ordinary
file object that ends where the body ends: every method and every size behaves as documented
for `io`, nothing blocks, and no byte of a later request is within reach.
"""

from __future__ import annotations

from io import BytesIO
from tempfile import TemporaryFile
from typing import BinaryIO


class ReceivedBody:
    """Keeps a body while it arrives: in memory up to a threshold, beyond it in a temporary file.

    `length` is None while it is unknown. What is announced above the threshold goes to the file
    from the start; what is announced is not believed otherwise, memory is taken as bytes come.
    """

    def __init__(self, length: int | None, memory: int) -> None:
        self._memory = memory
        self._file: BinaryIO = BytesIO() if length is None or length <= memory else _spool()

    def write(self, data: bytes) -> None:
        """Append; OSError when there is no room."""
        if isinstance(self._file, BytesIO) and self._file.tell() + len(data) > self._memory:
            kept, self._file = self._file.getvalue(), _spool()
            self._file.write(kept)
        self._file.write(data)

    def finish(self) -> BinaryIO:
        """The body from its beginning."""
        self._file.seek(0)
        return self._file

    def close(self) -> None:
        """Forget what has come: the rest never will."""
        self._file.close()


def _spool() -> BinaryIO:
    return TemporaryFile(prefix="potstill-body-")
