"""The head of an answer: validated once, serialized once (RFC 9112, 4 and 5; PEP 3333).

Applications answer with the same few heads again and again, so what passed all checks is
remembered with its bytes, as on the way in.
"""

from __future__ import annotations

from collections.abc import Sequence
from email.utils import formatdate
from typing import Any, Final

from potstill.http11.errors import ApplicationError
from potstill.http11.grammar import DIGITS, FIELD_CONTENT, FIELD_NAME, STATUS
from potstill.http11.memo import Memo

REMEMBERED_HEAD = 4096
LAST_CHUNK: Final = b"0\r\n\r\n"
CONTINUE: Final = b"HTTP/1.1 100 Continue\r\n\r\n"

# RFC 9110, 7.6.1, with the fields that only ever meant one connection. They are the server's.
HOP_BY_HOP = frozenset(
    {
        "connection", "keep-alive", "proxy-authenticate", "proxy-authorization",
        "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade",
    }
)  # fmt: skip

REASONS = {
    200: "OK",
    400: "Bad Request",
    404: "Not Found",
    408: "Request Timeout",
    413: "Content Too Large",
    414: "URI Too Long",
    417: "Expectation Failed",
    421: "Misdirected Request",
    431: "Request Header Fields Too Large",
    500: "Internal Server Error",
    501: "Not Implemented",
    503: "Service Unavailable",
    505: "HTTP Version Not Supported",
}
"""The statuses that the server itself answers with."""

Headers = Sequence[tuple[str, str]]


class ResponseHead:
    """Status and fields as an application gave them, ready for the wire."""

    __slots__ = (
        "body_size", "content_length", "fields", "has_content", "start", "status", "supplied",
    )  # fmt: skip

    def __init__(self, status: int, fields: Headers, start: bytes) -> None:
        names = {name.lower() for name, _ in fields}
        self.status = status
        self.fields = tuple(fields)
        self.start = start
        """Status line and field lines, each with its CRLF; the empty line is still to come."""
        self.content_length = None if status in (204, 205) else _content_length(fields)
        self.has_content = status not in (204, 205, 304)
        """False for statuses whose answer has no body (RFC 9110, 15.3.5, 15.3.6, 15.4.5)."""
        self.body_size = (self.content_length if self.has_content else None) or None
        """Bytes of a body that will follow, if the application announced it."""
        self.supplied = ("date" in names) + 2 * ("server" in names)
        """Which of Date (1) and Server (2) the application supplies itself."""


class ResponseHeads:
    """Makes heads of what applications pass to `start_response`; serves all threads."""

    def __init__(self) -> None:
        self._memo: Memo[tuple[str, tuple[tuple[str, str], ...]], ResponseHead] = Memo(1024)

    def read(self, status: str, headers: list[tuple[str, str]]) -> ResponseHead:
        """The head, or ApplicationError that says what is wrong with it and how to mend it."""
        try:
            known = self._memo.get((status, tuple(headers)))
        except TypeError:  # it cannot even be looked up
            known = None
        if known is not None and type(headers) is list:
            return known
        head = _validated(status, headers)
        if len(head.start) <= REMEMBERED_HEAD:
            self._memo.remember((status, tuple(headers)), head)
        return head


class Stamp:
    """The field lines that the server adds to every answer: Date, and Server if wanted."""

    def __init__(self, server: str | None, now: float) -> None:
        self._server = f"Server: {server}\r\n".encode("ascii") if server else b""
        self._second = -1
        self.lines = [b"", b"", b"", b""]
        """By `ResponseHead.supplied`: both, no Date, no Server, neither."""
        self.renew(now)

    def renew(self, now: float) -> None:
        """Bring Date up to `now`, in seconds since 1970 (RFC 9110, 5.6.7: IMF-fixdate)."""
        if int(now) != self._second:
            self._second = int(now)
            date = f"Date: {formatdate(self._second, usegmt=True)}\r\n".encode("ascii")
            self.lines = [self._server + date, self._server, date, b""]


