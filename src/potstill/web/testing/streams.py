"""What a server puts into `environ`: the streams, and `wsgi.file_wrapper`.

They have the methods that PEP 3333 lists and no others, so that an application that needs more
("it was a file everywhere I looked") is found out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, NoReturn, Protocol

from potstill.web.testing.breaches import INPUT, ConformanceError, shown

Fault = Callable[[ConformanceError], ConformanceError]
"""Makes a note of a breach, and gives it back to be raised."""


class Readable(Protocol):
    """A file that is open for reading bytes."""

    def read(self, size: int, /) -> bytes:
        """At most `size` bytes, all that is left for -1; none at the end."""


class Input:
    """`wsgi.input`: blocks, taken from their source as the application reads them.

    It ends where the body does, and cannot be read any more after the request.
    """

    def __init__(self, blocks: Iterable[bytes], fault: Fault) -> None:
        self._blocks = iter(blocks)
        self._held = b""
        self._fault = fault
        self.is_over = False

    def read(self, size: int | None = -1, /) -> bytes:
        """`size` bytes, fewer only at the end; all that is left without a size, or a negative."""
        size = self._size(size, "read")
        return self._take(size if 0 <= self._hold(size) > size >= 0 else len(self._held))

    def readline(self, size: int | None = -1, /) -> bytes:
        """Up to and with the next newline, but at most `size` bytes."""
        size = self._size(size, "readline")
        searched = 0
        while (end := self._held.find(b"\n", searched) + 1) == 0:
            searched = len(self._held)
            if 0 <= size <= searched or not self._more():
                break
        end = end or len(self._held)
        return self._take(min(end, size) if size >= 0 else end)

    def readlines(self, hint: int | None = -1, /) -> list[bytes]:
        """The lines that are left, or about `hint` bytes of them."""
        hint = self._size(hint, "readlines")
        lines, taken = [], 0
        for line in self:
            lines.append(line)
            taken += len(line)
            if 0 < hint <= taken:
                break
        return lines

    def __iter__(self) -> Iterator[bytes]:
        while line := self.readline():
            yield line

    def __getattr__(self, name: str) -> NoReturn:
        raise AttributeError(
            f"wsgi.input has no {name}: read, readline, readlines and iteration are what "
            f"every server has ({INPUT})"
        )

    def _size(self, size: object, method: str) -> int:
        if self.is_over:
            raise self._fault(
                ConformanceError(
                    f"wsgi.input.{method} was called after the request was over",
                    INPUT,
                    "Read the body before close() returns; keep the bytes, not the stream.",
                )
            )
        if size is None:
            return -1
        if isinstance(size, int):
            return size
        raise self._fault(
            ConformanceError(
                f"wsgi.input.{method} got the size {shown(size)}",
                INPUT,
                'It is an int: int(environ["CONTENT_LENGTH"]).',
            )
        )

    def _hold(self, size: int) -> int:
        """Have `size` bytes at hand, or all there are; how many they are."""
        if size < 0:
            self._held = b"".join([self._held, *self._blocks])
        while len(self._held) < size and self._more():
            pass
        return len(self._held)

    def _more(self) -> bool:
        block = next(self._blocks, None)
        if block is None:
            return False
        self._held += block
        return True

    def _take(self, count: int) -> bytes:
        taken, self._held = self._held[:count], self._held[count:]
        return taken


class Errors:
    """`wsgi.errors`: keeps the text that is written to it."""

    def __init__(self, fault: Fault) -> None:
        self._parts: list[str] = []
        self._fault = fault

    @property
    def text(self) -> str:
        """All of it so far."""
        return "".join(self._parts)

    def write(self, text: str, /) -> int:
        """Keep a text."""
        if not isinstance(text, str):
            raise self._fault(
                ConformanceError(
                    f"wsgi.errors.write got {shown(text)}",
                    INPUT,
                    "It is a text stream: write str.",
                )
            )
        self._parts.append(text)
        return len(text)

    def writelines(self, lines: Iterable[str], /) -> None:
        """Keep several, without anything between."""
        for line in lines:
            self.write(line)

    def flush(self) -> None:
        """Nothing is held back."""


class FileWrapper:
    """`wsgi.file_wrapper`: a file as an iterable of blocks; closing it closes the file."""

    def __init__(self, source: Readable, block_size: int = 8192, /) -> None:
        self._source = source
        self._block_size = block_size

    def __iter__(self) -> Iterator[bytes]:
        while block := self._source.read(self._block_size):
            yield block

    def close(self) -> None:
        """Close the file, if that is possible."""
        close: Callable[[], Any] | None = getattr(self._source, "close", None)
        if close is not None:
            close()
