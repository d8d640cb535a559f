"""From the first bytes of a request to its line and fields (RFC 9112, 2 to 5; RFC 9110, 5 and 7).

A head is read in three tiers, each strict because only what the full parser accepted is ever
remembered:

1. the whole field block was seen before (a kept-alive client repeats it): one look-up;
2. each of its lines was seen before (a client changes its cookie or its referrer): one look-up
   a line;
3. the line is new: the grammar decides.

The request line has a memory of its own. No line above 512 bytes is remembered, so the memory is
bounded in bytes as in entries.

Fields are kept under the names that CGI gives them (RFC 3875, 4.1.18), the one spelling that the
layers above want; `Fields.get` takes HTTP's spelling.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any, Literal

from potstill.http11.errors import ProtocolError
from potstill.http11.grammar import (
    ABSOLUTE_FORM,
    AUTHORITY_FORM,
    DIGITS,
    FIELD_LINE,
    HOST,
    LONE_CR_OR_LF,
    PERCENT_ENCODED,
    REQUEST_LINE,
    TCHAR,
)
from potstill.http11.limits import Limits
from potstill.http11.memo import Memo

HeaderMap = Literal["drop", "refuse", "dangerous"]

REMEMBERED_LINE = 512
REMEMBERED_BLOCK = 4096
HEAD_ONLY = b"HEAD "
BLANK_LINES = 4  # RFC 9112, 2.2 asks for "at least one"

# Fields whose value is no list: two of them contradict each other (RFC 9110, 5.3).
SINGLETONS = frozenset(
    {
        "CONTENT_LENGTH", "CONTENT_TYPE", "HTTP_AUTHORIZATION", "HTTP_DATE", "HTTP_FROM",
        "HTTP_HOST", "HTTP_IF_MODIFIED_SINCE", "HTTP_IF_RANGE", "HTTP_IF_UNMODIFIED_SINCE",
        "HTTP_MAX_FORWARDS", "HTTP_ORIGIN", "HTTP_PROXY_AUTHORIZATION", "HTTP_RANGE",
        "HTTP_REFERER", "HTTP_USER_AGENT",
    }
)  # fmt: skip

# Fields that decide what the server does: no other spelling may ever stand for them.
DECISIVE = SINGLETONS | {"HTTP_CONNECTION", "HTTP_EXPECT", "HTTP_TRANSFER_ENCODING"}

_VARYING_SEGMENT = re.compile(r"(?<=/)(?=[^/]*[0-9])[^/]+")


class Shape:
    """What requests have in common that differ only in numbers: `GET /orders/17` and `/orders/18`.

    The layers above may note here what they learn about such requests; `is_slow` belongs to the
    relay.
    """

    __slots__ = ("is_slow", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.is_slow = False


class RequestLine:
    """Method, target and version (RFC 9112, 3). Shared by all requests with the same line."""

    __slots__ = (
        "authority", "is_1_1", "is_plain", "method", "path", "protocol", "query", "shape", "target",
        "wants_content",
    )  # fmt: skip

    def __init__(self, method: str, target: str, protocol: str, shape: Shape) -> None:
        self.method = method
        self.target = target
        """As it was sent."""
        self.protocol = protocol
        """The version as it was sent, as `HTTP/1.1`."""
        self.wants_content = method != "HEAD"
        """False when the answer shall have no body (RFC 9110, 9.3.2)."""
        self.is_1_1 = protocol != "HTTP/1.0"
        self.shape = shape
        self.path = ""
        """The target's path, percent-decoded once, one character a byte."""
        self.query = ""
        """The target's query, not decoded, without its question mark."""
        self.authority: str | None = None
        """The target's authority when it has absolute-form; it replaces Host (RFC 9112, 3.2.2)."""
        self.is_plain = False
        """True for the usual line: HTTP/1.1 and origin-form."""

    @property
    def is_asterisk(self) -> bool:
        """True for `OPTIONS *`, a question about the server itself (RFC 9112, 3.2.4)."""
        return self.target == "*"


class Fields:
    """A header section (RFC 9112, 5). Shared by all requests with the same field block."""

    __slots__ = (
        "closes", "content_length", "derived", "expects_continue", "has_host", "is_plain",
        "keeps_alive", "transfer_encoding", "variables",
    )  # fmt: skip

    def __init__(self, variables: dict[str, str]) -> None:
        self.variables = variables
        """Values under their CGI names; nobody may change it."""
        self.derived: dict[str, Any] | None = None
        """What the layer above made of these fields, kept as long as they are remembered."""
        self.has_host = "HTTP_HOST" in variables
        options = _options(variables.get("HTTP_CONNECTION", ""))
        self.closes = "close" in options
        self.keeps_alive = "keep-alive" in options
        self.content_length = _content_length(variables)
        self.transfer_encoding = variables.get("HTTP_TRANSFER_ENCODING")
        self.expects_continue = _expects_continue(variables.get("HTTP_EXPECT", ""))
        self.is_plain = (
            self.has_host
            and not self.closes
            and not self.content_length
            and self.transfer_encoding is None
        )
        """True for the usual fields: on HTTP/1.1 no body follows and the connection persists."""

    def get(self, name: str) -> str | None:
        """The value of a field, repeated ones combined; None when it was not sent."""
        return self.variables.get(cgi_name(name))


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
        method, target, protocol = _check_request_line(raw, self._limits)
        line = RequestLine(
            method.decode("ascii"),
            target.decode("ascii"),
            protocol.decode("ascii"),
            self._shape(method, target),
        )
        _understand_target(line, method, target)
        if len(raw) <= REMEMBERED_LINE:
            self._lines.remember(raw, line)
        return line

    def _shape(self, method: bytes, target: bytes) -> Shape:
        path = target.partition(b"?")[0].decode("ascii")
        text = f"{method.decode('ascii')} {_VARYING_SEGMENT.sub('*', path)}"
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
                value = _combined(name, variables[name], value)
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
                _check_request_line(bytes(self._bytes[:end]), self._limits)
                self._section_start = end + 2
            self._lines += 1
            self._line_start = end + 2


