"""Which body follows a head, and does the connection outlive it (RFC 9112, 6.3 and 9.3).

Whatever is ambiguous here is how requests are smuggled past a proxy, so nothing is guessed:
it is refused, and the connection closes.
"""

from __future__ import annotations

from typing import Final

from potstill.http11.errors import ProtocolError
from potstill.http11.fields import Fields
from potstill.http11.limits import Limits
from potstill.http11.request_line import RequestLine

CHUNKED: Final = -1
"""The length of a body that announces its end itself."""


def body_length(line: RequestLine, fields: Fields, limits: Limits) -> int:
    """How many bytes of body follow, or CHUNKED, by the steps of RFC 9112, 6.3.

    The method has no say in it. ProtocolError when the framing is faulty (400), a coding is
    unknown (501) or the announced body is above the limit (413).
    """
    if fields.transfer_encoding is not None:
        if not line.is_1_1:
            raise ProtocolError(400, "Transfer-Encoding is not part of HTTP/1.0.")
        if fields.content_length is not None:
            raise ProtocolError(400, "Content-Length and Transfer-Encoding exclude each other.")
        _check_codings(fields.transfer_encoding)
        return CHUNKED
    length = fields.content_length or 0
    if length > limits.body:
        raise ProtocolError(413, "The body is too large.")
    return length


def persists(line: RequestLine, fields: Fields) -> bool:
    """May another request follow on the connection, as far as the client is concerned?"""
    if fields.closes:
        return False
    return line.is_1_1 or fields.keeps_alive


def _check_codings(value: str) -> None:
    """Accept `chunked` alone (RFC 9112, 6.1 and 7)."""
    codings = [coding.strip(" \t").lower() for coding in value.split(",")]
    if codings == ["chunked"]:
        return
    if codings[-1] != "chunked" or "chunked" in codings[:-1] or "" in codings:
        raise ProtocolError(400, "The last transfer coding, and only that, has to be chunked.")
    raise ProtocolError(501, "This server knows no transfer coding but chunked.")
