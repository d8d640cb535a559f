"""Reads one request from a stream cut into pieces, as a connection does, without a connection."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from potstill.http11.body import ChunkedBody
from potstill.http11.errors import ProtocolError
from potstill.http11.fields import Fields
from potstill.http11.framing import CHUNKED, body_length, persists
from potstill.http11.head import HeadParser
from potstill.http11.limits import Limits
from potstill.http11.partial_head import PartialHead
from potstill.http11.request_line import RequestLine

LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Reading:
    """A request as it was understood, and what stood behind it in the stream."""

    method: str
    target: str
    path: str
    query: str
    protocol: str
    authority: str | None
    variables: dict[str, str]
    head: bytes
    body: bytes
    persists: bool
    rest: bytes


Outcome = Reading | int | None
"""A request, the status of its refusal, or None when it is not complete."""


def outcome(pieces: Iterable[bytes], parser: HeadParser | None = None) -> Outcome:
    """What becomes of the first request in the pieces. Any error but a ProtocolError escapes."""
    try:
        return read(iter(pieces), parser or HeadParser(LIMITS))
    except ProtocolError as error:
        return error.status


def read(pieces: Iterator[bytes], parser: HeadParser) -> Reading | None:
    """The first request, None when the pieces end before it does; ProtocolError as it comes."""
    data = _head(pieces, parser)
    if data is None:
        return None
    head = parser.read(data)
    assert head is not None
    line, fields, end = head
    length = body_length(line, fields, LIMITS)
    if length == CHUNKED:
        framed = _chunked(data[end:], pieces)
    else:
        framed = _sized(length, data[end:], pieces)
    if framed is None:
        return None
    return _reading(line, fields, data[:end], *framed)


def _head(pieces: Iterator[bytes], parser: HeadParser) -> bytes | None:
    """The pieces up to the one that ends the head, empty lines before it taken off."""
    first = next(pieces, None)
    if first is None or parser.read(first) is not None:
        return first
    partial = PartialHead(LIMITS)
    whole = partial.add(first)
    while whole is None:
        piece = next(pieces, None)
        if piece is None:
            return None
        whole = partial.add(piece)
    return whole


def _sized(length: int, data: bytes, pieces: Iterator[bytes]) -> tuple[bytes, bytes] | None:
    arrived = [data]
    count = len(data)
    while count < length:
        piece = next(pieces, None)
        if piece is None:
            return None
        arrived.append(piece)
        count += len(piece)
    data = b"".join(arrived)
    return data[:length], data[length:] + b"".join(pieces)


def _chunked(data: bytes, pieces: Iterator[bytes]) -> tuple[bytes, bytes] | None:
    chunks = ChunkedBody(LIMITS)
    content = chunks.decode(data)
    while not chunks.is_done:
        piece = next(pieces, None)
        if piece is None:
            return None
        content += chunks.decode(piece)
    return b"".join(content), chunks.rest + b"".join(pieces)


def _reading(line: RequestLine, fields: Fields, head: bytes, body: bytes, rest: bytes) -> Reading:
    return Reading(
        method=line.method,
        target=line.target,
        path=line.path,
        query=line.query,
        protocol=line.protocol,
        authority=line.authority,
        variables=fields.variables,
        head=head,
        body=body,
        persists=persists(line, fields),
        rest=rest,
    )


def cut(data: bytes, places: Iterable[int]) -> list[bytes]:
    """The data in pieces, cut at these places (beyond the end counts as the end)."""
    ends = [0, *sorted(min(place, len(data)) for place in places), len(data)]
    return [data[start:end] for start, end in pairwise(ends)]


def every_cut(data: bytes) -> Iterator[list[bytes]]:
    """The data in two pieces, in every way there is, then byte by byte."""
    for place in range(len(data) + 1):
        yield cut(data, [place])
    yield byte_by_byte(data)


def byte_by_byte(data: bytes) -> list[bytes]:
    return [data[place : place + 1] for place in range(len(data))]
