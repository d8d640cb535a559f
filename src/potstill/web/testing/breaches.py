"""What PEP 3333 asks of an application, rule by rule: each says what broke it, where, and the fix.

Those of status and header fields are in `heads`; `exchange` knows the order in which things have
to happen.
"""

from __future__ import annotations

from collections.abc import Iterable

ENCODING = 'PEP 3333, "Unicode Issues"'
START = 'PEP 3333, "The start_response() Callable"'
WRITE = 'PEP 3333, "The write() Callable"'
INPUT = 'PEP 3333, "Input and Error Streams"'
NO_CONTENT = frozenset({204, 205, 304})
LENGTH = 'PEP 3333, "Handling the Content-Length Header"'
DETAILS = 'PEP 3333, "Specification Details"'


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
    return ConformanceError(
        f"a body of {size} bytes or more follows the status {code} of the answer to {method}",
        "RFC 9110, 6.4.1",
        "Answers of 204, 205 and 304 have no body: return [].",
    )


def unlike_call(arguments: int, named: Iterable[str]) -> ConformanceError:
    """A `start_response` that is not called as it has to be."""
    return ConformanceError(
        f"start_response was called with {arguments} positional arguments"
        + (f" and {', '.join(named)} by name" if named else ""),
        START,
        "Pass status, headers and perhaps exc_info, by position.",
    )


def twice() -> ConformanceError:
    """A second head, without a reason."""
    return ConformanceError(
        "start_response was called a second time without exc_info",
        START,
        "Call it once, or pass sys.exc_info() to replace an answer by an error.",
    )


def inside() -> ConformanceError:
    """A `write` by what is iterated."""
    return ConformanceError(
        "write was called from inside the iterable", WRITE, "Yield the bytes instead."
    )


def wrong_count(announced: int, given: int) -> ConformanceError:
    """A `len()` that is not the number of blocks."""
    return ConformanceError(
        f"what was returned has the len() {announced}, and gave {given} blocks",
        DETAILS,
        "Servers rely on it: have it right, or no __len__.",
    )
