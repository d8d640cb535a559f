"""A head that does not come in one piece."""

from __future__ import annotations

import re

from potstill.http11.errors import ProtocolError
from potstill.http11.grammar import LONE_CR_OR_LF, TCHAR
from potstill.http11.limits import Limits
from potstill.http11.request_line import split_request_line, too_long_line

BLANK_LINES = 4  # RFC 9112, 2.2 asks for "at least one"
HEAD_ONLY = b"HEAD "
"""How a request begins whose answer has no body."""

_CAN_BEGIN = re.compile(TCHAR + rb"|\r\Z")


class PartialHead:
    """The beginning of a head whose end has not arrived yet.

    Costs one pass over its bytes, however small the pieces, and refuses as soon as no further
    byte could make a head of them.
    """

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._bytes = bytearray()
        self._scanned = 0
        self._line_start = 0
        self._section_start = 0
        self._lines = 0
        self._blank_lines = 0

    def __len__(self) -> int:
        return len(self._bytes)

    @property
    def asks_for_head_only(self) -> bool:
        """True when its method is HEAD: then a refusal has no body either."""
        return self._bytes.startswith(HEAD_ONLY)

    def add(self, data: bytes) -> bytes | None:
        """All that has arrived, beginning with the request line, once a whole head is there.

        None before that; ProtocolError when it cannot become a head any more.
        """
        self._bytes += data
        while self._bytes.startswith(b"\r\n"):
            del self._bytes[:2]
            self._blank_lines += 1
            if self._blank_lines > BLANK_LINES:
                raise ProtocolError(400, "There are too many empty lines before the request.")
        start = max(0, self._scanned - 3)
        if self._bytes.find(b"\r\n\r\n", start) > 0:
            return bytes(self._bytes)
        self._refuse_hopeless(start)
        self._scanned = len(self._bytes)
        return None

    def _refuse_hopeless(self, start: int) -> None:
        data, limits = self._bytes, self._limits
        if data and not _CAN_BEGIN.match(data):
            raise ProtocolError(400, "This is not HTTP.")
        if LONE_CR_OR_LF.search(data, start):
            raise ProtocolError(400, "A line does not end in CR LF.")
        self._count_lines(start)
        size = len(data) - data.endswith(b"\r")  # which may belong to the line's end
        if not self._lines:
            if size > limits.line:
                raise too_long_line(bytes(data), limits)
        elif size - self._line_start > limits.field:
            raise ProtocolError(431, "A header field is too large.")
        elif size - self._section_start > limits.section + 2:
            raise ProtocolError(431, "The header section is too large.")
        elif self._lines > limits.fields + 1:
            raise ProtocolError(431, "The header section has too many fields.")

    def _count_lines(self, start: int) -> None:
        while (end := self._bytes.find(b"\r\n", max(start, self._line_start))) >= 0:
            if not self._lines:
                split_request_line(bytes(self._bytes[:end]), self._limits)
                self._section_start = end + 2
            self._lines += 1
            self._line_start = end + 2
