"""Whom to believe about a request that came through proxies."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from potstill.http11.errors import ProtocolError
from potstill.http11.fields import FORWARDED
from potstill.wsgi.forwarded import Changes, Forwarding

PROXIES = {"10.0.0.1", "10.0.0.2", "10.0.0.3", "fd00::1", ""}
"""Whom the tests believe; the last one is any peer of a Unix socket."""
PEER = "10.0.0.1"
CLIENT = "192.0.2.7"

X_FORWARDED = tuple(f"x-forwarded-{name}" for name in ("for", "proto", "host", "port", "prefix"))
EVERYTHING = {
    "HTTP_FORWARDED": "for=192.0.2.9;proto=https",
    "HTTP_X_FORWARDED_FOR": "192.0.2.9",
    "HTTP_X_FORWARDED_PROTO": "https",
    "HTTP_X_FORWARDED_HOST": "b.example",
    "HTTP_X_FORWARDED_PORT": "444",
    "HTTP_X_FORWARDED_PREFIX": "/app",
}


def forwarding(*headers: str, hops: int = 1, strips: bool = True) -> Forwarding:
    return Forwarding(
        headers=headers or X_FORWARDED, hops=hops, believes=PROXIES.__contains__, strips=strips
    )


def x_forwarded(
    fields: dict[str, str], hops: int = 1, peer: str = PEER, strips: bool = True
) -> Changes:
    """The changes for X-Forwarded fields, given by the ends of their names."""
    variables = {f"HTTP_X_FORWARDED_{name.upper()}": value for name, value in fields.items()}
    variables["HTTP_HOST"] = "a.example"
    return forwarding(hops=hops, strips=strips).changes(variables, peer, "http")


def forwarded(value: str, hops: int = 1, peer: str = PEER, strips: bool = True) -> Changes:
    """The changes for a Forwarded field."""
    variables = {"HTTP_FORWARDED": value, "HTTP_HOST": "a.example"}
    return forwarding("forwarded", hops=hops, strips=strips).changes(variables, peer, "http")


def remote(changes: Changes) -> tuple[str | None, str | None] | None:
    if "REMOTE_ADDR" not in changes:
        return None
    return changes["REMOTE_ADDR"], changes["REMOTE_PORT"]


# Whom to believe


@pytest.mark.parametrize("peer", ["192.0.2.7", "10.0.0.9", "::1", "fd00::2"])
def test_of_a_peer_that_is_not_believed_nothing_is_left(peer: str) -> None:
    for headers in (X_FORWARDED, ("forwarded",)):
        changes = forwarding(*headers, hops=32).changes(EVERYTHING, peer, "http")
        assert changes == dict.fromkeys(FORWARDED)


def test_without_stripping_a_peer_that_is_not_believed_changes_nothing() -> None:
    assert forwarding(strips=False).changes(EVERYTHING, CLIENT, "http") == {}


def test_without_forwarded_fields_nothing_changes_whoever_sends_them() -> None:
    for peer in (PEER, CLIENT, ""):
        assert forwarding().changes({"HTTP_HOST": "a", "HTTP_VIA": "1.1 b"}, peer, "http") == {}


@pytest.mark.parametrize("peer", [PEER, "fd00::1", ""])
def test_a_peer_that_is_believed_tells_everything(peer: str) -> None:
    fields = {name: value for name, value in EVERYTHING.items() if name != "HTTP_FORWARDED"}
    assert forwarding().changes(fields, peer, "http") == {
        **fields,
        "REMOTE_ADDR": "192.0.2.9",
        "REMOTE_PORT": "",
        "wsgi.url_scheme": "https",
        "HTTPS": "on",
        "HTTP_HOST": "b.example:444",
        "SERVER_NAME": "b.example",
        "SERVER_PORT": "444",
        "SCRIPT_NAME": "/app",
    }


@pytest.mark.parametrize(("scheme", "port"), [("http", "80"), ("https", "443")])
def test_the_scheme_of_the_connection_stands_where_none_is_told(scheme: str, port: str) -> None:
    changes = forwarding().changes({"HTTP_X_FORWARDED_HOST": "b.example"}, PEER, scheme)
    assert changes["SERVER_PORT"] == port
    assert "wsgi.url_scheme" not in changes


def test_of_a_believed_peer_too_only_the_chosen_fields_are_believed() -> None:
    changes = forwarding("x-forwarded-for").changes(EVERYTHING, PEER, "http")
    assert changes == {
        **dict.fromkeys(FORWARDED),
        "HTTP_X_FORWARDED_FOR": "192.0.2.9",
        "REMOTE_ADDR": "192.0.2.9",
        "REMOTE_PORT": "",
    }
    changes = forwarding("forwarded").changes(EVERYTHING | {"HTTP_HOST": "a"}, PEER, "http")
    assert changes == {
        **dict.fromkeys(FORWARDED),
        "HTTP_FORWARDED": "for=192.0.2.9;proto=https",
        "REMOTE_ADDR": "192.0.2.9",
        "REMOTE_PORT": "",
        "wsgi.url_scheme": "https",
        "HTTPS": "on",
        "HTTP_HOST": "a",
        "SERVER_NAME": "a",
        "SERVER_PORT": "443",
    }


def test_without_stripping_all_fields_stay_as_they_were_sent() -> None:
    changes = x_forwarded({"For": f"{CLIENT}, 192.0.2.9", "Proto": "https"}, strips=False)
    assert remote(changes) == ("192.0.2.9", "")
    assert FORWARDED.isdisjoint(changes)
    changes = forwarded(f"for={CLIENT}, for=192.0.2.9", strips=False)
    assert remote(changes) == ("192.0.2.9", "")
    assert FORWARDED.isdisjoint(changes)


# How far back


CHAINS = [
    # element of the list from left to right, hops, client, believed elements
    ([CLIENT], 1, (CLIENT, ""), 1),
    ([CLIENT], 3, (CLIENT, ""), 1),
    ([CLIENT + ":40000"], 1, (CLIENT, "40000"), 1),
    (["[2001:DB8::7]"], 1, ("2001:db8::7", ""), 1),
    (["[2001:db8::7]:40000"], 1, ("2001:db8::7", "40000"), 1),
    (["[::ffff:192.0.2.7]"], 1, (CLIENT, ""), 1),
    (["9.9.9.9", CLIENT], 1, (CLIENT, ""), 1),
    (["9.9.9.9", CLIENT], 3, (CLIENT, ""), 1),
    (["9.9.9.9", CLIENT, "10.0.0.2"], 1, ("10.0.0.2", ""), 1),
    (["9.9.9.9", CLIENT, "10.0.0.2"], 2, (CLIENT, ""), 2),
    (["9.9.9.9", CLIENT, "10.0.0.2"], 32, (CLIENT, ""), 2),
    (["9.9.9.9", CLIENT, "10.0.0.3", "10.0.0.2"], 2, ("10.0.0.3", ""), 2),
    (["9.9.9.9", CLIENT, "10.0.0.3", "10.0.0.2"], 3, (CLIENT, ""), 3),
    (["10.0.0.3", CLIENT, "10.0.0.2"], 3, (CLIENT, ""), 2),
    (["10.0.0.3:1", "10.0.0.2:2"], 32, ("10.0.0.3", "1"), 2),
    ([CLIENT, "[::ffff:10.0.0.2]:5", "[fd00:0::1]"], 3, (CLIENT, ""), 3),
    (["unknown"], 1, None, 1),
    ([CLIENT, "unknown"], 3, None, 1),
    ([CLIENT, "_hidden"], 3, None, 1),
    ([CLIENT, "unknown", "10.0.0.2:5"], 3, ("10.0.0.2", "5"), 2),
    ([CLIENT, "_hidden:_too", "10.0.0.3", "10.0.0.2:5"], 32, ("10.0.0.3", ""), 3),
    (["is no node", CLIENT], 3, (CLIENT, ""), 1),
    (["is no node", CLIENT, "10.0.0.2"], 2, (CLIENT, ""), 2),
]


@pytest.mark.parametrize(("chain", "hops", "client", "count"), CHAINS)
def test_each_element_counts_while_those_behind_it_are_believed(
    chain: list[str], hops: int, client: tuple[str, str] | None, count: int
) -> None:
    changes = x_forwarded({"For": " ,".join(chain)}, hops)
    assert remote(changes) == client
    assert changes["HTTP_X_FORWARDED_FOR"] == ", ".join(chain[-count:])
    quoted = [f'for="{node}"' for node in chain]
    changes = forwarded(" ,".join(quoted), hops)
    assert remote(changes) == client
    assert changes["HTTP_FORWARDED"] == ", ".join(quoted[-count:])


@pytest.mark.parametrize(("chain", "hops", "client", "count"), CHAINS)
def test_scheme_and_host_are_of_the_same_hop_as_the_client(
    chain: list[str], hops: int, client: tuple[str, str] | None, count: int
) -> None:
    places = range(len(chain), 0, -1)  # from the right, beginning with 1
    schemes = ["https" if place == count else "http" for place in places]
    changes = x_forwarded(
        {
            "For": ",".join(chain),
            "Proto": ",".join(schemes),
            "Host": ",".join(f"h{place}" for place in places),
            "Port": ",".join(f"800{place}" for place in places),
            "Prefix": ",".join(f"/p{place}" for place in places),
        },
        hops,
    )
    assert changes["wsgi.url_scheme"] == "https"
    assert changes["HTTP_HOST"] == f"h{count}:800{count}"
    assert changes["SCRIPT_NAME"] == f"/p{count}"
    assert changes["HTTP_X_FORWARDED_PREFIX"] == ", ".join(f"/p{n}" for n in range(count, 0, -1))
    elements = [
        f'for="{node}";proto={scheme};host=h{place}'
        for node, scheme, place in zip(chain, schemes, places, strict=True)
    ]
    changes = forwarded(",".join(elements), hops)
    assert changes["wsgi.url_scheme"] == "https"
    assert changes["HTTP_HOST"] == f"h{count}"


def test_an_ipv6_address_and_a_unix_socket_stand_as_proxies_write_them() -> None:
    assert remote(x_forwarded({"For": "2001:DB8::7"})) == ("2001:db8::7", "")
    assert remote(x_forwarded({"For": f"{CLIENT}, fd00::1"}, 2)) == (CLIENT, "")
    assert remote(x_forwarded({"For": f"{CLIENT}, unix:"}, 2)) is None


def test_a_field_that_a_proxy_sets_where_others_append_is_that_of_the_client() -> None:
    chain = f"9.9.9.9, {CLIENT}, 10.0.0.3, 10.0.0.2"
    changes = x_forwarded({"For": chain, "Proto": "https", "Host": "b, c"}, 3)
    assert changes["wsgi.url_scheme"] == "https"
    assert changes["HTTP_HOST"] == "b"


def test_without_a_list_of_addresses_the_peer_alone_is_believed() -> None:
    none: dict[str, str] = {}
    for chain in (none, {"For": ""}, {"For": " ,"}):
        changes = x_forwarded({"Proto": "http, https"} | chain, 3)
        assert changes["wsgi.url_scheme"] == "https"
        assert changes["HTTP_X_FORWARDED_PROTO"] == "https"
        assert changes.get("HTTP_X_FORWARDED_FOR") is None
        assert remote(changes) is None


def test_what_is_empty_says_nothing_and_goes() -> None:
    fields = dict.fromkeys(FORWARDED - {"HTTP_FORWARDED"}, " , ")
    assert forwarding(hops=2).changes(fields, PEER, "http") == dict.fromkeys(fields)
    assert forwarded("") == {"HTTP_FORWARDED": None}
    assert forwarded(",") == {"HTTP_FORWARDED": None}


def test_an_element_of_forwarded_may_tell_no_address() -> None:
    changes = forwarded(f"for={CLIENT};proto=http, proto=https", 3)
    assert remote(changes) is None
    assert changes["wsgi.url_scheme"] == "https"
    assert forwarded("for=192.0.2.9, ;", 3) == {"HTTP_FORWARDED": ";"}


def test_elements_of_forwarded_keep_their_own_spelling() -> None:
    element = 'For="192.0.2.9:80";secret="a, b"'
    assert forwarded(f"for=x, {element}")["HTTP_FORWARDED"] == element


# What cannot be


@pytest.mark.parametrize(
    "fields",
    [
        {"For": "is no node"},
        {"For": "192.0.2.1, localhost"},
        {"For": "9.9.9.9, is no node, 10.0.0.2"},
        {"Proto": "http, gopher"},
        {"Host": "a, b c"},
        {"Port": "80, 0"},
        {"Prefix": "/a, b"},
    ],
)
def test_nonsense_of_a_believed_proxy_is_refused(fields: dict[str, str]) -> None:
    with pytest.raises(ProtocolError) as refusal:
        x_forwarded(fields, 2)
    assert refusal.value.status == 400
    assert remote(x_forwarded(fields, 2, CLIENT)) is None


@pytest.mark.parametrize(
    "value",
    [
        *["for", "for=a b", "for=localhost", 'for=""', "for=1.2.3.4;for=1.2.3.4", "proto=gopher"],
        *['host=""', "host=a/b", 'proto=""', "for=2001:db8::1", 'for="2001:db8::1"', '"'],
        *['for="a, for=192.0.2.9', "for=9.9.9.9, for=is-no-node, for=10.0.0.2"],
    ],
)
def test_nonsense_in_forwarded_of_a_believed_proxy_is_refused(value: str) -> None:
    with pytest.raises(ProtocolError) as refusal:
        forwarded(value, 2)
    assert refusal.value.status == 400
    assert forwarded(value, 2, CLIENT) == {"HTTP_FORWARDED": None}


# Whatever the client makes up

latin = st.text(st.characters(max_codepoint=0xFF, blacklist_characters="\r\n"), max_size=20)
nodes = st.sampled_from([*sorted(PROXIES - {""}), CLIENT, "unknown", "_x", "9.9.9.9:1", "[::1]"])
made_up = st.lists(nodes | latin, min_size=1, max_size=4).map(", ".join)
pairs = st.sampled_from(["for=", 'for="', "proto=https", "host=evil", ";", '"', "\\", ",", " "])
made_up_forwarded = st.lists(pairs | nodes | latin, min_size=1, max_size=8).map("".join)
genuine = st.integers(1, 3).map(lambda count: [CLIENT, "10.0.0.3", "10.0.0.2"][:count])
anything = st.fixed_dictionaries({}, optional=dict.fromkeys(sorted(FORWARDED), made_up))


@settings(deadline=None)
@given(made_up, genuine, st.integers(1, 5))
def test_what_the_client_writes_into_x_forwarded_never_counts(
    left: str, chain: list[str], hops: int
) -> None:
    right = ", ".join(chain)
    proto = ", ".join(["http"] * len(chain))
    alone = x_forwarded({"For": right, "Proto": proto}, hops)
    spoofed = {"For": f"{left}, {right}", "Proto": f"{left}, {proto}"}
    assert x_forwarded(spoofed, hops) == alone


@settings(deadline=None, max_examples=300)
@given(made_up_forwarded, genuine, st.integers(1, 5))
def test_what_the_client_writes_into_forwarded_never_counts(
    left: str, chain: list[str], hops: int
) -> None:
    right = ", ".join(f'for="{node}";proto=http' for node in chain)
    with suppress(ProtocolError):
        assert forwarded(f"{left}, {right}", hops) == forwarded(right, hops)


@settings(deadline=None)
@given(anything, st.sampled_from([CLIENT, "9.9.9.9", "::1"]), st.booleans())
def test_who_is_not_believed_never_changes_anything(
    fields: dict[str, str], peer: str, strips: bool
) -> None:
    changes = forwarding(hops=3, strips=strips).changes(fields, peer, "http")
    assert changes == (dict.fromkeys(fields) if strips else {})


@settings(deadline=None, max_examples=300)
@given(anything, st.sampled_from([PEER, ""]), st.sampled_from([X_FORWARDED, ("forwarded",)]))
def test_any_fields_are_read_or_refused(
    fields: dict[str, str], peer: str, headers: tuple[str, ...]
) -> None:
    with suppress(ProtocolError):
        changes = forwarding(*headers, hops=3).changes(fields, peer, "https")
        assert FORWARDED.intersection(fields) <= changes.keys()
