"""An answer as bytes, as a class writes it that speaks HTTP to a socket, read for WSGI.

The head becomes the call of `start_response`, the body goes to `write()` as it comes. What belongs
to the connection (RFC 9110, 7.6.1) stays here: interim answers, hop-by-hop fields, chunks.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from potstill.web.handlers.raw_chunks import Chunks
from potstill.web.headers import field_line
from potstill.web.status import WITHOUT_CONTENT

if TYPE_CHECKING:
    from wsgiref.types import StartResponse

    Hints = Callable[[list[tuple[str, str]]], object]

HEAD_LIMIT = 256 * 1024
"""Bytes of a head; a head without an end must not fill the memory."""
_START = b"HTTP/"
_STATUS_LINE = re.compile(r"HTTP/[0-9]\.[0-9] ([0-9]{3})(?: ([\t\x20-\x7e\x80-\xff]*))?").fullmatch
_NOT_SENT = frozenset(
    {
        "connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "proxy-connection",
        "te", "trailer", "transfer-encoding", "upgrade", "date",
    }
)  # fmt: skip
"""Fields of the connection, and Date: they are the server's."""

Line = tuple[str, str]


class RawAnswer:
    """Takes the answer to one request with `send`, piece by piece, and sends it on at once."""

    def __init__(
        self,
        method: str,
        start_response: StartResponse,
        *,
        early_hints: Hints | None = None,
        names_itself: bool = True,
    ) -> None:
        self._method = method
        self._start_response = start_response
        self._early_hints = early_hints
        self._names_itself = names_itself
        self._held = b""
        self._write: Callable[[bytes], object] | None = None
        self._has_failed = False
        self._has_content = True
        self._left: int | None = None
        self._chunks: Chunks | None = None
        self._excess = 0

    @property
    def is_open(self) -> bool:
        """Was there a head?"""
        return self._write is not None

    def send(self, data: bytes) -> None:
        """Take what comes next; blocks as long as the server's `write()` does.

        RuntimeError for what is no HTTP, ValueError for a header that cannot be sent.
        """
        if self._write is None:
            data = self._read_heads(data)
        if self._write is None or not data or not self._has_content:
            return
        if self._chunks is not None:
            data = self._chunks.decode(data)
        elif self._left is not None:
            self._excess += max(0, len(data) - self._left)
            data = data[: self._left]
            self._left -= len(data)
        if data:
            self._write(data)

    def finish(self, name: str) -> int:
        """There is no more; how many bytes were beyond the Content-Length, and not sent.

        RuntimeError when `name`, which wrote it, has not answered, or not to the end.
        """
        if self._write is None:
            what = "its head has no end" if self._held else "it wrote nothing"
            raise RuntimeError(f"{name} did not answer {self._method}: {what}")
        if self._has_content and self._chunks is not None and not self._chunks.is_over:
            raise RuntimeError(f"{name} did not write its last chunk")
        return self._excess

    def _read_heads(self, data: bytes) -> bytes:
        """Read interim heads and the final one, when they are complete; what is behind it."""
        held = self._held + data
        while self._write is None:
            if not held.startswith(_START[: len(held)]):
                raise RuntimeError(
                    f"the answer begins with {held[:20]!r}: call send_response() and end_headers() "
                    "before the body is written"
                )
            end = held.find(b"\r\n\r\n")
            if end < 0:
                if len(held) > HEAD_LIMIT:
                    raise RuntimeError(f"the head of the answer is beyond {HEAD_LIMIT} bytes")
                self._held = held
                return b""
            head, held = held[:end], held[end + 4 :]
            self._held = b""
            self._read_head(head.decode("latin-1").split("\r\n"))
        return held

    def _read_head(self, head: list[str]) -> None:
        found = _STATUS_LINE(head[0])
        if not found:
            raise RuntimeError(f"the answer begins with {head[0][:60]!r}, which is no status line")
        lines = [_field(line) for line in head[1:]]
        status = int(found[1])
        if status == 101:
            raise RuntimeError("101: WSGI has no way to leave HTTP")
        if status < 200:
            links = [line for line in lines if line[0].lower() == "link"]
            if status == 103 and links and self._early_hints is not None:
                self._early_hints(links)
            return
        self._frame(status, lines)
        kept = [line for line in lines if self._is_sent(line[0].lower(), status)]
        self._begin(f"{found[1]} {found[2] or ''}", kept)

    def _frame(self, status: int, lines: list[Line]) -> None:
        """How the body is told from what follows (RFC 9112, 6.3)."""
        self._has_content = self._method != "HEAD" and status not in WITHOUT_CONTENT
        self._chunks = self._left = None
        codings = [value.strip().lower() for name, value in lines if _is(name, "transfer-encoding")]
        if codings:
            if codings != ["chunked"]:
                raise RuntimeError(f"Transfer-Encoding {', '.join(codings)!r}: chunked is known")
            self._chunks = Chunks()
            return
        lengths = [value for name, value in lines if _is(name, "content-length")]
        if len(lengths) == 1 and lengths[0].isascii() and lengths[0].isdigit():
            self._left = int(lengths[0])

    def _is_sent(self, name: str, status: int) -> bool:
        if name in _NOT_SENT or (name == "server" and not self._names_itself):
            return False
        return name != "content-length" or (status not in (204, 205) and self._chunks is None)

    def _begin(self, status: str, lines: list[Line]) -> None:
        try:
            if self._has_failed and sys.exc_info()[0] is not None:
                self._write = self._start_response(status, lines, sys.exc_info())
            else:
                self._write = self._start_response(status, lines)
        except BaseException:
            self._has_failed = True  # the handler may catch it, and answer with an error instead
            raise


def _field(line: str) -> Line:
    name, colon, value = line.partition(":")
    if not colon:
        raise ValueError(f"{line[:60]!r} is no header")
    return field_line(name, value.strip(" \t"))


def _is(name: str, wanted: str) -> bool:
    return name.lower() == wanted
