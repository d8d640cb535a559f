"""What a proxy tells of the connection it relays (the PROXY protocol, versions 1 and 2)."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from potstill.http11.errors import ProtocolError
from potstill.net.proxy_protocol import LARGEST, ProxyHeader, read_proxy_header
from tests.net.proxy_headers import (
    ADDRESSES4,
    ADDRESSES6,
    FROM_HAPROXY,
    LOCAL,
    PATHS,
    PROXY,
    SIGNATURE,
    TCP4,
    TCP6,
    UNIX,
    header,
    vector,
)
from tests.support.wire import get

Endpoint = tuple[str, str]

CLIENT4, SERVER4 = ("192.0.2.1", "40000"), ("198.51.100.1", "443")
CLIENT6, SERVER6 = ("2001:db8::1", "40000"), ("[2001:db8::2]", "443")
LONGEST6 = "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"

LINES: dict[str, tuple[Endpoint, Endpoint] | None] = {
    "PROXY TCP4 192.0.2.1 198.51.100.1 40000 443": (CLIENT4, SERVER4),
    "PROXY TCP4 0.0.0.0 255.255.255.255 0 65535": (("0.0.0.0", "0"), ("255.255.255.255", "65535")),
    "PROXY TCP6 2001:db8::1 2001:db8::2 40000 443": (CLIENT6, SERVER6),
    "PROXY TCP6 2001:DB8:0::0001 2001:0db8::2 40000 443": (CLIENT6, SERVER6),
    "PROXY TCP6 :: 1:: 1 2": (("::", "1"), ("[1::]", "2")),
    "PROXY TCP6 1:2:3:4:5:6:7:8 ::7:8 1 2": (("1:2:3:4:5:6:7:8", "1"), ("[::7:8]", "2")),
    f"PROXY TCP6 {LONGEST6} {LONGEST6} 65535 65535": (
        (LONGEST6, "65535"),
        (f"[{LONGEST6}]", "65535"),
    ),
    "PROXY TCP6 ::ffff:192.0.2.1 ::ffff:c633:6401 40000 443": (CLIENT4, SERVER4),
    "PROXY TCP6 64:ff9b::192.0.2.1 ::1 40000 443": (
        ("64:ff9b::c000:201", "40000"),
        ("[::1]", "443"),
    ),
    "PROXY UNKNOWN": None,
    "PROXY UNKNOWN ": None,
    "PROXY UNKNOWN".ljust(105): None,
    f"PROXY UNKNOWN {LONGEST6} {LONGEST6} 65535 65535": None,
    "PROXY UNKNOWN what is not\tto be read \0 \xff": None,
}

BLOCKS: dict[str, tuple[bytes, Endpoint | None, Endpoint | None]] = {
    "TCP over IPv4": (header(PROXY, TCP4, ADDRESSES4), CLIENT4, SERVER4),
    "TCP over IPv6": (header(PROXY, TCP6, ADDRESSES6), CLIENT6, SERVER6),
    "IPv4 inside IPv6": (
        header(
            PROXY,
            TCP6,
            bytes(10) + b"\xff\xff\xc0\0\2\1" + bytes(10) + b"\xff\xff\xc6\x33\x64\1\x9c\x40\1\xbb",
        ),
        CLIENT4,
        SERVER4,
    ),
    "Unix stream": (header(PROXY, UNIX, PATHS), ("", ""), ("localhost", "80")),
    "padded with nothing": (
        header(PROXY, TCP4, ADDRESSES4 + vector(4) + vector(4, b"\0\1")),
        CLIENT4,
        SERVER4,
    ),
    "of a type not known": (header(PROXY, TCP4, ADDRESSES4 + vector(0xEA, b"x")), CLIENT4, SERVER4),
    "from HAProxy": (FROM_HAPROXY, ("127.0.0.1", "49002"), ("127.0.0.1", "51529")),
    "as large as may be": (
        header(PROXY, TCP4, ADDRESSES4 + vector(4, bytes(LARGEST - 16 - 12 - 3))),
        CLIENT4,
        SERVER4,
    ),
    "local": (header(LOCAL, 0), None, None),
    "local, with vectors": (header(LOCAL, 0, vector(3, b"1234")), None, None),
    "local, of whatever family": (header(LOCAL, 0xFF, b"to be ignored"), None, None),
    "of no family": (header(PROXY, 0x00, b"to be ignored"), None, None),
    "of no family, but a stream": (header(PROXY, 0x01), None, None),
    "of IPv4, but no transport": (header(PROXY, 0x10, ADDRESSES4), None, None),
    "of IPv6, but no transport": (header(PROXY, 0x20), None, None),
    "of Unix, but no transport": (header(PROXY, 0x30), None, None),
}

valid = st.sampled_from(
    [line.encode("latin-1") + b"\r\n" for line in LINES]
    + [block for block, _, _ in BLOCKS.values()]
)


def is_refused(data: bytes) -> bool:
    try:
        read_proxy_header(data)
    except ProtocolError as refusal:
        return refusal.status == 400
    return False


def first_refused(data: bytes) -> int:
    """How many bytes of `data` are enough to refuse it."""
    return next(size for size in range(len(data) + 1) if is_refused(data[:size]))


@pytest.mark.parametrize("line", LINES)
def test_a_line_is_understood_and_what_follows_is_left(line: str) -> None:
    data = line.encode("latin-1") + b"\r\n"
    peer, server = LINES[line] or (None, None)
    assert read_proxy_header(data) == ProxyHeader(peer, server, False, len(data))
    assert read_proxy_header(data + get("/")) == ProxyHeader(peer, server, False, len(data))


@pytest.mark.parametrize("name", BLOCKS)
def test_a_block_is_understood_and_what_follows_is_left(name: str) -> None:
    data, peer, server = BLOCKS[name]
    expected = ProxyHeader(peer, server, name == "from HAProxy", len(data))
    assert read_proxy_header(data) == expected
    assert read_proxy_header(data + get("/")) == expected


@settings(deadline=None)
@given(valid)
def test_every_beginning_of_a_header_waits_for_the_rest(data: bytes) -> None:
    for size in range(len(data)):
        assert read_proxy_header(data[:size]) is None


@pytest.mark.parametrize(
    ("line", "refused_with"),
    [
        ("GET / HTTP/1.1\r\n", "G"),
        ("POST / HTTP/1.1\r\n", "PO"),
        ("proxy TCP4", "p"),
        (" PROXY TCP4", " "),
        ("\x16\x03\x01\x02\x00", "\x16"),
        ("\r\nPROXY TCP4", "\r\nP"),
        ("PROXY  TCP4", "PROXY  "),
        ("PROXY\tTCP4", "PROXY\t"),
        ("PROXY\r\n", "PROXY\r"),
        ("PROXY TCP \r\n", "PROXY TCP "),
        ("PROXY TCP5 \r\n", "PROXY TCP5"),
        ("PROXY tcp4 \r\n", "PROXY t"),
        ("PROXY UDP4 192.0.2.1", "PROXY UD"),
        ("PROXY TCP4\r\n", "PROXY TCP4\r"),
        ("PROXY TCP4  192.0.2.1", "PROXY TCP4  "),
        ("PROXY TCP4 256.0.0.1 ", "PROXY TCP4 256"),
        ("PROXY TCP4 01.0.0.1 ", "PROXY TCP4 01"),
        ("PROXY TCP4 1.00.0.1 ", "PROXY TCP4 1.00"),
        ("PROXY TCP4 1..2 ", "PROXY TCP4 1.."),
        ("PROXY TCP4 1.2.3 4.5.6.7 ", "PROXY TCP4 1.2.3 "),
        ("PROXY TCP4 1.2.3.4. ", "PROXY TCP4 1.2.3.4."),
        ("PROXY TCP4 1.2.3.4\r\n", "PROXY TCP4 1.2.3.4\r"),
        ("PROXY TCP4 1.2.3.4 ::1 ", "PROXY TCP4 1.2.3.4 :"),
        ("PROXY TCP4 ::1 ::1 1 2\r\n", "PROXY TCP4 :"),
        ("PROXY TCP4 1.2.3.4 5.6.7.8 x", "PROXY TCP4 1.2.3.4 5.6.7.8 x"),
        ("PROXY TCP4 1.2.3.4 5.6.7.8 +1", "PROXY TCP4 1.2.3.4 5.6.7.8 +"),
        ("PROXY TCP4 1.2.3.4 5.6.7.8 00", "PROXY TCP4 1.2.3.4 5.6.7.8 00"),
        ("PROXY TCP4 1.2.3.4 5.6.7.8 080", "PROXY TCP4 1.2.3.4 5.6.7.8 08"),
        ("PROXY TCP4 1.2.3.4 5.6.7.8 65536", "PROXY TCP4 1.2.3.4 5.6.7.8 65536"),
        ("PROXY TCP4 1.2.3.4 5.6.7.8 1 655350", "PROXY TCP4 1.2.3.4 5.6.7.8 1 655350"),
        ("PROXY TCP4 1.2.3.4 5.6.7.8 1 2 \r\n", "PROXY TCP4 1.2.3.4 5.6.7.8 1 2 "),
        ("PROXY TCP4 1.2.3.4 5.6.7.8 1 \r\n", "PROXY TCP4 1.2.3.4 5.6.7.8 1 \r"),
        ("PROXY TCP4 1.2.3.4 5.6.7.8 1 2\n", "PROXY TCP4 1.2.3.4 5.6.7.8 1 2\n"),
        ("PROXY TCP4 1.2.3.4 5.6.7.8 1 2\r\r\n", "PROXY TCP4 1.2.3.4 5.6.7.8 1 2\r\r"),
        ("PROXY TCP6 1.2.3.4 ::1 ", "PROXY TCP6 1."),
        ("PROXY TCP6 12345:: ", "PROXY TCP6 12345"),
        ("PROXY TCP6 1::2::3 ", "PROXY TCP6 1::2::"),
        ("PROXY TCP6 ::: ", "PROXY TCP6 :::"),
        ("PROXY TCP6 1:2:3:4:5:6:7:8:9 ", "PROXY TCP6 1:2:3:4:5:6:7:8:"),
        ("PROXY TCP6 1:2:3:4:5:6:7 ::1 ", "PROXY TCP6 1:2:3:4:5:6:7 "),
        ("PROXY TCP6 ::ffff:1.2.3.256 ", "PROXY TCP6 ::ffff:1.2.3.256"),
        ("PROXY TCP6 fe80::1%eth0 ::1 ", "PROXY TCP6 fe80::1%"),
        ("PROXY TCP6 [::1] ", "PROXY TCP6 ["),
        ("PROXY TCP6 ::g ", "PROXY TCP6 ::g"),
        ("PROXY UNKNOWNS\r\n", "PROXY UNKNOWNS"),
        ("PROXY UNKNOWN\n", "PROXY UNKNOWN\n"),
        ("PROXY UNKNOWN a\nb\r\n", "PROXY UNKNOWN a\n"),
        ("PROXY UNKNOWN a\rb\r\n", "PROXY UNKNOWN a\rb"),
        ("PROXY UNKNOWN".ljust(120), "PROXY UNKNOWN".ljust(106)),
        ("PROXY UNKNOWN".ljust(106) + "\r\n", "PROXY UNKNOWN".ljust(106)),
    ],
)
def test_a_line_is_refused_with_the_first_byte_that_makes_it_hopeless(
    line: str, refused_with: str
) -> None:
    data = line.encode("latin-1")
    assert first_refused(data) == len(refused_with)
    assert is_refused(data)


@pytest.mark.parametrize(
    ("data", "enough"),
    [
        (b"\r\n\r\n\r\n", 5),
        (b"\r\nGET / HTTP/1.1", 3),
        (SIGNATURE[:11] + b"\r", 12),
        (header(0x11, TCP4, ADDRESSES4), 13),
        (header(0x31, TCP4, ADDRESSES4), 13),
        (header(0x22, TCP4, ADDRESSES4), 13),
        (header(0x2F, TCP4, ADDRESSES4), 13),
        (header(PROXY, 0x12, ADDRESSES4), 14),
        (header(PROXY, 0x22, ADDRESSES6), 14),
        (header(PROXY, 0x32, PATHS), 14),
        (header(PROXY, 0x02, ADDRESSES4), 14),
        (header(PROXY, 0x13, ADDRESSES4), 14),
        (header(PROXY, 0x41, ADDRESSES4), 14),
        (header(PROXY, TCP4, ADDRESSES4[:-1]), 16),
        (header(PROXY, TCP6, ADDRESSES6[:-1]), 16),
        (header(PROXY, TCP6, ADDRESSES4), 16),
        (header(PROXY, UNIX, PATHS[:-1]), 16),
        (header(PROXY, TCP4), 16),
        (header(PROXY, TCP4, ADDRESSES4 + vector(4, bytes(LARGEST - 16 - 12 - 2))), 16),
        (header(LOCAL, 0, bytes(LARGEST - 15)), 16),
        (header(LOCAL, 0, bytes(0xFFFF)), 16),
    ],
)
def test_a_block_is_refused_with_the_first_byte_that_makes_it_hopeless(
    data: bytes, enough: int
) -> None:
    assert first_refused(data) == enough
    assert is_refused(data)


@pytest.mark.parametrize(
    "vectors",
    [
        b"\x04",
        b"\x04\0",
        b"\x04\0\1",
        vector(4) + b"\0",
        vector(4, b"abc")[:-1],
        vector(3, b"123"),
        vector(3, b"12345"),
        vector(3, bytes(4)),
        vector(0x20),
        vector(0x20, bytes(4)),
        vector(0x20, b"\1" + bytes(4) + b"\x21"),
        vector(0x20, b"\1" + bytes(4) + b"\x21\0\2x"),
        vector(0x20, bytes(5)) * 2,
    ],
)
def test_malformed_vectors_are_refused_when_the_block_is_whole(vectors: bytes) -> None:
    data = header(PROXY, TCP4, ADDRESSES4 + vectors)
    assert first_refused(data) == len(data)


@settings(deadline=None, max_examples=500)
@given(st.sampled_from([b"", b"PROXY ", b"PROXY TCP6 ", SIGNATURE]), st.binary(max_size=60))
def test_any_bytes_are_waited_for_and_then_understood_or_refused_for_good(
    start: bytes, data: bytes
) -> None:
    check_every_cut(start + data)


@settings(deadline=None, max_examples=500)
@given(valid, st.lists(st.tuples(st.integers(0, 5000), st.binary(max_size=2)), max_size=3))
def test_what_is_nearly_a_header_is_understood_or_refused_for_good(
    data: bytes, accidents: list[tuple[int, bytes]]
) -> None:
    for place, replacement in accidents:
        cut = place % len(data)
        data = data[:cut] + replacement + data[cut + 1 :] or b"P"
    check_every_cut(data + get("/"))


def check_every_cut(data: bytes) -> None:
    """None, as often as it takes, and then one answer for ever, header or refusal."""
    answers = [
        is_refused(data[:size]) or read_proxy_header(data[:size]) for size in range(len(data))
    ]
    final = [answer for answer in answers if answer is not None]
    assert answers == [None] * (len(answers) - len(final)) + final
    assert all(answer == final[0] for answer in final)
    if final and isinstance(final[0], ProxyHeader):
        assert len(answers) - len(final) == final[0].size
