"""observe.atoms: each atom, for a usual request, an empty one, and one made to deceive."""

from __future__ import annotations

import os
from dataclasses import replace

import pytest

from potstill.observe.atoms import ATOMS, FAMILIES
from potstill.observe.entry import Entry
from potstill.observe.formats import compile_format
from tests.observe.samples import (
    REFUSED,
    SAMPLE,
    SampleLine,
    numbered,
    sent_by,
    time_zone,
    with_fields,
)

USUAL = {
    "h": "192.0.2.7",
    "l": "-",
    "u": "-",
    "t": "[22/Nov/2026:12:00:00 +0000]",
    "r": "GET /todos%20old?done=1 HTTP/1.1",
    "m": "GET",
    "U": r"/todos\x20old",
    "q": "done=1",
    "H": "HTTP/1.1",
    "s": "200",
    "B": "13",
    "b": "13",
    "f": "http://a/",
    "a": "curl/8.5",
    "T": "1",
    "M": "1002",
    "D": "1002500",
    "L": "1.002500",
    "p": f"<{os.getpid()}>",
    "{x-id}i": "17",
    "{X-ID}i": "17",
    "{x-none}i": "-",
    "{CONTENT-type}o": "text/plain",
    "{vary}o": "Accept, Cookie",
    "{x-none}o": "-",
    "{REMOTE_ADDR}e": "-",
}
OF_A_REFUSED_REQUEST = {
    **dict.fromkeys(("l", "u", "r", "m", "U", "q", "H", "b", "f", "a"), "-"),
    **dict.fromkeys(("{x-id}i", "{x-id}o", "{x-id}e"), "-"),
    "h": "192.0.2.7",
    "s": "400",
    "B": "0",
}


def shown(atom: str, entry: Entry = SAMPLE) -> str:
    """What an atom says of an entry."""
    line = compile_format(f"<%({atom})s>")(entry)
    assert (line[0], line[-2:]) == ("<", ">\n")
    return line[1:-2]


@pytest.mark.parametrize("atom", USUAL)
def test_an_atom_of_a_usual_request(atom: str) -> None:
    with time_zone("UTC0"):
        assert shown(atom) == USUAL[atom]


@pytest.mark.parametrize("atom", OF_A_REFUSED_REQUEST)
def test_an_atom_of_a_request_refused_before_it_was_understood(atom: str) -> None:
    assert shown(atom, REFUSED) == OF_A_REFUSED_REQUEST[atom]


def test_every_atom_has_its_test() -> None:
    tested = set(USUAL)
    assert set(ATOMS) <= tested
    assert set(FAMILIES) == {atom[-1] for atom in tested if atom.startswith("{")}


def test_a_peer_on_a_unix_socket_has_no_address() -> None:
    assert shown("h", replace(SAMPLE, peer="")) == "-"


def test_a_query_that_is_not_there_is_empty_rather_than_missing() -> None:
    assert shown("q", numbered(1)) == ""


def test_a_field_sent_empty_is_empty_rather_than_missing() -> None:
    assert shown("a", with_fields(**{"user-agent": ""})) == ""


def test_durations_are_cut_to_whole_units() -> None:
    entry = replace(SAMPLE, seconds=0.0019999)
    assert [shown(atom, entry) for atom in "TMDL"] == ["0", "1", "1999", "0.002000"]


@pytest.mark.parametrize(
    ("sent", "user"),
    [
        ("alice:secret", "alice"),
        ("alice:se:cr:et", "alice"),
        ("alice", "alice"),
        (":secret", "-"),
        ("", "-"),
        ("j\xc3\xb6rg:x", r"j\xc3\xb6rg"),
        ("a b:x", r"a\x20b"),
        ('bob" [x]\r\nroot:x', r"bob\x22\x20[x]\x0d\x0aroot"),
    ],
)
def test_the_user_is_the_name_of_basic_authentication(sent: str, user: str) -> None:
    assert shown("u", sent_by(sent)) == user


@pytest.mark.parametrize(
    "authorization",
    ["", "Basic", "Basic ", "Basic !!!", "Basic YQ", "Basic a\xff==", "Bearer YTpi", "YTpi"],
)
def test_what_is_not_basic_authentication_names_no_user(authorization: str) -> None:
    assert shown("u", with_fields(authorization=authorization)) == "-"


@pytest.mark.parametrize("authorization", ["basic YTpi", "BASIC  YTpi", "Basic YTpi "])
def test_the_scheme_has_any_case_and_any_spaces_behind_it(authorization: str) -> None:
    assert shown("u", with_fields(authorization=authorization)) == "a"


def test_the_process_id_is_that_of_the_process_that_writes() -> None:
    compiled = compile_format("%(p)s")
    reader, writer = os.pipe()
    child = os.fork()
    if not child:
        os.write(writer, compiled(SAMPLE).encode())
        os._exit(0)
    os.waitpid(child, 0)
    answer = os.read(reader, 100)
    os.close(reader)
    os.close(writer)
    assert answer == f"<{child}>\n".encode()


def test_a_request_line_has_two_spaces_whatever_its_parts_hold() -> None:
    line = SampleLine(method="G T", target="/a b", protocol="HTTP/1.1 200")
    assert shown("r", replace(SAMPLE, line=line)) == r"G\x20T /a\x20b HTTP/1.1\x20200"
