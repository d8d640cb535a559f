"""What follows the addresses in a PROXY header: its checksum, and whether the client spoke TLS."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from potstill.http11.errors import ProtocolError
from potstill.net.proxy_vectors import crc32c, says_tls
from tests.net.proxy_headers import ADDRESSES4, FROM_HAPROXY, PROXY, TCP4, header, vector

VECTORS = 28
"""Where they begin behind IPv4 addresses."""


def tls(flags: int, *inner: bytes, verified: int = 0) -> bytes:
    return vector(0x20, bytes((flags,)) + verified.to_bytes(4) + b"".join(inner))


def with_checksum(before: bytes, after: bytes) -> bytes:
    """A header that carries its own checksum between these vectors."""
    blank = header(PROXY, TCP4, ADDRESSES4 + before + vector(3, bytes(4)) + after)
    checksum = vector(3, crc32c(blank).to_bytes(4))
    return header(PROXY, TCP4, ADDRESSES4 + before + checksum + after)


@pytest.mark.parametrize(
    ("data", "checksum"),
    [
        (b"", 0),
        (b"123456789", 0xE3069283),
        (bytes(32), 0x8A9136AA),
        (b"\xff" * 32, 0x62A8AB43),
        (bytes(range(32)), 0x46DD794E),
        (bytes(range(31, -1, -1)), 0x113FDB5C),
    ],
)
def test_the_checksum_is_that_of_the_published_examples(data: bytes, checksum: int) -> None:
    assert crc32c(data) == checksum


@pytest.mark.parametrize(
    ("vectors", "expected"),
    [
        (b"", False),
        (tls(0), False),
        (tls(1), True),
        (tls(7, vector(0x21, b"TLSv1.3"), vector(0x22, b"client")), True),
        (tls(1, verified=1), True),
        (tls(6, vector(0x21, b"TLSv1.3")), False),
        (vector(1, b"http/1.1") + vector(4) + tls(1) + vector(5, b"id"), True),
        (vector(0x21, b"TLSv1.3"), False),
    ],
)
def test_the_flag_alone_says_that_the_client_spoke_tls(vectors: bytes, expected: bool) -> None:
    assert says_tls(header(PROXY, TCP4, ADDRESSES4 + vectors), VECTORS) is expected


def test_the_checksum_of_haproxy_is_right_for_its_header_and_for_no_other() -> None:
    assert says_tls(FROM_HAPROXY, VECTORS)
    for place in [*range(16, VECTORS), *range(31, 35), len(FROM_HAPROXY) - 1]:
        damaged = bytearray(FROM_HAPROXY)
        damaged[place] ^= 1
        with pytest.raises(ProtocolError, match="checksum"):
            says_tls(bytes(damaged), VECTORS)


@settings(deadline=None)
@given(st.binary(max_size=20), st.binary(max_size=20))
def test_a_checksum_covers_the_whole_header_wherever_it_stands(before: bytes, after: bytes) -> None:
    data = with_checksum(vector(0xE0, before), vector(0xE1, after))
    assert says_tls(data, VECTORS) is False
    with pytest.raises(ProtocolError, match="checksum"):
        says_tls(data[:16] + bytes([data[16] ^ 0x80]) + data[17:], VECTORS)


@settings(deadline=None)
@given(st.binary(max_size=60))
def test_any_vectors_are_understood_or_refused(vectors: bytes) -> None:
    with suppress(ProtocolError):
        assert says_tls(header(PROXY, TCP4, ADDRESSES4 + vectors), VECTORS) in (True, False)
