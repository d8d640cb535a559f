"""What holds for every input, however it was made and however it is cut."""

from __future__ import annotations

import re

from potstill.http11.head import HeadParser
from tests.http11.oracle import difference
from tests.http11.reading import Outcome, Reading, byte_by_byte, cut, outcome

STATUSES = {400, 413, 414, 417, 421, 431, 501, 505}
LINE = re.compile(rb"[!-~]+ [!-~]+ HTTP/1\.[0-9]")
FIELD = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+:[\t -~\x80-\xff]*")


class InvariantError(AssertionError):
    """An invariant does not hold for this input."""

    def __init__(self, what: str, data: bytes) -> None:
        super().__init__(f"{what}: {data!r}")


def check(data: bytes, places: list[int], worn: HeadParser) -> Outcome:
    """What becomes of the input; InvariantError when it breaks a rule.

    Any other error breaks one, too: nothing but a ProtocolError may come out of the parsers.
    """
    first = outcome([data])
    if isinstance(first, int) and first not in STATUSES:
        raise InvariantError(f"refused with {first}", data)
    if outcome([data], worn) != first:
        raise InvariantError("a parser that remembers disagrees with a new one", data)
    for pieces in (cut(data, places), byte_by_byte(data)):
        _agree(first, outcome(pieces), data)
    if isinstance(first, Reading):
        _check_reading(first, data)
    return first


def _agree(whole: Outcome, in_pieces: Outcome, data: bytes) -> None:
    """The same request, or none in both cases.

    Where two things are wrong, which of them is seen first may depend on the pieces. What is
    hopeless may be refused before it is complete, or only then.
    """
    if isinstance(whole, Reading) or isinstance(in_pieces, Reading):
        if whole != in_pieces:
            raise InvariantError(f"whole it is {whole}, in pieces {in_pieces}", data)
    elif in_pieces is None and whole is not None:
        raise InvariantError("whole it is refused, in pieces it is waited for", data)


def _check_reading(reading: Reading, data: bytes) -> None:
    line, *fields = reading.head.removesuffix(b"\r\n\r\n").split(b"\r\n")
    if not LINE.fullmatch(line) or not all(FIELD.fullmatch(field) for field in fields):
        raise InvariantError(f"accepted a head it may not accept, {reading.head!r}", data)
    if not data.endswith(reading.rest):
        raise InvariantError(f"what is left is {reading.rest!r}", data)
    for text in reading.variables.values():
        if text.startswith((" ", "\t")):
            raise InvariantError(f"a variable is {text!r}", data)
    if unexplained := difference(reading, data):
        raise InvariantError(f"h11 disagrees, {unexplained}", data)
