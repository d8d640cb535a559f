"""A head that arrives in pieces: whole in the end, and refused as soon as it is hopeless."""

from __future__ import annotations

import pytest

from potstill.http11.errors import ProtocolError
from potstill.http11.head import HeadParser
from potstill.http11.limits import Limits
from potstill.http11.partial_head import PartialHead
from tests.support.wire import get

from .pace import grows_linearly
from .reading import byte_by_byte, every_cut

HEAD = get("/x?y", "Accept: */*", "X-Empty:", method="POST")
SMALL = Limits(line=30, fields=3, field=20, section=50)


def collected(pieces: list[bytes], limits: Limits | None = None) -> bytes | None:
    """What a partial head makes of the pieces, up to the one that makes it whole."""
    partial = PartialHead(limits or Limits())
    for piece in pieces:
        if (whole := partial.add(piece)) is not None:
            return whole
    return None


def status(pieces: list[bytes], limits: Limits | None = None) -> int:
    with pytest.raises(ProtocolError) as refusal:
        collected(pieces, limits)
    return refusal.value.status


def test_a_head_is_whole_with_its_last_byte_at_every_cut() -> None:
    for pieces in every_cut(HEAD):
        assert collected(pieces) == HEAD
    for pieces in every_cut(HEAD[:-1]):
        assert collected(pieces) is None


def test_what_arrives_with_the_last_piece_stays_behind_the_head() -> None:
    for following in (b"body", b"\r\n", b"\n\x00", HEAD):
        assert collected([HEAD[:10], HEAD[10:] + following]) == HEAD + following


@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_a_few_empty_lines_are_skipped_at_every_cut(count: int) -> None:
    for pieces in every_cut(b"\r\n" * count + HEAD):
        assert collected(pieces) == HEAD


def test_more_empty_lines_are_refused_at_every_cut() -> None:
    for pieces in every_cut(b"\r\n" * 5 + HEAD):
        assert status(pieces) == 400
    assert status(byte_by_byte(b"\r\n" * 5)) == 400


def test_it_is_as_long_as_what_it_holds_so_that_empty_lines_are_no_request() -> None:
    partial = PartialHead(Limits())
    partial.add(b"\r\n")
    assert len(partial) == 0
    partial.add(b"GET")
    assert len(partial) == 3


@pytest.mark.parametrize(
    "beginning",
    [
        b"\n",
        b" ",
        b"\t",
        b"\0",
        b"\x16\x03\x01",
        b"\x80",
        b"\xff",
        b"(",
        b"\rG",
        b"GET /x HTTP/1.1\n",
        b"GET /x HTTP/1.1\rH",
        b"GET /x HTTP/1.1\r\nHost: a\n",
        b"GET /x HTTP/1.1\r\nHost: a\r\r",
        b"GET /x HTTP/1.1\r\nHost: a\r\n\n",
        b"GET /x HTTP/1.1\r\nHost: a\r\n\rX",
    ],
)
def test_what_cannot_become_a_head_is_not_waited_for(beginning: bytes) -> None:
    for pieces in every_cut(beginning):
        assert status(pieces) == 400


@pytest.mark.parametrize(
    ("beginning", "refused"),
    [
        (b"M" * 31, 400),
        (b"GET /" + b"p" * 26, 414),
        (b"GET / HTTP/1.1\r\n" + b"X" * 21, 431),
        (b"GET / HTTP/1.1\r\nA: " + b"b" * 18, 431),
        (b"GET / HTTP/1.1\r\n" + b"A: b\r\n" * 20, 431),
    ],
)
def test_a_limit_is_kept_before_the_end_is_seen(beginning: bytes, refused: int) -> None:
    for pieces in every_cut(beginning):
        assert status(pieces, SMALL) == refused


@pytest.mark.parametrize(
    "data",
    [
        get("/" + "p" * 16),
        get("/", "A: " + "b" * 17),
        get("/", "A: " + "b" * 17, "B: " + "c" * 16),
        get("/" + "p" * 16, "A: " + "b" * 17, "B: " + "c" * 16),
    ],
)
def test_a_head_within_its_limits_is_within_them_at_every_cut(data: bytes) -> None:
    assert HeadParser(SMALL).read(data) is not None
    for pieces in every_cut(data):
        assert collected(pieces, SMALL) == data


def test_small_pieces_cost_as_much_as_large_ones() -> None:
    limits = Limits(line=1 << 20, field=1 << 20, section=1 << 20)

    def drip(size: int) -> None:
        partial = PartialHead(limits)
        for piece in byte_by_byte(b"GET / HTTP/1.1\r\nX: " + b"x" * size):
            partial.add(piece)

    assert grows_linearly(drip, 20_000)


def test_many_lines_cost_as_much_as_one() -> None:
    limits = Limits(section=1 << 20, fields=1 << 20)

    def drip(size: int) -> None:
        partial = PartialHead(limits)
        for piece in byte_by_byte(b"GET / HTTP/1.1\r\n" + b"X:\r\n" * (size // 4)):
            partial.add(piece)

    assert grows_linearly(drip, 20_000)
