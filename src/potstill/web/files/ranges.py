"""Parts of a representation (RFC 9110, 14): `Range` read, and what is sent in answer to it.

A Range that cannot be understood is ignored, as is one for many parts or for parts that overlap,
which nobody in their right mind asks for: the whole is sent then. Nothing here reads the content.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any, NamedTuple, TypeAlias

from potstill.web.conditional import is_range_current
from potstill.web.errors import HTTPError

MAX_RANGES = 10
"""Parts that are sent in one answer; for more, the whole is."""
_DIGITS = 18
"""A position of more digits is beyond every file."""

_SPEC = re.compile(r"[ \t]*(?:([0-9]+)-([0-9]*)|-([0-9]+))?[ \t]*", re.ASCII).fullmatch


class Span(NamedTuple):
    """Bytes `start` up to, but not including, `end`."""

    start: int
    end: int


Piece: TypeAlias = "bytes | Span"
"""Bytes to send, or where they are in the content."""


class Part(NamedTuple):
    """What a 206 says in place of its 200: field lines, length in bytes, and its body in pieces."""

    lines: list[tuple[str, str]]
    length: int
    pieces: Sequence[Piece]


def requested_part(  # noqa: PLR0913 - they describe one representation
    environ: Mapping[str, Any],
    size: int,
    content_type: str,
    etag: str | None,
    last_modified: float | None,
    *,
    several: bool = True,
) -> Part | None:
    """The part of a representation of `size` bytes that is wanted; None: all of it.

    Only a GET can ask for a part, and only while its If-Range holds. HTTPError 416 when no byte is
    in range. Without `several`, more than one part makes it the whole (`multipart/byteranges` has
    no place to say that the content is coded).
    """
    wanted = environ.get("HTTP_RANGE")
    if wanted is None or environ["REQUEST_METHOD"] != "GET":
        return None
    spans = spans_of(wanted, size)
    if spans is None or not is_range_current(environ, etag, last_modified):
        return None
    if not spans:
        raise not_satisfiable(size)
    if len(spans) == 1:
        return _single(spans[0], size, content_type)
    return _multipart(spans, size, content_type) if several else None


def spans_of(value: str, size: int) -> list[Span] | None:
    """Which bytes a Range asks for (RFC 9110, 14.1.2); empty: none that are there.

    None for one to ignore: another unit, bad syntax, too many parts, or parts that overlap.
    """
    unit, equals, listed = value.partition("=")
    if not equals or unit.strip(" \t").lower() != "bytes":
        return None
    elements = listed.split(",", 2 * MAX_RANGES)
    spans = []
    count = 0
    for element in elements:
        spec = _SPEC(element)
        if not spec:
            return None
        if not element.strip(" \t"):  # an empty element counts for nothing (RFC 9110, 5.6.1.2)
            continue
        count += 1
        span = _span(spec[1], spec[2], spec[3], size)
        if span is None:
            return None
        if span.start < span.end:
            spans.append(span)
    if not 0 < count <= MAX_RANGES or _overlap(spans):
        return None
    return spans


def length_of(pieces: Sequence[Piece]) -> int:
    """Bytes of all of them."""
    return sum(
        piece.end - piece.start if isinstance(piece, Span) else len(piece) for piece in pieces
    )


def content_range(span: Span, size: int) -> str:
    """The Content-Range of a part (RFC 9110, 14.4)."""
    return f"bytes {span.start}-{span.end - 1}/{size}"


def not_satisfiable(size: int) -> HTTPError:
    """No byte of what was asked for is there: 416 says how many there are (RFC 9110, 15.5.17)."""
    return HTTPError(
        416,
        f"It has {size} bytes, and none of them was asked for.",
        headers=[("Content-Range", f"bytes */{size}")],
    )


def _span(first: str | None, last: str | None, suffix: str | None, size: int) -> Span | None:
    """One range; an empty span is one that is not there, None one to ignore."""
    if suffix is not None:
        length = _position(suffix)
        if not size and length:
            return None  # "the last 5" of nothing is all of it, which no Content-Range can say
        return Span(max(size - length, 0), size)
    start = _position(first or "")
    if not last:
        return Span(min(start, size), size)
    end = _position(last) + 1
    if end <= start:
        return None
    return Span(min(start, size), min(end, size))


def _position(digits: str) -> int:
    digits = digits.lstrip("0") or "0"
    return int(digits) if len(digits) <= _DIGITS else 10**_DIGITS


def _overlap(spans: Sequence[Span]) -> bool:
    ordered = sorted(spans)
    return any(later.start < earlier.end for earlier, later in pairwise(ordered))


def _single(span: Span, size: int, content_type: str) -> Part:
    lines = [("Content-Type", content_type), ("Content-Range", content_range(span, size))]
    return Part(lines, span.end - span.start, [span])


def _multipart(spans: Sequence[Span], size: int, content_type: str) -> Part:
    """Several parts in the order they were asked for (RFC 9110, 14.6)."""
    boundary = os.urandom(16).hex()
    pieces = list(_pieces(spans, size, content_type, boundary))
    lines = [("Content-Type", f"multipart/byteranges; boundary={boundary}")]
    return Part(lines, length_of(pieces), pieces)


def _pieces(spans: Sequence[Span], size: int, content_type: str, boundary: str) -> Iterator[Piece]:
    start = ""
    for span in spans:
        head = (
            f"{start}--{boundary}\r\nContent-Type: {content_type}\r\n"
            f"Content-Range: {content_range(span, size)}\r\n\r\n"
        )
        yield head.encode("latin-1")
        yield span
        start = "\r\n"
    yield f"\r\n--{boundary}--\r\n".encode("latin-1")
