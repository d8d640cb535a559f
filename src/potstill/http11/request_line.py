"""The request line: method, target and version (RFC 9112, 3)."""

from __future__ import annotations

import ipaddress
import re

from potstill.http11.errors import ProtocolError
from potstill.http11.grammar import (
    ABSOLUTE_FORM,
    AUTHORITY_FORM,
    HOST,
    PERCENT_ENCODED,
    REQUEST_LINE,
)
from potstill.http11.limits import Limits

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
        "authority", "is_1_1", "is_plain", "is_usual", "method", "path", "protocol", "query",
        "scheme", "shape", "target", "wants_content",
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
        self.is_usual = self.is_1_1 and self.wants_content
        """True when the answer has a body, and the length of it need not be known."""
        self.shape = shape
        self.path = ""
        """The target's path, percent-decoded once, one character a byte."""
        self.query = ""
        """The target's query, not decoded, without its question mark."""
        self.authority: str | None = None
        """The target's authority when it has absolute-form; it replaces Host (RFC 9112, 3.2.2)."""
        self.scheme: str | None = None
        """The target's scheme when it has absolute-form, `http` or `https`."""
        self.is_plain = False
        """True for the usual line: HTTP/1.1 and origin-form."""

    @property
    def is_asterisk(self) -> bool:
        """True for `OPTIONS *`, a question about the server itself (RFC 9112, 3.2.4)."""
        return self.target == "*"


def shape_of(method: bytes, target: bytes) -> str:
    """Method and path of a request, with a star for each segment that holds a digit."""
    path = target.partition(b"?")[0].decode("ascii")
    return f"{method.decode('ascii')} {_VARYING_SEGMENT.sub('*', path)}"


def split_request_line(raw: bytes, limits: Limits) -> tuple[bytes, bytes, bytes]:
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


def understand_target(line: RequestLine, method: bytes, target: bytes) -> None:
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
    if scheme.lower() not in (b"http", b"https") or not authority or authority.startswith(b":"):
        raise ProtocolError(400, "The request target names no host of the http scheme.")
    check_host(authority)
    line.scheme = scheme.lower().decode("ascii")
    line.authority = authority.decode("ascii")
    return rest if rest.startswith(b"/") else b"/" + rest


def _decoded(path: bytes) -> str:
    if b"%" in path:
        path = PERCENT_ENCODED.sub(lambda escape: bytes((int(escape[1], 16),)), path)
    return path.decode("latin-1")


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
