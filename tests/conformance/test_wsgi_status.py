"""What start_response lets through for a status, and its form on the wire (PEP 3333).

Every rule is tried with and without `python -O`: a check that is an `assert` would vanish there.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest

from tests.conformance.wsgi_fixture import Fixture, text
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


@app.at("recovers")
def corrects_its_mistake(
    environ: WSGIEnvironment, start_response: StartResponse
) -> Iterable[bytes]:
    """An illegal header is noticed in the call, so the application can answer otherwise."""
    try:
        start_response("200 OK", [("X-Split", "a\r\nb")])
    except Exception:
        start_response("502 Corrected", [("X-Second", "1")], sys.exc_info())
    return [b"corrected"]


@app.at("optimised")
def says_whether_asserts_run(
    environ: WSGIEnvironment, start_response: StartResponse
) -> Iterable[bytes]:
    return text(start_response, str(sys.flags.optimize))


@pytest.fixture(scope="module", params=["", "1"], ids=["as is", "-O"])
def served(request: pytest.FixtureRequest) -> Iterator[Served]:
    with serving(f"{__name__}:app", env={"PYTHONOPTIMIZE": request.param}) as served:
        yield served


STATUSES = [
    "200OK",
    "2000 OK",
    "20 OK",
    " 200 OK",
    "200  OK\x0b",
    "abc OK",
    "200 \nX-Split: 1",
    "200 OK\r\nX-Split: 1",
    "200 \rX-Split: 1",
    "200 O\0K",
    "200 O\x7fK",
    "\u0662\u0660\u0660 OK",
    "+20 OK",
    "2_0 OK",
    "",
    b"200 OK",
    200,
    None,
]


@pytest.mark.requirement("W-S-100", "W-S-108")
@pytest.mark.parametrize("status", STATUSES, ids=repr)
def test_a_malformed_status_raises(client: Client, events: Events, status: object) -> None:
    head = raised(client, events, respond(status))
    assert head.startswith(b"HTTP/1.1 500 Internal Server Error\r\n")
    assert b"X-Split" not in head


@pytest.mark.requirement("W-S-101")
def test_an_empty_reason_keeps_its_space(client: Client) -> None:
    answer = ask(client, get(respond("200 ")))
    assert answer.head.startswith(b"HTTP/1.1 200 \r\n")


@pytest.mark.requirement("W-S-101")
def test_a_status_of_the_code_alone_raises(client: Client, events: Events) -> None:
    raised(client, events, respond("200"))


@pytest.mark.requirement("W-S-102", "W-S-108")
@pytest.mark.parametrize(
    "status", ["100 Continue", "101 Switching Protocols", "103 Early Hints", "099 X", "600 X"]
)
def test_a_code_that_is_no_final_answer_raises(client: Client, events: Events, status: str) -> None:
    raised(client, events, respond(status))


@pytest.mark.requirement("W-S-102")
@pytest.mark.parametrize("status", ["200 OK", "299 Odd", "451 Gone by Law", "599 Mine"])
def test_any_final_code_is_sent_with_its_own_reason(client: Client, status: str) -> None:
    answer = ask(client, get(respond(status)))
    assert f"{answer.status} {answer.reason}" == status


@pytest.mark.requirement("W-S-108")
def test_the_application_can_react_to_a_check(client: Client) -> None:
    answer = ask(client, get("/recovers"))
    assert (answer.status, answer.body) == (502, b"corrected")


@pytest.mark.requirement("W-S-108")
def test_one_of_the_two_servers_runs_without_asserts(served: Served, client: Client) -> None:
    variables = Path(f"/proc/{served.server.pid}/environ").read_bytes().split(b"\0")
    wanted = b"PYTHONOPTIMIZE=1" in variables
    client.send(get("/optimised"))
    assert client.answer().body == (b"1" if wanted else b"0")
