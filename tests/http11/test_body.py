"""Chunks come off exactly where they should (RFC 9112, 7.1)."""

from __future__ import annotations

import pytest

from potstill.http11.body import ChunkedBody
from potstill.http11.errors import ProtocolError
from potstill.http11.limits import Limits

from .pace import grows_linearly
from .reading import byte_by_byte, every_cut

HELLO = b"5\r\nhello\r\n"
LAST = b"0\r\n\r\n"


def decoded(pieces: list[bytes], limits: Limits | None = None) -> tuple[bytes, bytes] | None:
    """The content and what follows it; None while the body has not ended."""
    body = ChunkedBody(limits or Limits())
    content = b"".join(part for piece in pieces for part in body.decode(piece))
    return (content, body.rest) if body.is_done else None


def status(pieces: list[bytes], limits: Limits | None = None) -> int:
    with pytest.raises(ProtocolError) as refusal:
        decoded(pieces, limits)
    return refusal.value.status


@pytest.mark.parametrize(
    ("encoded", "content"),
    [
        (LAST, b""),
        (HELLO + LAST, b"hello"),
        (HELLO + b"3\r\n\r\n0\r\n" + LAST, b"hello\r\n0"),
        (
            b'00A;a;b=c ; d = "e;\\" "\r\n0123456789\r\n' + LAST,
            b"0123456789",
        ),
        (HELLO + b"0;end\r\nX-Sum: 1\r\nX-Empty:\r\n\r\n", b"hello"),
    ],
)
def test_a_body_is_the_same_at_every_cut_and_leaves_what_follows(
    encoded: bytes, content: bytes
) -> None:
    for following in (b"", b"GET / HTTP/1.1\r\n\r\n", b"\r\n", b"\x00"):
        for pieces in every_cut(encoded + following):
            assert decoded(pieces) == (content, following)
    for pieces in every_cut(encoded[:-1]):
        assert decoded(pieces) is None


def test_content_is_handed_on_as_it_arrives() -> None:
    body = ChunkedBody(Limits())
    assert body.decode(b"5\r\nhe") == [b"he"]
    assert body.decode(b"l") == [b"l"]
    assert body.decode(b"") == []
    assert body.decode(b"lo\r\n2\r\n!") == [b"lo", b"!"]
    assert not body.is_done


def test_what_arrives_after_the_end_is_kept_for_the_next_request() -> None:
    body = ChunkedBody(Limits())
    assert body.decode(LAST + b"GET ") == []
    assert body.decode(b"/ ") == []
    assert body.is_done
    assert body.rest == b"GET / "


@pytest.mark.parametrize(
    "encoded",
    [
        b"5\r\nhelloX",
        b"5\r\nhello\rX",
        b"5\r\nhello\n",
        b"5\n",
        b"5\rX",
        b"X\r\n",
        b"-\r\n",
        b"\r\n",
        b"5 \r\n",
        b"0\r\n\n",
        b"0\r\n\rX",
        b"0\r\n X: 1\r\n",
        b"0\r\nX : 1\r\n",
        b"0\r\nGET / HTTP/1.1\r\n",
    ],
)
def test_a_malformed_body_is_refused_at_every_cut(encoded: bytes) -> None:
    for pieces in every_cut(encoded):
        assert status(pieces) == 400
    for pieces in every_cut(HELLO + encoded):
        assert status(pieces) == 400


SMALL = Limits(body=10, chunk_line=8, trailers=20)


@pytest.mark.parametrize(
    ("encoded", "refused"),
    [
        (b"a\r\n0123456789\r\n" + LAST, None),
        (b"b\r\n", 413),
        (HELLO + HELLO + LAST, None),
        (HELLO + b"6\r\n", 413),
        (b"F" * 8 + b"\r\n", 413),
        (b"0" * 7 + b"5\r\nhello\r\n" + LAST, None),
        (b"0" * 8 + b"5\r\n", 400),
        (b"0" * 9, 400),
        (b"5;abcdef\r\nhello\r\n" + LAST, None),
        (b"5;abcdefg\r\n", 400),
        (b"5;abcdefgh", 400),
        (b"0\r\nX: 1234567890123\r\n\r\n", None),
        (b"0\r\nX: 12345678901234\r\n\r\n", 431),
        (b"0\r\nX: 12\r\nX: 12\r\nX: 12\r\n", 431),
        (b"0\r\n" + b"X" * 22, 431),
    ],
)
def test_each_limit_has_its_status_and_its_last_good_byte_at_every_cut(
    encoded: bytes, refused: int | None
) -> None:
    for pieces in every_cut(encoded):
        if refused is None:
            assert decoded(pieces, SMALL) is not None
        else:
            assert status(pieces, SMALL) == refused


def test_no_size_is_too_large_to_be_refused() -> None:
    for digits in (15, 16, 17, 100, 4000):
        assert status([b"F" * digits + b"\r\n"]) == 413


def test_extensions_have_a_limit_together() -> None:
    chunk = b"1;" + b"x" * 1000 + b"\r\na\r\n"
    assert status([chunk] * 100) == 400
    assert decoded([chunk] * 50 + [LAST]) == (b"a" * 50, b"")


def test_an_announced_chunk_takes_no_memory_before_it_arrives() -> None:
    body = ChunkedBody(Limits(body=1 << 40))
    assert body.decode(b"FFFFFFFFF\r\nx") == [b"x"]


@pytest.mark.parametrize(
    "encoded",
    [
        pytest.param(lambda size: [b"1\r\na\r\n" * size], id="tiny chunks at once"),
        pytest.param(lambda size: byte_by_byte(b"1\r\na\r\n" * size), id="tiny chunks by bytes"),
        pytest.param(lambda size: byte_by_byte(b"%x\r\n" % (1 << 29) + b"a" * size), id="by bytes"),
        pytest.param(lambda size: [b"5;" + b"a=b;" * (size // 100)] * 2, id="extensions"),
    ],
)
def test_the_cost_grows_with_the_bytes_and_not_with_their_number_of_pieces(
    encoded: object,
) -> None:
    assert callable(encoded)

    def decode(size: int) -> None:
        body = ChunkedBody(Limits(chunk_line=1 << 30))
        for piece in encoded(size):
            body.decode(piece)

    assert grows_linearly(decode, 5_000)
