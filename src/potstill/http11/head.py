"""From the first bytes of a request to its line and fields (RFC 9112, 2 to 5; RFC 9110, 5 and 7).

A head is read in three tiers, each strict because only what the full parser accepted is ever
remembered:

1. the whole field block was seen before (a kept-alive client repeats it): one look-up;
2. each of its lines was seen before (a client changes its cookie or its referrer): one look-up
   a line;
3. the line is new: its name was seen before and its value is harmless, or the grammar decides.

The request line has a memory of its own. No line above 512 bytes is remembered, so the memory is
bounded in bytes as in entries; and no field before it comes a second time, so that a client who
never repeats itself does not make us forget the others. A head that comes in pieces waits in a
`partial_head` until it is whole; `request_line` and `fields` know what its parts mean.
"""

from __future__ import annotations

from collections.abc import Callable

from potstill.http11.errors import ProtocolError
from potstill.http11.field_lines import REMEMBERED_LINE, FieldLines, HeaderMap
from potstill.http11.fields import Fields, combined
from potstill.http11.limits import Limits
from potstill.http11.memo import Memo
from potstill.http11.request_line import (
    RequestLine,
    Shape,
    shape_of,
    split_request_line,
    understand_target,
)

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
        self._lines: Memo[bytes, RequestLine] = Memo(4096)
        self._shapes: Memo[str, Shape] = Memo(4096)
        self._blocks: Memo[bytes, Fields] = Memo(1024)
        self._field = FieldLines(self._limits.field, header_map, on_drop).__getitem__

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
            self._blocks.remember_second(block, fields)
        return fields

    def _variables(self, block: bytes) -> dict[str, str]:
        if not block:
            return {}
        if len(block) > self._limits.section:
            raise ProtocolError(431, "The header section is too large.")
        raw_lines = block.split(b"\r\n")
        if len(raw_lines) > self._limits.fields:
            raise ProtocolError(431, "The header section has too many fields.")
        fields = list(map(self._field, raw_lines))
        variables = dict(fields)
        if len(variables) < len(fields) or "" in variables:
            return _combined(fields)
        return variables


def _combined(fields: list[tuple[str, str]]) -> dict[str, str]:
    """Repeated fields as one, and without those that are dropped."""
    variables: dict[str, str] = {}
    for name, value in fields:
        if name:
            known = variables.get(name)
            variables[name] = value if known is None else combined(name, known, value)
    return variables
