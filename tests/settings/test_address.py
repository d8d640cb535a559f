from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from potstill.settings.address import Address
from potstill.settings.errors import ConfigError


@pytest.mark.parametrize(
    ("text", "host", "port"),
    [
        ("127.0.0.1:8000", "127.0.0.1", 8000),
        ("0.0.0.0:0", "0.0.0.0", 0),
        ("localhost:8080", "localhost", 8080),
        ("localhost", "localhost", 8000),
        ("10.0.0.1", "10.0.0.1", 8000),
        ("my_host-1.example:65535", "my_host-1.example", 65535),
        (":80", "", 80),
        ("[::1]:8000", "::1", 8000),
        ("[::]", "::", 8000),
        ("[fe80::1%eth0]:80", "fe80::1%eth0", 80),
        ("tcp://127.0.0.1:9000", "127.0.0.1", 9000),
    ],
)
def test_an_address_is_read(text: str, host: str, port: int) -> None:
    assert Address.parse(text) == Address(host, port)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "expected HOST:PORT, [IPv6]:PORT, :PORT or HOST"),
        (":", "expected HOST:PORT, [IPv6]:PORT, :PORT or HOST"),
        ("host:", "expected HOST:PORT, [IPv6]:PORT, :PORT or HOST"),
        ("host:http", "expected HOST:PORT, [IPv6]:PORT, :PORT or HOST"),
        ("a b:80", "expected HOST:PORT, [IPv6]:PORT, :PORT or HOST"),
        ("http://a/", "expected HOST:PORT, [IPv6]:PORT, :PORT or HOST"),
        ("8000", "a port alone leaves the host open; write :8000 for all addresses"),
        ("host:65536", "a port is at most 65535"),
        ("::1", "an IPv6 address stands in brackets, as in [::1]:8000"),
        ("::1:8000", "an IPv6 address stands in brackets, as in [::1]:8000"),
        ("[::g]:80", "[::g] holds no IPv6 address"),
        ("[127.0.0.1]:80", "[127.0.0.1] holds no IPv6 address"),
        ("256.0.0.1:80", "256.0.0.1 is no IPv4 address"),
        ("127.1:80", "127.1 is no IPv4 address"),
        ("unix:/run/potstill.sock", "this version listens on TCP only, not on unix:"),
        ("unix:///run/potstill.sock", "this version listens on TCP only, not on unix:"),
        ("fd://3", "this version listens on TCP only, not on fd:"),
    ],
)
def test_what_is_no_address_is_refused_with_its_reason(text: str, reason: str) -> None:
    with pytest.raises(ConfigError) as refused:
        Address.parse(text)
    assert str(refused.value) == reason


@given(
    st.one_of(
        st.ip_addresses().map(str),
        st.just(""),
        st.from_regex(r"[a-eg-tv-z][a-z0-9.-]{0,20}", fullmatch=True),  # neither fd nor unix
    ),
    st.integers(0, 65535),
)
def test_every_address_reads_back_as_it_is_written(host: str, port: int) -> None:
    address = Address(host, port)
    assert Address.parse(str(address)) == address


@given(st.text(max_size=20))
def test_any_text_at_all_is_an_address_or_refused_in_one_line(text: str) -> None:
    assert "\n" not in _refusal(text)


def _refusal(text: str) -> str:
    try:
        Address.parse(text)
    except ConfigError as error:
        return str(error)
    return ""