def server_answer(status: int, message: str, stamp: Stamp, *, persists: bool = False) -> bytes:
    """A whole answer of the server itself, a sentence as plain text."""
    body = f"{message}\n".encode() if message else b""
    head = f"HTTP/1.1 {status} {REASONS[status]}\r\n".encode("ascii") + stamp.lines[0]
    if message:
        head += b"Content-Type: text/plain; charset=utf-8\r\n"
    if not persists:
        head += b"Connection: close\r\n"
    return head + b"Content-Length: %d\r\n\r\n%b" % (len(body), body)


def early_hints(headers: Any) -> bytes:
    """An interim answer with these fields, whole (RFC 8297); ApplicationError as `read` has it."""
    lines = _field_lines(headers)
    return "".join(["HTTP/1.1 103 Early Hints\r\n", *lines, "\r\n"]).encode("latin-1")


def _validated(status: Any, headers: Any) -> ResponseHead:
    code = _status_code(status)
    lines = _field_lines(headers)
    _content_length(headers)
    if code in (204, 205):  # RFC 9110, 8.6 and 15.3.6: their framing is the server's
        lines = [line for line in lines if not line.lower().startswith("content-length:")]
    start = "".join([f"HTTP/1.1 {status}\r\n", *lines])
    return ResponseHead(code, headers, start.encode("latin-1"))


def _status_code(status: Any) -> int:
    match = STATUS.fullmatch(status) if isinstance(status, str) else None
    if not match:
        raise ApplicationError(
            f"start_response got the status {shown(status)}",
            'PEP 3333, "The start_response() Callable"; RFC 9110, 15',
            'A status is a str of three digits from 200 to 599, a space and a reason, as "200 OK".',
        )
    return int(match[1])


def _field_lines(headers: Any) -> list[str]:
    if type(headers) is not list:
        raise ApplicationError(
            f"start_response got its headers as {shown(headers)}",
            'PEP 3333, "The start_response() Callable"',
            'They have to be a list of (name, value) tuples, as [("Content-Type", "text/plain")].',
        )
    return [_field_line(field) for field in headers]


def _field_line(field: Any) -> str:
    if not isinstance(field, tuple) or len(field) != 2:
        raise ApplicationError(
            f"start_response got {shown(field)} among its headers",
            'PEP 3333, "The start_response() Callable"',
            'Each header is a tuple of two str, as ("Content-Type", "text/plain").',
        )
    name, value = field
    if not isinstance(name, str) or not isinstance(value, str):
        raise ApplicationError(
            f"start_response got the header {shown(field)}",
            'PEP 3333, "Unicode Issues"',
            "Name and value both have to be str, with characters of Latin-1 only.",
        )
    _check_name(name)
    if not FIELD_CONTENT.fullmatch(value):
        raise ApplicationError(
            f"the value of the header {name} is {shown(value)}",
            'PEP 3333, "The start_response() Callable"; RFC 9110, 5.5',
            "It may hold no control character and nothing beyond Latin-1: encode or refuse what"
            " comes from users.",
        )
    return f"{name}: {value}\r\n"


def _check_name(name: str) -> None:
    if not FIELD_NAME.fullmatch(name):
        raise ApplicationError(
            f"start_response got a header named {shown(name)}",
            "RFC 9110, 5.1",
            "A name is made of letters, digits and hyphens, without space or colon.",
        )
    if name.lower() in HOP_BY_HOP:
        raise ApplicationError(
            f"start_response got the header {name}",
            'PEP 3333, "Other HTTP Features"',
            "It speaks of one connection only, which is the server's business: leave it out.",
        )


def _content_length(fields: Headers) -> int | None:
    values = [value for name, value in fields if name.lower() == "content-length"]
    if not values:
        return None
    if len(values) > 1 or len(values[0]) > 18 or not DIGITS.fullmatch(values[0].encode("latin-1")):
        raise ApplicationError(
            f"start_response got the Content-Length {shown(', '.join(values))}",
            "RFC 9110, 8.6",
            "Give it once, as a decimal number of bytes, or leave it to the server.",
        )
    return int(values[0])


def shown(value: object) -> str:
    """What an application passed, for a message about it: its repr, cut, and its type."""
    text = repr(value)
    if len(text) > 80:
        text = text[:77] + "..."
    return f"{text} ({type(value).__name__})"