_CAN_BEGIN = re.compile(TCHAR + rb"|\r\Z")


@lru_cache(512)
def cgi_name(name: str) -> str:
    """The variable that holds a field: `Content-Type` is CONTENT_TYPE, `Accept` HTTP_ACCEPT."""
    variable = name.upper().replace("-", "_")
    if variable in ("CONTENT_TYPE", "CONTENT_LENGTH"):
        return variable
    return "HTTP_" + variable


def check_host(value: bytes) -> None:
    """Refuse what is no `uri-host [":" port]` (RFC 9110, 7.2) with a ProtocolError."""
    match = HOST.fullmatch(value)
    if not match or (match[3] and (len(match[3]) > 5 or int(match[3]) > 65535)):
        raise ProtocolError(400, "The host is malformed.")
    if match[2] is not None:
        try:
            ipaddress.IPv6Address(match[2].decode("ascii"))
        except ValueError:
            raise ProtocolError(400, "The host is malformed.") from None


def too_long_line(raw: bytes, limits: Limits) -> ProtocolError:
    """The refusal of a request line above the limit: 414, or 400 when not even a method ends."""
    if b" " in raw[: limits.line]:
        return ProtocolError(414, "The request target is too long.")
    return ProtocolError(400, "The method is too long.")


def _check_request_line(raw: bytes, limits: Limits) -> tuple[bytes, bytes, bytes]:
    """Method, target and version of a request line (RFC 9112, 3)."""
    if len(raw) > limits.line:
        raise too_long_line(raw, limits)
    match = REQUEST_LINE.fullmatch(raw)
    if not match:
        raise ProtocolError(400, "The request line is malformed.")
    method, target, protocol, major, _ = match.groups()
    if major != b"1":
        raise ProtocolError(505, "This server speaks HTTP/1.1 and HTTP/1.0.")
    return method, target, protocol


def _understand_target(line: RequestLine, method: bytes, target: bytes) -> None:
    """Fill in path, query and authority, by the form of the target (RFC 9112, 3.2)."""
    if b"#" in target:
        raise ProtocolError(400, "The request target holds a fragment.")
    if method == b"CONNECT":
        if AUTHORITY_FORM.fullmatch(target):
            raise ProtocolError(501, "This server opens no tunnels.")
        raise ProtocolError(400, "CONNECT needs a host and a port.")
    if target.startswith(b"/"):
        line.is_plain = line.is_1_1
    elif target == b"*":
        if method != b"OPTIONS":
            raise ProtocolError(400, "Only OPTIONS asks about the whole server.")
        return
    else:
        target = _absolute(line, target)
    path, _, query = target.partition(b"?")
    line.path = _decoded(path)
    line.query = query.decode("ascii")


def _absolute(line: RequestLine, target: bytes) -> bytes:
    """The origin-form of an absolute target; its authority goes to the line."""
    match = ABSOLUTE_FORM.fullmatch(target)
    if not match:
        raise ProtocolError(400, "The request target has none of the four forms.")
    scheme, authority, rest = match.groups()
    if scheme.lower() == b"https":
        raise ProtocolError(421, "This server does not speak for https here.")
    if scheme.lower() != b"http" or not authority or authority.startswith(b":"):
        raise ProtocolError(400, "The request target names no host of the http scheme.")
    check_host(authority)
    line.authority = authority.decode("ascii")
    return rest if rest.startswith(b"/") else b"/" + rest


def _decoded(path: bytes) -> str:
    if b"%" in path:
        path = PERCENT_ENCODED.sub(lambda escape: bytes((int(escape[1], 16),)), path)
    return path.decode("latin-1")


def _combined(name: str, first: str, second: str) -> str:
    """Two values of one field as one (RFC 9110, 5.3; RFC 6265, 5.4 for Cookie)."""
    if name in SINGLETONS:
        raise ProtocolError(400, "A field that may stand once stands twice.")
    return f"{first}; {second}" if name == "HTTP_COOKIE" else f"{first}, {second}"


def _options(value: str) -> list[str]:
    """The elements of a list of tokens, in lower case; empty ones do not count."""
    return [option for part in value.split(",") if (option := part.strip(" \t").lower())]


def _expects_continue(value: str) -> bool:
    """True for `100-continue` (RFC 9110, 10.1.1); any other expectation is refused with 417."""
    expectations = _options(value)
    if any(expectation != "100-continue" for expectation in expectations):
        raise ProtocolError(417, "This server meets no expectation but 100-continue.")
    return bool(expectations)


def _content_length(variables: dict[str, str]) -> int | None:
    """The announced length of the body (RFC 9110, 8.6); it replaces the text it was read from."""
    text = variables.get("CONTENT_LENGTH")
    if text is None:
        return None
    if not DIGITS.fullmatch(text.encode("latin-1")):
        raise ProtocolError(400, "Content-Length is no decimal number.")
    digits = text.lstrip("0") or "0"
    if len(digits) > 18:
        raise ProtocolError(413, "The body is too large.")
    variables["CONTENT_LENGTH"] = digits
    return int(digits)
