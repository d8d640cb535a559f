"""What proxies wrote down of a request's way: lists, nodes, and Forwarded (RFC 7239)."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from potstill.http11.errors import ProtocolError
from potstill.http11.hops import (
    Endpoint,
    endpoint,
    forwarded_elements,
    forwarded_pairs,
    list_elements,
    listed_node,
)

from .pace import grows_linearly

latin = st.characters(max_codepoint=0xFF, blacklist_characters="\r\n")
forwarded_like = st.lists(
    st.sampled_from(
        ['"', "\\", ",", ";", "=", " ", "for", "host", "a", "[::1]", ":", "_x", "\xe9"]
    ),
    max_size=16,
).map("".join)


@pytest.mark.parametrize(
    ("value", "elements"),
    [
        ("", []),
        (" \t", []),
        (",, ,\t,", []),
        ("a", ["a"]),
        (" a ,\tb,c", ["a", "b", "c"]),
        (",a,,b c,", ["a", "b c"]),
    ],
)
def test_empty_elements_of_a_list_do_not_count(value: str, elements: list[str]) -> None:
    assert list_elements(value) == elements


NODES: dict[str, Endpoint | None] = {
    "192.0.2.1": ("192.0.2.1", ""),
    "192.0.2.1:47011": ("192.0.2.1", "47011"),
    "192.0.2.1:0": ("192.0.2.1", "0"),
    "192.0.2.1:00080": ("192.0.2.1", "80"),
    "192.0.2.1:_hidden": ("192.0.2.1", ""),
    "[2001:db8::17]": ("2001:db8::17", ""),
    "[2001:DB8:0:0::0017]:65535": ("2001:db8::17", "65535"),
    "[::ffff:192.0.2.1]:80": ("192.0.2.1", "80"),
    "[::ffff:c000:201]": ("192.0.2.1", ""),
    "unknown": None,
    "UnKnown": None,
    "unknown:80": None,
    "_gazonk": None,
    "_a.b-c_d:_e.f-g": None,
}


@pytest.mark.parametrize("node", NODES)
def test_a_node_names_an_address_or_hides_it(node: str) -> None:
    assert endpoint(node) == NODES[node]
    assert endpoint(listed_node(node)) == NODES[node]


@pytest.mark.parametrize(
    "node",
    [
        *["", " ", "localhost", "_", "_ä", "_a b", "unknown:", "unknown80", "un", "unix:", "-"],
        *["192.0.2", "192.0.2.1.", "192.0.2.256", "192.0.02.1", "192.0.2.1/24", "1", "٣.0.2.1"],
        *["192.0.2.1:", "192.0.2.1:x", "192.0.2.1:-1", "192.0.2.1:65536", "192.0.2.1:000080"],
        *[
            "192.0.2.1:²",
            "192.0.2.1:80:90",
            "192.0.2.1 ",
            "[192.0.2.1]",
            "192.0.2.1:_",
            "192.0.2.1\n",
        ],
        *["[::1", "::1]", "[]", "[::1]80", "[::1]:", "[:::]", "[1:2:3:4:5:6:7:8:9]", "[::1%eth0]"],
        *["[::g]", "[::ffff:192.0.2.256]", "[[::1]]", "[::1]:99999", "[unknown]"],
    ],
)
def test_a_malformed_node_is_refused(node: str) -> None:
    with pytest.raises(ProtocolError) as refusal:
        endpoint(node)
    assert refusal.value.status == 400


@pytest.mark.parametrize(
    ("element", "expected"),
    [
        ("2001:db8::17", ("2001:db8::17", "")),
        ("::1", ("::1", "")),
        ("::ffff:192.0.2.1", ("192.0.2.1", "")),
        ("2001:db8::1:4711", ("2001:db8::1:4711", "")),
        ("unix:", None),
    ],
)
def test_x_forwarded_for_has_ipv6_without_brackets_and_a_word_for_unix_sockets(
    element: str, expected: Endpoint | None
) -> None:
    with pytest.raises(ProtocolError):
        endpoint(element)
    assert endpoint(listed_node(element)) == expected


@pytest.mark.parametrize(
    "element", ["1::2::3", "[::1]::1", "192.0.2.1:80:90", "unknown:a:b", "a:b"]
)
def test_what_is_no_node_in_brackets_either_is_refused(element: str) -> None:
    with pytest.raises(ProtocolError):
        endpoint(listed_node(element))


@pytest.mark.parametrize(
    ("value", "elements"),
    [
        ("", []),
        (" , ,\t", []),
        ('for="_gazonk"', [{"for": "_gazonk"}]),
        ('For="[2001:db8:cafe::17]:4711"', [{"for": "[2001:db8:cafe::17]:4711"}]),
        (
            "for=192.0.2.60;proto=http;by=203.0.113.43",
            [{"for": "192.0.2.60", "proto": "http", "by": "203.0.113.43"}],
        ),
        ("for=192.0.2.43, for=198.51.100.17", [{"for": "192.0.2.43"}, {"for": "198.51.100.17"}]),
        ("for=a,,\tfor=b ,", [{"for": "a"}, {"for": "b"}]),
        (";for=a;;HOST=b;", [{"for": "a", "host": "b"}]),
        ("for=a, ;, for=b", [{"for": "a"}, {}, {"for": "b"}]),
        ("secret=hunter2;ext=!#$%&'*+-.^_`|~", [{"secret": "hunter2", "ext": "!#$%&'*+-.^_`|~"}]),
        ('host="a,b;c=d"', [{"host": "a,b;c=d"}]),
        (r'host="a\"\\\b",for=x', [{"host": 'a"\\b'}, {"for": "x"}]),
        ('host=""', [{"host": ""}]),
        ('host="\t \xe9"', [{"host": "\t \xe9"}]),
    ],
)
def test_forwarded_is_read_by_its_grammar(value: str, elements: list[dict[str, str]]) -> None:
    assert [forwarded_pairs(element) for element in forwarded_elements(value)] == elements


@pytest.mark.parametrize(
    "value",
    [
        *[
            "for",
            "for=",
            "=a",
            "for=a b",
            "for =a",
            "for= a",
            "for=a; proto=http",
            "for=a ;proto=b",
        ],
        *[
            "for=a=b",
            "for=192.0.2.1:80",
            "for=[::1]",
            "for=a/b",
            "f(r=a",
            "for=\xe9",
            "for=a\n",
            "a\0",
        ],
        *['for="a', 'for=a"', 'for="a"b', 'for="a"host=b', 'for="a\\"', "for='a b'", 'for="a\0"'],
        *['for="a, for="[::1]"', 'for=x;by=", for="[::1]";proto=https', "for=a for=b", '"for"=a'],
    ],
)
def test_forwarded_against_its_grammar_is_refused_whole(value: str) -> None:
    for refused in (value, f"{value}, for=192.0.2.1", f"for=192.0.2.1,{value}"):
        with pytest.raises(ProtocolError) as refusal:
            forwarded_elements(refused)
        assert refusal.value.status == 400


@pytest.mark.parametrize("element", ["for=a;for=a", "for=a;host=b;FOR=c", "x=1;X=1"])
def test_nothing_is_said_twice_about_one_hop(element: str) -> None:
    with pytest.raises(ProtocolError) as refusal:
        forwarded_pairs(element)
    assert refusal.value.status == 400


tokens = st.text("!#$%&'*+-.^_`|~09azAZ", min_size=1, max_size=6)
hops = st.lists(st.dictionaries(tokens.map(str.lower), st.text(latin, max_size=8), max_size=3))


@settings(deadline=None)
@given(hops, st.sampled_from([",", " , ", ",,\t"]))
def test_whatever_is_quoted_comes_out_as_it_went_in(said: list[dict[str, str]], comma: str) -> None:
    said = [{name: _printable(value) for name, value in pairs.items()} for pairs in said]
    written = [
        ";".join(f"{name}={_quoted(value)}" for name, value in pairs.items()) for pairs in said
    ]
    read = forwarded_elements(comma.join(written))
    assert [forwarded_pairs(element) for element in read] == [pairs for pairs in said if pairs]


def _printable(value: str) -> str:
    return "".join(c for c in value if c == "\t" or " " <= c <= "~" or c >= "\x80")


def _quoted(value: str) -> str:
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


@settings(deadline=None, max_examples=300)
@given(forwarded_like | st.text(latin))
def test_any_text_is_read_or_refused(value: str) -> None:
    with suppress(ProtocolError):
        for element in forwarded_elements(value):
            forwarded_pairs(element)
    for element in list_elements(value):
        with suppress(ProtocolError):
            endpoint(listed_node(element))


@pytest.mark.parametrize("part", ["for=a,", ";", "for=a;", 'for="\\a', ",", "for=a, ", "\t"])
def test_reading_forwarded_takes_one_pass(part: str) -> None:
    def read(size: int) -> None:
        with suppress(ProtocolError):
            forwarded_elements(part * size + "\0")

    assert grows_linearly(read, 2000)
