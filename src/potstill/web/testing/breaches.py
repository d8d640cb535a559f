"""What PEP 3333 asks of an application, rule by rule: each says what broke it, where, and the fix.

These are checks of values alone; `exchange` knows the order in which things have to happen.
"""

from __future__ import annotations

import re

ENCODING = 'PEP 3333, "Unicode Issues"'
START = 'PEP 3333, "The start_response() Callable"'
WRITE = 'PEP 3333, "The write() Callable"'
INPUT = 'PEP 3333, "Input and Error Streams"'
NO_CONTENT = frozenset({204, 205, 304})
LENGTH = 'PEP 3333, "Handling the Content-Length Header"'
DETAILS = 'PEP 3333, "Specification Details"'

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


class ConformanceError(Exception):
    """The application broke PEP 3333, although a lenient server might not have noticed.

    `what` was seen, which `section` does not allow, and the `fix`.
    """

    def __init__(self, what: str, section: str, fix: str) -> None:
        super().__init__(what, section, fix)
        self.what = what
        self.section = section
        self.fix = fix

    def __str__(self) -> str:
        return f"{self.what} ({self.section}). {self.fix}"


def shown(value: object) -> str:
    """A value and its type, short enough for a message."""
    text = repr(value)
    return f"{text if len(text) <= 60 else text[:57] + '...'} ({type(value).__name__})"


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


def check_exc_info(exc_info: object) -> None:
    """ConformanceError unless it is what `sys.exc_info()` returns during an exception."""
    if (
        type(exc_info) is not tuple
        or len(exc_info) != 3
        or not isinstance(exc_info[1], BaseException)
    ):
        raise ConformanceError(
            f"start_response got the exc_info {shown(exc_info)}",
            START,
            "Pass sys.exc_info(), from within the except clause.",
        )


def check_block(block: object, what: str) -> bytes:
    """A block of the body; ConformanceError when it is not bytes."""
    if not isinstance(block, bytes):
        fix = 'Encode it: text.encode("utf-8").' if isinstance(block, str) else "Make it bytes."
        raise ConformanceError(f"{what} {shown(block)}, not bytes", ENCODING, fix)
    return block


def check_result(result: object) -> None:
    """ConformanceError for what an application must not return."""
    if isinstance(result, (bytes, bytearray, str)) or not hasattr(result, "__iter__"):
        if hasattr(result, "__getitem__") and not isinstance(result, (bytes, bytearray, str)):
            return  # a sequence of the old protocol, which can be iterated
        raise ConformanceError(
            f"the application returned {shown(result)}",
            DETAILS,
            "Return an iterable of bytes: a list, as [body], or a generator.",
        )


def no_start() -> ConformanceError:
    """A body without a head."""
    return ConformanceError(
        "the application answered without calling start_response",
        DETAILS,
        'Call start_response("200 OK", headers) before the first block leaves the iterable.',
    )


def wrong_length(announced: int, sent: int, extent: str) -> ConformanceError:
    """A body that is not as long as it says."""
    return ConformanceError(
        f"the Content-Length is {announced}, and the body {sent} bytes {extent}",
        LENGTH,
        "Announce the number of bytes (not characters) that are sent, or no length at all.",
    )


def late(what: str, section: str) -> ConformanceError:
    """A call when all is over."""
    return ConformanceError(
        f"{what} was called after the answer was complete",
        section,
        "It belongs to one request and ends with it.",
    )


def unwanted(size: int, method: str, code: int) -> ConformanceError:
    """A body where there must be none."""
    what = f"the status {code}" if code in NO_CONTENT else "the head"
    return ConformanceError(
        f"a body of {size} bytes or more follows {what} of the answer to {method}",
        "RFC 9110, 6.4.1",
        "Answers to HEAD, and those of 204, 205 and 304, have no body: return [].",
    )
