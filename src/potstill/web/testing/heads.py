"""What PEP 3333 and HTTP ask of a status and of header fields, rule by rule."""

from __future__ import annotations

import re

from potstill.web.testing.breaches import ENCODING, START, ConformanceError, shown

_STATUS = re.compile(r"[2-5][0-9]{2} [\t\x20-\x7e\x80-\xff]*").fullmatch
_NAME = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+").fullmatch
_VALUE = re.compile(r"[\t\x20-\x7e\x80-\xff]*").fullmatch
_LENGTH = re.compile("[0-9]+").fullmatch
_HOP_BY_HOP = frozenset(
    {
        "connection", "keep-alive", "proxy-authenticate", "proxy-authorization",
        "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade",
    }
)  # fmt: skip


def status_code(status: object) -> int:
    """The code of a status as `404 Not Found`; ConformanceError if it has another form."""
    if type(status) is not str:
        raise ConformanceError(
            f"start_response got the status {shown(status)}, which is not a str",
            ENCODING,
            'Pass code and reason as text: "200 OK".',
        )
    if not _STATUS(status):
        raise ConformanceError(
            f"start_response got the status {shown(status)}",
            START,
            'It is a code of 200 to 599, one space, and a reason without controls: "200 OK".',
        )
    return int(status[:3])


def check_headers(headers: object, code: int) -> int | None:
    """The Content-Length that they announce, if any; ConformanceError for what cannot be sent."""
    if type(headers) is not list:
        raise ConformanceError(
            f"start_response got the headers {shown(headers)}, which are not a list",
            START,
            'Pass a list of tuples: [("Content-Type", "text/plain")].',
        )
    for line in headers:
        _check_line(line)
    return _content_length(
        [value for name, value in headers if name.lower() == "content-length"], code
    )


def _check_line(line: object) -> None:
    if type(line) is not tuple or len(line) != 2:
        raise ConformanceError(
            f"a header is {shown(line)}, not a tuple of name and value",
            START,
            'Pass tuples of two: ("Content-Type", "text/plain").',
        )
    for part in line:
        if type(part) is not str:
            raise ConformanceError(
                f"in the header {shown(line)}, {shown(part)} is not exactly a str",
                ENCODING,
                "Names and values are str, neither bytes nor numbers nor classes of their own.",
            )
    name, value = line
    if not _NAME(name):
        raise ConformanceError(
            f"{shown(name)} is no header name", START, "Letters, digits and hyphens make one."
        )
    if not _VALUE(value):
        raise ConformanceError(
            f"the value of {name} has a character that cannot be sent: {shown(value)}",
            START,
            "No control characters, no newline, nothing beyond Latin-1: quote or encode it.",
        )
    if name.lower() in _HOP_BY_HOP:
        raise ConformanceError(
            f"the application set {name}, which belongs to the connection",
            'PEP 3333, "Other HTTP Features"',
            "Leave it out: the server frames the answer and keeps or ends the connection.",
        )


def _content_length(values: list[str], code: int) -> int | None:
    if not values:
        return None
    if code == 204:
        raise ConformanceError(
            "an answer of 204 has a Content-Length", "RFC 9110, 8.6", "Leave it out."
        )
    if len(values) > 1 or not _LENGTH(values[0]):
        raise ConformanceError(
            f"the Content-Length is {', '.join(values)!r}",
            "RFC 9110, 8.6",
            "Give it once, in decimal digits.",
        )
    return int(values[0])
