"""Requests of one connection in order, and extensions that middleware can see (PEP 3333)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from io import BytesIO
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest

from tests.conformance.wsgi_fixture import Fixture, Watched, echoes, record, text, wait_at
from tests.conformance.wsgi_recipes import (
    NEXT,
    NEXT_BODY,
    Events,
    Gate,
    ask,
    environ_of,
    respond,
)
from tests.support.server import ROOT
from tests.support.wire import Client, get, post, until

app = Fixture()

HEADERS = [("Content-Type", "text/plain")]


class ClosesAtAGate(Watched):
    """Its `close` takes as long as the test likes."""

    def __init__(self, blocks: Iterable[bytes], gate: str) -> None:
        super().__init__(blocks)
        self._gate = gate

    def close(self) -> None:
        record("closing")
        wait_at(self._gate)
        super().close()


@app.at("gate")
def waits_in_the_call(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    wait_at(environ["QUERY_STRING"])
    return text(start_response, "passed")


@app.at("closegate")
def waits_in_close(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    start_response("200 OK", list(HEADERS))
    return ClosesAtAGate([b"sent"], environ["QUERY_STRING"])


@app.at("wrapped")
def answers_through_middleware(
    environ: WSGIEnvironment, start_response: StartResponse
) -> Iterable[bytes]:
    """A middleware's start_response and input stand in for the server's."""
    environ["wsgi.input"] = BytesIO(b"from the middleware")

    def wrapped(status: str, headers: list[tuple[str, str]], *rest: Any) -> Callable[..., object]:
        return start_response(status, [*headers, ("X-Wrapped", "1")])

    return echoes(environ, wrapped)


@app.at("wrappedfile")
def answers_with_a_file_through_middleware(
    environ: WSGIEnvironment, start_response: StartResponse
) -> Iterable[bytes]:
    """The file wrapper goes by the start_response that the middleware made."""
    start_response("200 OK", [("X-Wrapped", "1"), ("Content-Length", "4")])
    body: Iterable[bytes] = environ["wsgi.file_wrapper"]((ROOT / "LICENSE").open("rb"))
    return body


@pytest.mark.requirement("W-S-174")
def test_pipelined_requests_are_called_one_after_the_other(
    client: Client, events: Events, gate: Gate
) -> None:
    client.send(get(f"/gate?{gate.path}") + NEXT)
    until(lambda: "call /gate" in events())
    assert client.is_silent()
    assert events() == ["call /gate"]
    gate.open()
    assert client.answer().body == b"passed"
    assert client.answer().body == NEXT_BODY
    assert events() == ["call /gate", "call /next"]


@pytest.mark.requirement("W-S-174")
def test_the_next_request_waits_for_close(client: Client, events: Events, gate: Gate) -> None:
    client.send(get(f"/closegate?{gate.path}") + NEXT)
    assert client.answer().body == b"sent"
    events.wait_for("call /closegate", "next", "next", "closing")
    assert client.is_silent()
    gate.open()
    assert client.answer().body == NEXT_BODY
    assert events()[-2:] == ["close", "call /next"]


@pytest.mark.requirement("W-S-174")
def test_a_long_pipeline_is_called_in_its_order(client: Client, events: Events) -> None:
    paths = [f"/{number}" for number in range(200)]
    client.send(b"".join(get(path) for path in paths))
    assert [client.answer().body.decode() for _ in paths] == [f"root:{path}" for path in paths]
    assert events() == [f"call {path}" for path in paths]


@pytest.mark.requirement("W-S-174")
def test_requests_with_bodies_are_called_in_their_order(client: Client, events: Events) -> None:
    client.send(post("/echo", b"first") + get(respond("200 OK", [], [b"a", b"b"])) + NEXT)
    assert [client.answer().body for _ in range(3)] == [b"first", b"ab", NEXT_BODY]
    calls = [what for what in events() if what.startswith("call")]
    assert calls == ["call /echo", "call /respond", "call /next"]


@pytest.mark.requirement("W-S-175")
def test_nothing_reaches_past_what_middleware_put_in_its_place(client: Client) -> None:
    answer = ask(client, post("/wrapped", b"from the client"))
    assert (answer.get("x-wrapped"), answer.body) == ("1", b"from the middleware")


@pytest.mark.requirement("W-S-175")
def test_the_file_wrapper_goes_by_the_head_that_was_recorded(client: Client) -> None:
    answer = ask(client, get("/wrappedfile"))
    assert answer.get("x-wrapped") == "1"
    assert answer.body == (ROOT / "LICENSE").read_bytes()[:4]


@pytest.mark.requirement("W-S-175")
def test_environ_holds_no_socket_and_no_way_round_the_answer(client: Client) -> None:
    ours = {key for key in environ_of(client) if key.startswith("potstill.")}
    assert ours == {"potstill.client_gone", "potstill.push", "potstill.raw_target"}
