from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from potstill.settings.address import TCP, Address, Descriptor, Unix, parse
from potstill.settings.errors import ConfigError

FORMS = "expected HOST:PORT, [IPv6]:PORT, :PORT, HOST, unix:PATH or fd://N"
UNIX_FORMS = "a Unix socket is written as unix:PATH, or unix:@NAME"
BY_NUMBER = "an inherited socket is written by its number, as in fd://3"

HOSTS = st.one_of(
    st.ip_addresses().map(str),
    st.just(""),
    st.from_regex(r"[a-eg-tv-z][a-z0-9.-]{0,20}", fullmatch=True),  # neither fd nor unix
)
SCHEMES = st.sampled_from([None, "http", "https"])
PATHS = st.from_regex(r"[/@]?[A-Za-z0-9._ -]+(/[A-Za-z0-9._ -]+){0,3}", fullmatch=True)


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("127.0.0.1:8000", TCP("127.0.0.1", 8000)),
        ("0.0.0.0:0", TCP("0.0.0.0", 0)),
        ("localhost:8080", TCP("localhost", 8080)),
        ("localhost", TCP("localhost", 8000)),
        ("10.0.0.1", TCP("10.0.0.1", 8000)),
        ("my_host-1.example:65535", TCP("my_host-1.example", 65535)),
        ("unixhost:80", TCP("unixhost", 80)),
        (":80", TCP("", 80)),
        ("[::1]:8000", TCP("::1", 8000)),
        ("[::]", TCP("::", 8000)),
        ("[fe80::1%eth0]:80", TCP("fe80::1%eth0", 80)),
        ("tcp://127.0.0.1:9000", TCP("127.0.0.1", 9000)),
        ("http://:80", TCP("", 80, "http")),
        ("https://[::1]:443", TCP("::1", 443, "https")),
        ("HTTPS://localhost:443", TCP("localhost", 443, "https")),
        ("unix:/run/potstill.sock", Unix("/run/potstill.sock")),
        ("unix:///run/potstill.sock", Unix("/run/potstill.sock")),
        ("UNIX:/run/a b:80", Unix("/run/a b:80")),
        ("unix:run/potstill.sock", Unix("run/potstill.sock")),
        ("unix:@potstill", Unix("@potstill")),
        ("unix://@potstill", Unix("@potstill")),
        ("fd://3", Descriptor(3)),
        ("fd://0", Descriptor(0)),
        ("https://fd://3", Descriptor(3, "https")),
    ],
)
def test_an_address_is_read(text: str, address: Address) -> None:
    assert parse(text) == address


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", FORMS),
        (":", FORMS),
        ("host:", FORMS),
        ("host:http", FORMS),
        ("a b:80", FORMS),
        ("http://a/", FORMS),
        ("http://a:80/", FORMS),
        ("https://tcp://a:80", FORMS),
        ("ftp://a:80", FORMS),
        ("http://", FORMS),
        ("https://localhost", "https:// leaves the port open: write https://localhost:PORT"),
        ("http://[::1]", "http:// leaves the port open: write http://[::1]:PORT"),
        ("8000", "a port alone leaves the host open; write :8000 for all addresses"),
        ("host:65536", "a port is at most 65535"),
        ("::1", "an IPv6 address stands in brackets, as in [::1]:8000"),
        ("::1:8000", "an IPv6 address stands in brackets, as in [::1]:8000"),
        ("[::g]:80", "[::g] holds no IPv6 address"),
        ("[127.0.0.1]:80", "[127.0.0.1] holds no IPv6 address"),
        ("256.0.0.1:80", "256.0.0.1 is no IPv4 address"),
        ("127.1:80", "127.1 is no IPv4 address"),
        ("unix:", UNIX_FORMS),
        ("unix:@", UNIX_FORMS),
        ("unix://run/potstill.sock", UNIX_FORMS),
        ("unix:/run/a\tb", UNIX_FORMS),
        ("unix:/run/a\0b", UNIX_FORMS),
        ("unix:/run/a\n", UNIX_FORMS),
        ("https://unix:/run/a", "a Unix socket speaks plain HTTP: write unix:/run/a"),
        ("http://unix:@a", "a Unix socket speaks plain HTTP: write unix:@a"),
        ("fd://", BY_NUMBER),
        ("fd://three", BY_NUMBER),
        ("fd://-1", BY_NUMBER),
        ("fd://٣", BY_NUMBER),
        ("fd:3", BY_NUMBER),
        ("https://fd:3", BY_NUMBER),
    ],
)
def test_what_is_no_address_is_refused_with_its_reason(text: str, reason: str) -> None:
    with pytest.raises(ConfigError) as refused:
        parse(text)
    assert str(refused.value) == reason


@given(
    st.one_of(
        st.builds(TCP, HOSTS, st.integers(0, 65535), SCHEMES),
        st.builds(Unix, PATHS),
        st.builds(Descriptor, st.integers(0, 1 << 20), SCHEMES),
    )
)
def test_every_address_reads_back_as_it_is_written(address: Address) -> None:
    assert parse(str(address)) == address


@given(st.sampled_from(["", "unix:", "fd:", "http://", "https://"]), st.text(max_size=20))
def test_any_text_at_all_is_an_address_or_refused_in_one_line(prefix: str, text: str) -> None:
    assert len(_refusal(prefix + text).splitlines()) < 2


def _refusal(text: str) -> str:
    try:
        parse(text)
    except ConfigError as error:
        return str(error)
    return ""
