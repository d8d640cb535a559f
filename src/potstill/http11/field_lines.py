"""Field lines, understood once (RFC 9112, 5; RFC 9110, 5.5).

What the grammar has accepted before is known by heart: the whole line, or else its name, after
which a value of printable ASCII needs no grammar. Everything else goes the long way.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from potstill.http11.errors import ProtocolError
from potstill.http11.fields import DECISIVE, cgi_name
from potstill.http11.grammar import FIELD_LINE
from potstill.http11.memo import Memo
from potstill.http11.request_line import check_host

HeaderMap = Literal["drop", "refuse", "dangerous"]
Field = tuple[str, str]

REMEMBERED_LINE = 512
PRINTABLE = bytes(range(0x20, 0x7F))


class FieldLines(Memo[bytes, Field]):
    """`lines[raw]` is the field of a line, under its CGI name; it is parsed unless it is known.

    The name is empty for a field that is dropped. ProtocolError when it is no field line, or
    longer than `limit`. `header_map` and `on_drop` are `HeadParser`'s.
    """

    __slots__ = ("_header_map", "_limit", "_names", "_on_drop")

    def __init__(self, limit: int, header_map: HeaderMap, on_drop: Callable[[str], None]) -> None:
        super().__init__(4096)
        self._limit = limit
        self._header_map = header_map
        self._on_drop = on_drop
        self._names: Memo[str, str] = Memo(512)
        """Names that the grammar has accepted and whose values nothing more is asked of."""

    def __missing__(self, raw: bytes) -> Field:
        if len(raw) > self._limit:
            raise ProtocolError(431, "A header field is too large.")
        field = None
        if not raw.translate(None, PRINTABLE):  # then it is VCHAR and SP alone
            name, colon, value = raw.decode("ascii").partition(":")
            variable = self._names.get(name)
            if colon and variable is not None:
                field = variable, value.strip(" ")
        if field is None:
            field = self._parse(raw)
        if len(raw) <= REMEMBERED_LINE and field[0]:
            self.remember_second(raw, field)
        return field

    def _parse(self, raw: bytes) -> Field:
        match = FIELD_LINE.fullmatch(raw)
        if not match:
            raise ProtocolError(400, "A header field is malformed.")
        name = match[1].decode("ascii")
        variable = self._variable(name)
        value = match[2].rstrip(b" \t")
        if variable == "HTTP_HOST":
            check_host(value)
        elif variable and len(raw) <= REMEMBERED_LINE:
            self._names.remember(name, variable)
        return variable, value.decode("latin-1")

    def _variable(self, name: str) -> str:
        if "_" in name:
            if self._header_map == "refuse" or cgi_name(name) == "HTTP_TRANSFER_ENCODING":
                raise ProtocolError(400, "A field name holds an underscore.")
            if self._header_map == "drop" or cgi_name(name) in DECISIVE:
                self._on_drop(name)
                return ""
        return cgi_name(name)
