"""From the first bytes of a request to its line and fields (RFC 9112, 2 to 5; RFC 9110, 5 and 7).

A head is read in three tiers, each strict because only what the full parser accepted is ever
remembered:

1. the whole field block was seen before (a kept-alive client repeats it): one look-up;
2. each of its lines was seen before (a client changes its cookie or its referrer): one look-up
   a line;
3. the line is new: the grammar decides.

The request line has a memory of its own. No line above 512 bytes is remembered, so the memory is
bounded in bytes as in entries. A head that comes in pieces waits in a `partial_head` until it is
whole; `request_line` and `fields` know what its parts mean.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from potstill.http11.errors import ProtocolError
from potstill.http11.fields import DECISIVE, Fields, cgi_name, combined
from potstill.http11.grammar import FIELD_LINE
from potstill.http11.limits import Limits
from potstill.http11.memo import Memo
from potstill.http11.request_line import (
    RequestLine,
    Shape,
    check_host,
    shape_of,
    split_request_line,
    understand_target,
)

HeaderMap = Literal["drop", "refuse", "dangerous"]

REMEMBERED_LINE = 512
REMEMBERED_BLOCK = 4096


class HeadParser:
    """Reads request heads; one serves all connections of a worker, from any thread.

    `header_map` says what to do with field names that hold `_`, which CGI names cannot tell from
    `-`: "drop" them, "refuse" the request, or take the "dangerous" way and let them through.
    `on_drop` hears the name of each field dropped.
    """

    def __init__(
        self,
        limits: Limits | None = None,
        header_map: HeaderMap = "drop",
        on_drop: Callable[[str], None] = lambda name: None,
    ) -> None:
        self._limits = limits or Limits()
        self._header_map = header_map
        self._on_drop = on_drop
        self._lines: Memo[bytes, RequestLine] = Memo(4096)
        self._shapes: Memo[str, Shape] = Memo(4096)
        self._blocks: Memo[bytes, Fields] = Memo(1024)
        self._fields: Memo[bytes, tuple[str, str]] = Memo(4096)

    def read(self, data: bytes) -> tuple[RequestLine, Fields, int] | None:
        """The head that `data` begins with, and its length with the empty line that ends it.

        None while the head is not complete, and when empty lines stand before it: then it is
        `PartialHead`'s turn. ProtocolError when it is not a head a server may accept.
        """
        line_end = data.find(b"\r\n")
        end = data.find(b"\r\n\r\n", line_end)
        if line_end <= 0 or end < 0:
            return None
        raw_line = data[:line_end]
        line = self._lines.get(raw_line)
        if line is None:
            line = self._request_line(raw_line)
        block = data[line_end + 2 : end]
        fields = self._blocks.get(block)
        if fields is None:
            fields = self._field_block(block)
        if not fields.has_host and line.is_1_1:
            raise ProtocolError(400, "An HTTP/1.1 request needs a Host field.")
        return line, fields, end + 4

    def _request_line(self, raw: bytes) -> RequestLine:
        method, target, protocol = split_request_line(raw, self._limits)
        line = RequestLine(
            method.decode("ascii"),
            target.decode("ascii"),
            protocol.decode("ascii"),
            self._shape(method, target),
        )
        understand_target(line, method, target)
        if len(raw) <= REMEMBERED_LINE:
            self._lines.remember(raw, line)
        return line

    def _shape(self, method: bytes, target: bytes) -> Shape:
        text = shape_of(method, target)
        shape = self._shapes.get(text) or Shape(text)
        return self._shapes.remember(text, shape) if len(text) <= REMEMBERED_LINE else shape

    def _field_block(self, block: bytes) -> Fields:
        fields = Fields(self._variables(block))
        if len(block) <= REMEMBERED_BLOCK:
            self._blocks.remember(block, fields)
        return fields

    def _variables(self, block: bytes) -> dict[str, str]:
        variables: dict[str, str] = {}
        if not block:
            return variables
        if len(block) > self._limits.section:
            raise ProtocolError(431, "The header section is too large.")
        raw_lines = block.split(b"\r\n")
        if len(raw_lines) > self._limits.fields:
            raise ProtocolError(431, "The header section has too many fields.")
        known = self._fields
        for raw in raw_lines:
            field = known.get(raw)
            if field is None:
                field = self._field_line(raw)
            name, value = field
            if name in variables:
                value = combined(name, variables[name], value)
            variables[name] = value
        variables.pop("", None)  # the name that dropped fields are filed under
        return variables

    def _field_line(self, raw: bytes) -> tuple[str, str]:
        if len(raw) > self._limits.field:
            raise ProtocolError(431, "A header field is too large.")
        match = FIELD_LINE.fullmatch(raw)
        if not match:
            raise ProtocolError(400, "A header field is malformed.")
        field = self._name(match[1].decode("ascii")), match[2].rstrip(b" \t").decode("latin-1")
        if field[0] == "HTTP_HOST":
            check_host(match[2].rstrip(b" \t"))
        if len(raw) <= REMEMBERED_LINE and field[0]:
            self._fields.remember(raw, field)
        return field

    def _name(self, name: str) -> str:
        if "_" in name:
            if self._header_map == "refuse" or cgi_name(name) == "HTTP_TRANSFER_ENCODING":
                raise ProtocolError(400, "A field name holds an underscore.")
            if self._header_map == "drop" or cgi_name(name) in DECISIVE:
                self._on_drop(name)
                return ""
        return cgi_name(name)
