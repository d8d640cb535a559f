"""What start_response lets through for headers, and their form on the wire (PEP 3333).

Every rule is tried with and without `python -O`: a check that is an `assert` would vanish there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest

from tests.conformance.wsgi_fixture import Fixture
from tests.conformance.wsgi_recipes import (
    Events,
    Served,
    ask,
    raised,
    respond,
    serving,
)
from tests.support.wire import Client, get

app = Fixture()

shared_headers = [("Content-Type", "text/plain")]


@app.at("shared")
def shares_its_headers(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """One list for all answers, and it is altered as soon as it was handed over."""
    start_response("200 OK", shared_headers)
    body = environ["QUERY_STRING"].encode()
    return [body]


@app.at("alters")
def alters_its_headers(environ: WSGIEnvironment, start_response: StartResponse) -> Iterator[bytes]:
    headers = [("X-Given", "1")]
    start_response("200 OK", headers)
    headers.append(("X-Late\r\nX-Split", "1"))
    yield b"sent"


@pytest.fixture(scope="module", params=["", "1"], ids=["as is", "-O"])
def served(request: pytest.FixtureRequest) -> Iterator[Served]:
    with serving(f"{__name__}:app", env={"PYTHONOPTIMIZE": request.param}) as served:
        yield served


WRONG_TYPES = {
    "a tuple": (("X", "1"),),
    "a dict": {"X": "1"},
    "nothing": 0,
    "a list of lists": [["X", "1"]],
    "a name of bytes": [(b"X", "1")],
    "a value of bytes": [("X", b"5")],
    "a number": [("X", 5)],
    "None": [("X", None)],
    "three parts": [("X", "1", "2")],
    "one part": [("X",)],
    "a string": ["XY"],
}


@pytest.mark.requirement("W-S-103", "W-S-108")
@pytest.mark.parametrize("headers", WRONG_TYPES.values(), ids=WRONG_TYPES.keys())
def test_headers_of_another_type_raise(client: Client, events: Events, headers: object) -> None:
    raised(client, events, respond("200 OK", headers))


NAMES = [
    "X A",
    "X:",
    "",
    "X\r\nY",
    "X\nY",
    "X\0",
    "\xdcn\xef",
    "X\xa0",
    " X",
    "X ",
    "X\t",
    "X(",
    "X\x7f",
]


@pytest.mark.requirement("W-S-104", "W-S-108")
@pytest.mark.parametrize("name", NAMES, ids=repr)
def test_a_name_that_is_no_token_raises(client: Client, events: Events, name: str) -> None:
    raised(client, events, respond("200 OK", [(name, "1")]))


@pytest.mark.requirement("W-S-104")
def test_a_name_of_all_token_characters_is_sent(client: Client) -> None:
    answer = ask(client, get(respond("200 OK", [("X!#$%&'*+-.^_`|~9", "1")])))
    assert answer.get("x!#$%&'*+-.^_`|~9") == "1"


CONTROLS = [chr(code) for code in [*range(9), *range(10, 32), 127]]


@pytest.mark.requirement("W-S-105", "W-S-108")
@pytest.mark.parametrize("control", ["\r\n", *CONTROLS], ids=repr)
def test_a_value_with_a_control_character_raises(
    client: Client, events: Events, control: str
) -> None:
    head = raised(client, events, respond("200 OK", [("X", f"b{control}X-Injected: 1")]))
    assert b"X-Injected" not in head


@pytest.mark.requirement("W-S-105")
@pytest.mark.parametrize("value", ["b\n", "\nb", "b\r\n", "\0", "b\r"], ids=repr)
def test_a_control_character_at_the_edge_is_not_stripped(
    client: Client, events: Events, value: str
) -> None:
    raised(client, events, respond("200 OK", [("X", value)]))


@pytest.mark.requirement("W-S-106", "W-S-108")
@pytest.mark.parametrize("value", ["\u20ac", "\u0100", "\ud800", "\U0001f600"], ids=ascii)
def test_text_outside_latin_1_raises(client: Client, events: Events, value: str) -> None:
    raised(client, events, respond("200 OK", [("X", value)]))
    raised(client, events, respond(f"200 {value}"))


@pytest.mark.requirement("W-S-106")
def test_text_in_latin_1_is_sent_as_single_bytes(client: Client) -> None:
    answer = ask(client, get(respond("200 caf\xe9", [("X-L", "caf\xe9 \x80\xff")])))
    assert b"HTTP/1.1 200 caf\xe9\r\n" in answer.head
    assert b"X-L: caf\xe9 \x80\xff\r\n" in answer.head


HOP_BY_HOP = [
    "Connection",
    "Keep-Alive",
    "Proxy-Authenticate",
    "Proxy-Authorization",
    "Proxy-Connection",
    "TE",
    "Trailer",
    "Transfer-Encoding",
    "Upgrade",
]


@pytest.mark.requirement("W-S-107", "W-S-108")
@pytest.mark.parametrize("name", [*HOP_BY_HOP, "transfer-ENCODING"])
def test_a_hop_by_hop_field_raises(client: Client, events: Events, name: str) -> None:
    head = raised(client, events, respond("200 OK", [(name, "chunked")]))
    assert b"chunked" not in head


LENGTHS = {
    "two that differ": [("Content-Length", "5"), ("Content-Length", "7")],
    "two alike": [("Content-Length", "5"), ("content-length", "5")],
    **{
        repr(value): [("Content-Length", value)]
        for value in (
            "abc",
            "-5",
            "+5",
            "5,5",
            "0x5",
            "5_0",
            "",
            "\u0665",
            "5.0",
            "\xb2",
            "9" * 5000,
        )
    },
}


@pytest.mark.requirement("W-S-109", "W-S-108")
@pytest.mark.parametrize("headers", LENGTHS.values(), ids=[key[:20] for key in LENGTHS])
def test_a_length_that_is_no_single_decimal_raises(
    client: Client, events: Events, headers: object
) -> None:
    raised(client, events, respond("200 OK", headers))


@pytest.mark.requirement("W-S-109")
@pytest.mark.parametrize("value", ["5 ", " 5", "5\t"], ids=repr)
def test_a_length_with_space_around_it_raises(client: Client, events: Events, value: str) -> None:
    raised(client, events, respond("200 OK", [("Content-Length", value)]))


@pytest.mark.requirement("W-S-110")
def test_repeated_headers_are_sent_one_by_one_in_order(client: Client) -> None:
    cookies = [("Set-Cookie", "b=2"), ("X", "1"), ("Set-Cookie", "a=1; Path=/"), ("X", "0")]
    answer = ask(client, get(respond("200 OK", cookies)))
    sent = [(name, value) for name, value in answer.fields if name in ("set-cookie", "x")]
    assert sent == [(name.lower(), value) for name, value in cookies]


@pytest.mark.requirement("W-S-111")
def test_date_and_server_of_the_application_stand_once(client: Client) -> None:
    own = [("dAtE", "Thu, 01 Jan 1970 00:00:00 GMT"), ("sErVeR", "mine")]
    answer = ask(client, get(respond("200 OK", own)))
    assert answer.get("date") == "Thu, 01 Jan 1970 00:00:00 GMT"
    assert answer.get("server") == "mine"


@pytest.mark.requirement("W-S-111")
def test_date_server_and_framing_are_added_when_missing(client: Client) -> None:
    answer = ask(client, get(respond("200 OK", [])))
    date = answer.get("date")
    assert date
    assert date.endswith(" GMT")
    assert answer.get("server") == "potstill"
    assert answer.framing in ("sized", "chunked")


@pytest.mark.requirement("W-S-112")
def test_a_list_used_for_every_answer_does_not_spoil_the_next(client: Client) -> None:
    for body in (b"short", b"a good deal longer", b"", b"x"):
        answer = ask(client, get(f"/shared?{body.decode().replace(' ', '+')}"))
        assert answer.body == body.replace(b" ", b"+")
        assert answer.get("content-type") == "text/plain"


@pytest.mark.requirement("W-S-112")
def test_a_list_altered_after_the_call_does_not_alter_the_answer(client: Client) -> None:
    answer = ask(client, get("/alters"))
    assert answer.get("x-given") == "1"
    assert b"Split" not in answer.head
