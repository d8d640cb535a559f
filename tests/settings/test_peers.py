from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from potstill.settings.errors import ConfigError
from potstill.settings.peers import Peers


@pytest.mark.parametrize(
    "value",
    ["10.0.0.0/8,unix,::1", "10.0.0.0/8, UNIX, 0:0::1", ["10.0.0.0/8,unix", "::1", "unix"]],
)
def test_peers_come_as_a_text_or_as_a_list_and_each_once(value: object) -> None:
    assert Peers().read(value) == ("10.0.0.0/8", "unix", "::1")


@pytest.mark.parametrize("value", ["", [], ()])
def test_nobody_may_be_believed(value: object) -> None:
    assert Peers().read(value) == ()


@pytest.mark.parametrize(
    ("text", "peer"),
    [
        ("*", "*"),
        ("127.0.0.1", "127.0.0.1"),
        ("127.0.0.1/32", "127.0.0.1"),
        ("0.0.0.0/0", "0.0.0.0/0"),
        ("2001:0DB8::/32", "2001:db8::/32"),
        ("2001:db8::1/128", "2001:db8::1"),
        ("::ffff:10.1.2.3", "10.1.2.3"),
        ("::ffff:10.0.0.0/104", "10.0.0.0/8"),
        ("::ffff:0:0/96", "0.0.0.0/0"),
        ("::/0", "::/0"),
    ],
)
def test_a_peer_is_written_as_everybody_writes_it(text: str, peer: str) -> None:
    assert Peers().read(text) == (peer,)


@pytest.mark.parametrize(
    "value",
    [
        "localhost",
        "10.0.0.256",
        "10.0.0.0/33",
        "10.0.0.0/",
        "10.0.0.0/255.0.0.0",
        "10.0.0.0/٨",
        "10.1",
        "010.0.0.1",
        "2001:db8::/129",
        "fe80::1%eth0",
        "[::1]",
        "10.0.0.1:80",
        "10.0.0.1,",
        "unix:/run/a",
        ["10.0.0.1", ""],
        167772161,
        None,
    ],
)
def test_what_is_no_peer_is_refused(value: object) -> None:
    with pytest.raises(ConfigError) as refused:
        Peers().read(value)
    assert str(refused.value) == ("expected an IP address, a network as in 10.0.0.0/8, unix or *")


def test_an_address_with_the_length_of_its_network_could_mean_either() -> None:
    with pytest.raises(ConfigError) as refused:
        Peers().read("10.0.0.1/8")
    assert str(refused.value) == (
        "10.0.0.1/8 is an address within 10.0.0.0/8: write the one or the other"
    )


@given(
    st.lists(
        st.one_of(
            st.sampled_from(["*", "unix"]),
            st.ip_addresses().map(str),
            st.integers(0, 32).map(lambda length: f"0.0.0.0/{length}"),
            st.integers(0, 128).map(lambda length: f"::/{length}"),
        )
    )
)
def test_peers_read_back_as_they_are_written(texts: list[str]) -> None:
    peers = Peers().read(texts)
    assert Peers().read(Peers().plain(peers)) == peers
    assert Peers().read(",".join(peers)) == peers


@given(st.text(st.sampled_from("0123456789abcdef.:/%*unix, "), max_size=20))
def test_any_text_at_all_is_read_or_refused_in_one_line(text: str) -> None:
    assert len(_refusal(text).splitlines()) < 2


def _refusal(text: str) -> str:
    try:
        Peers().read(text)
    except ConfigError as error:
        return str(error)
    return ""
