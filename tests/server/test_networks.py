from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from potstill.server.networks import REMEMBERED, Networks, whom_it_believes
from potstill.settings import Settings
from potstill.settings.peers import Peers

ADDRESSES = st.ip_addresses()
NETWORKS = st.one_of(
    st.tuples(st.ip_addresses(v=4), st.integers(0, 32)),
    st.tuples(st.ip_addresses(v=6), st.integers(0, 128)),
).map(lambda pair: ip_network(pair, strict=False))


def networks(text: str) -> Networks:
    return Networks(Peers().read(text))


@pytest.mark.parametrize(
    ("peers", "address"),
    [
        ("10.0.0.0/8", "10.255.0.1"),
        ("10.0.0.1", "10.0.0.1"),
        ("10.0.0.0/8", "::ffff:10.1.2.3"),
        ("::ffff:10.0.0.0/104", "10.1.2.3"),
        ("2001:db8::/32", "2001:DB8:0:0::7"),
        ("fe80::/10", "fe80::1%eth0"),
        ("192.0.2.1,10.0.0.0/8,::1", "::1"),
        ("unix", ""),
        ("*", ""),
        ("*", "192.0.2.7"),
        ("*", "::1"),
        ("::/0", "2001:db8::1"),
    ],
)
def test_a_peer_who_is_named_is_believed(peers: str, address: str) -> None:
    assert networks(peers).believes(address)


@pytest.mark.parametrize(
    ("peers", "address"),
    [
        ("", "127.0.0.1"),
        ("", ""),
        ("10.0.0.0/8", "11.0.0.1"),
        ("10.0.0.0/8", ""),
        ("unix", "127.0.0.1"),
        ("0.0.0.0/0", "2001:db8::1"),
        ("0.0.0.0/0", ""),
        ("::/0", "10.0.0.1"),
        ("::/0", "::ffff:10.0.0.1"),
        ("::1", "127.0.0.1"),
    ],
)
def test_any_other_is_not(peers: str, address: str) -> None:
    assert not networks(peers).believes(address)


@pytest.mark.parametrize(
    "address",
    [
        "unix",
        "*",
        "unknown",
        "_hidden",
        " 10.0.0.1",
        "10.0.0.1\n",
        "10.0.0.1:80",
        "[::1]",
        "010.0.0.1",
        "10.1",
        "167772161",
        "10.0.0.0/8",
        "10.0.0.\u0661",
        "\0",
        "1" * 10_000,
    ],
)
def test_what_is_no_address_is_never_believed(address: str) -> None:
    assert not networks("*,unix,0.0.0.0/0,::/0").believes(address)


@given(st.lists(NETWORKS, max_size=4), ADDRESSES)
def test_an_address_is_believed_when_a_network_holds_it(
    held: list[Any], address: IPv4Address | IPv6Address
) -> None:
    believing = Networks(tuple(map(str, held)))
    plain = ip_address(str(address))
    if isinstance(plain, IPv6Address) and plain.ipv4_mapped:
        plain = plain.ipv4_mapped
    expected = any(plain in network for network in held)
    assert believing.believes(str(address)) is expected
    assert believing.believes(str(address)) is expected, "also when it is remembered"


@given(ADDRESSES, st.lists(NETWORKS, max_size=2))
def test_an_ipv4_peer_is_the_same_in_ipv6_clothes(
    address: IPv4Address | IPv6Address, held: list[Any]
) -> None:
    if isinstance(address, IPv4Address):
        believing = Networks(tuple(map(str, held)))
        assert believing.believes(f"::ffff:{address}") is believing.believes(str(address))


@given(st.text(max_size=80))
def test_any_text_at_all_has_an_answer(text: str) -> None:
    assert networks("10.0.0.0/8,unix").believes(text) in (True, False)


def test_more_addresses_than_are_remembered_are_judged_all_the_same() -> None:
    believing = networks("10.0.0.0/17")
    hosts = [f"10.0.{number >> 8}.{number & 255}" for number in range(0, 1 << 16, 8)]
    assert len(hosts) > REMEMBERED
    for _ in range(2):
        assert sum(believing.believes(host) for host in hosts) == len(hosts) // 2


def test_it_is_true_when_it_believes_anybody() -> None:
    assert not networks("")
    assert networks("10.0.0.1")
    assert networks("unix")
    assert networks("*")


@pytest.mark.parametrize(
    ("peers", "words"),
    [
        ("", "nobody"),
        ("10.0.0.1", "10.0.0.1"),
        ("10.0.0.0/8,unix", "10.0.0.0/8 and any peer of a Unix socket"),
        ("10.0.0.0/8,::1,192.0.2.1", "10.0.0.0/8, ::1 and 192.0.2.1"),
        ("10.0.0.0/8,*", "everybody"),
    ],
)
def test_it_says_in_words_whom_it_believes(peers: str, words: str) -> None:
    assert networks(peers).in_words() == words


@pytest.mark.parametrize(
    ("settings", "sentences"),
    [
        ({}, []),
        ({"proxy_allow_from": "10.0.0.1"}, []),
        (
            {"forwarded_allow_ips": "10.0.0.0/8"},
            [
                "Believing X-Forwarded-For and X-Forwarded-Proto of 10.0.0.0/8, one proxy deep; "
                "others' are dropped"
            ],
        ),
        (
            {
                "forwarded_allow_ips": "10.0.0.0/8,unix",
                "forwarded_headers": "forwarded",
                "forwarded_hops": 3,
                "strip_forwarded": False,
            },
            [
                "Believing Forwarded of 10.0.0.0/8 and any peer of a Unix socket, up to 3 proxies "
                "deep; others' are passed on unchecked"
            ],
        ),
        (
            {"forwarded_allow_ips": "*", "forwarded_headers": "x-forwarded-for"},
            [
                "Believing X-Forwarded-For of everybody, one proxy deep; "
                "let none but your proxies reach this server"
            ],
        ),
        (
            {"proxy_protocol": True, "proxy_allow_from": "10.0.0.1,unix"},
            ["Expecting a PROXY header from 10.0.0.1 and any peer of a Unix socket"],
        ),
        (
            {
                "forwarded_allow_ips": "::1",
                "proxy_protocol": True,
                "proxy_allow_from": "*",
            },
            [
                "Believing X-Forwarded-For and X-Forwarded-Proto of ::1, one proxy deep; "
                "others' are dropped",
                "Expecting a PROXY header from everybody",
            ],
        ),
    ],
)
def test_the_log_is_told_who_is_believed_what(
    settings: dict[str, Any], sentences: list[str]
) -> None:
    assert whom_it_believes(Settings(**settings)) == sentences
