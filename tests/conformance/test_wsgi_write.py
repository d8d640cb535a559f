"""The callable that start_response returns (PEP 3333, The write() Callable)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest

from tests.conformance.wsgi_fixture import Fixture, record, text, wait_at
from tests.conformance.wsgi_recipes import (
    Events,
    Gate,
    Served,
    ask,
)
from tests.support.wire import Client, get

app = Fixture()

HEADERS = [("Content-Type", "text/plain")]
kept: dict[str, Callable[[bytes], object]] = {}


def tried(write: Callable[[Any], object], data: object) -> str:
    """What `write(data)` came to: its result, or the kind of its error."""
    try:
        result = f"wrote {write(data)}"
    except Exception as error:
        result = f"raised {type(error).__name__}"
    record(result)
    return result


@app.at("write")
def writes_twice_and_returns(
    environ: WSGIEnvironment, start_response: StartResponse
) -> Iterable[bytes]:
    write = start_response("200 OK", list(HEADERS))
    write(b"w1-")
    if environ["QUERY_STRING"]:
        wait_at(environ["QUERY_STRING"])
    write(b"w2-")
    return [b"i1"]


@app.at("writeempty")
def writes_empty_pieces(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    write = start_response("200 OK", list(HEADERS))
    for piece in (b"", b"a", b"", b"b", b""):
        write(piece)
    return []


@app.at("writeonly")
def writes_and_returns_nothing(
    environ: WSGIEnvironment, start_response: StartResponse
) -> Iterable[bytes]:
    start_response("200 OK", list(HEADERS))(b"written")
    return []


@app.at("writetype")
def writes_no_bytes(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    values: dict[str, object] = {"str": "a", "bytearray": bytearray(b"a"), "None": None, "int": 1}
    write = start_response("200 OK", list(HEADERS))
    return [tried(write, values[environ["QUERY_STRING"]]).encode()]


@app.at("writelong")
def writes_past_its_length(
    environ: WSGIEnvironment, start_response: StartResponse
) -> Iterable[bytes]:
    write = start_response("200 OK", [("Content-Length", "5")])
    for piece in (b"hel", b"lo", b" and more"):
        tried(write, piece)
    return []


@app.at("writeover")
def writes_one_piece_too_long(
    environ: WSGIEnvironment, start_response: StartResponse
) -> Iterable[bytes]:
    write = start_response("200 OK", [("Content-Length", "5")])
    tried(write, b"hello and more")
    return [b"hello"]


@app.at("keep")
def keeps_write(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """Of an answer of known length, or of one that is chunked."""
    kept["write"] = start_response("200 OK", list(HEADERS))
    return iter([b"kept"]) if environ["QUERY_STRING"] else [b"kept"]


@app.at("kept")
def uses_the_kept_write(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    return text(start_response, tried(kept["write"], b"stolen"))


@app.at("keptstart")
def keeps_start_response(
    environ: WSGIEnvironment, start_response: StartResponse
) -> Iterable[bytes]:
    kept["write"] = lambda data: start_response("200 OK", [("X-Stolen", "1")])
    return text(start_response, "kept")


@pytest.mark.requirement("W-S-141")
def test_what_is_written_comes_before_what_is_iterated(client: Client) -> None:
    assert ask(client, get("/write")).body == b"w1-w2-i1"


@pytest.mark.requirement("W-S-141")
def test_what_is_written_is_sent_before_write_returns(client: Client, gate: Gate) -> None:
    client.send(get(f"/write?{gate.path}", version="1.0"))
    received = b""
    while b"w1-" not in received:
        received += client.sock.recv(65536)
    assert b"w2-" not in received
    gate.open()
    assert client.rest() == b"w2-i1"


@pytest.mark.requirement("W-S-142")
def test_an_empty_piece_does_not_end_the_message(client: Client) -> None:
    answer = ask(client, get("/writeempty"))
    assert (answer.framing, answer.body) == ("chunked", b"ab")


@pytest.mark.requirement("W-S-142")
def test_writing_alone_makes_a_whole_answer(client: Client) -> None:
    assert ask(client, get("/writeonly")).body == b"written"


@pytest.mark.requirement("W-S-142")
@pytest.mark.parametrize("kind", ["str", "bytearray", "None", "int"])
def test_writing_anything_but_bytes_raises(client: Client, kind: str) -> None:
    assert ask(client, get(f"/writetype?{kind}")).body.startswith(b"raised ")


@pytest.mark.requirement("W-S-142")
def test_head_hides_what_is_written(client: Client) -> None:
    ask(client, get("/write", method="HEAD"), "HEAD")


@pytest.mark.requirement("W-S-142")
@pytest.mark.parametrize("path", ["/keep", "/keep?chunked", "/keptstart"])
def test_a_write_kept_past_its_request_raises_and_harms_nobody(
    served: Served, client: Client, path: str
) -> None:
    assert ask(client, get(path)).body == b"kept"
    assert ask(client, get("/kept")).body.startswith(b"raised ")
    with served.client() as other:
        assert ask(other, get("/kept")).body.startswith(b"raised ")


@pytest.mark.requirement("W-S-139")
def test_writing_past_the_announced_length_raises(client: Client, events: Events) -> None:
    assert ask(client, get("/writelong")).body == b"hello"
    _, first, second, third, _ = events()
    assert (first, second) == ("wrote None", "wrote None")
    assert third.startswith("raised ")


@pytest.mark.requirement("W-S-139")
def test_a_piece_longer_than_the_announced_length_raises(client: Client, events: Events) -> None:
    assert ask(client, get("/writeover")).body == b"hello"
    assert events()[1].startswith("raised ")
