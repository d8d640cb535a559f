"""The iterable an application returns: asked block by block, each sent at once (PEP 3333)."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest

from tests.conformance.wsgi_fixture import BLOCK, Fixture
from tests.conformance.wsgi_recipes import (
    Events,
    Gate,
    Served,
    ask,
    broken_off,
    fails,
    respond,
    serving,
)
from tests.support.wire import Client, get, until

app = Fixture()
APP = f"{__name__}:app"

HEADERS = [("Content-Type", "text/plain")]


class BySequence:
    """An iterable only by `__getitem__`."""

    def __getitem__(self, index: int) -> bytes:
        return [b"a", b"", b"bc"][index]


class ByIter:
    """An iterable that is no iterator, whose iterator is another object."""

    def __iter__(self) -> Iterator[bytes]:
        return iter([b"a", b"bc"])


class Unsized:
    """Has blocks, and a `len` that must not be trusted when it raises."""

    def __iter__(self) -> Iterator[bytes]:
        return iter([b"a", b"bc"])

    def __len__(self) -> int:
        raise TypeError("no length")


ITERABLES: dict[str, Callable[[], Any]] = {
    "list": lambda: [b"a", b"bc"],
    "tuple": lambda: (b"a", b"bc"),
    "set": lambda: {b"abc"},
    "dict": lambda: {b"a": 1, b"bc": 2},
    "map": lambda: map(bytes, [b"a", b"bc"]),
    "generator": lambda: (block for block in [b"a", b"bc"]),
    "sequence": BySequence,
    "iter": ByIter,
    "unsized": Unsized,
    "nothing": list,
    "emptyone": lambda: [b""],
    "emptytwo": lambda: [b"", b""],
    "noyield": lambda: iter([]),
    "bytes": lambda: b"abc",
    "str": lambda: "abc",
    "none": lambda: None,
    "number": lambda: 5,
    "strblock": lambda: ["abc"],
    "strmid": lambda: [b"begun", "abc"],
    "strtail": lambda: iter([b"begun", "abc"]),
    "bytearray": lambda: [bytearray(b"abc")],
    "memoryview": lambda: [memoryview(b"abc")],
    "noneblock": lambda: [None],
    "intblock": lambda: [5],
}


@app.at("iterable")
def returns_one_of_many(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    start_response("200 OK", list(HEADERS))
    body: Iterable[bytes] = ITERABLES[environ["QUERY_STRING"]]()
    return body


@pytest.fixture
def second_gate(tmp_path: Path) -> Iterator[Gate]:
    gate = Gate(tmp_path / "gate2")
    yield gate
    gate.try_open()


@pytest.mark.requirement("W-S-120")
@pytest.mark.parametrize("version", ["1.0", "1.1"])
def test_a_block_arrives_before_the_next_one_is_made(
    client: Client, gate: Gate, version: str
) -> None:
    client.send(get(f"/gated?{gate.path}", version=version))
    received = b""
    while b"first" not in received:
        received += client.sock.recv(65536)
    gate.open()
    assert b"passed" in client.sock.recv(65536)


@pytest.mark.requirement("W-S-121")
def test_a_block_is_asked_for_when_the_one_before_is_sent(
    client: Client, events: Events, gate: Gate, second_gate: Gate
) -> None:
    gates = f"{gate.path},{second_gate.path}"
    client.send(get(f"/gated?{gates}"))
    events.wait_for("call /gated", "next", "next")
    gate.open()
    events.wait_for("call /gated", "next", "next", "next")
    second_gate.open()
    events.wait_for("call /gated", "next", "next", "next", "next", "close")
    assert client.answer().body == b"firstpassedpassed"


@pytest.mark.requirement("W-S-121")
def test_a_client_who_never_reads_stops_the_application() -> None:
    limits = ("--output-memory", "131072", "--output-spill", "1048576")
    with serving(APP, *limits) as served:
        events = served.events()
        with Client(served.port, receive_buffer=4096) as client:
            before = served.server.resident()
            client.send(get("/forever"))
            until(lambda: "next" in events())
            assert settled(events) * len(BLOCK) < 16 << 20
            assert served.server.resident() - before < 16 << 20
            assert "close" not in events()
        until(lambda: "close" in events())


def settled(events: Events) -> int:
    """How many events there were when none came any more for half a second."""
    seen = 0
    with contextlib.suppress(AssertionError):
        while True:
            until(partial(has_more_than, events, seen), 0.5)
            seen = len(events())
    return seen


def has_more_than(events: Events, seen: int) -> bool:
    return len(events()) > seen


@pytest.mark.requirement("W-S-122")
@pytest.mark.parametrize("kind", ["nothing", "emptyone", "emptytwo", "noyield"])
def test_an_empty_iterable_is_a_complete_answer(client: Client, kind: str) -> None:
    answer = ask(client, get(f"/iterable?{kind}"))
    assert (answer.status, answer.body) == (200, b"")


@pytest.mark.requirement("W-S-123")
def test_empty_blocks_do_not_end_the_message(client: Client) -> None:
    answer = ask(client, get(respond("200 OK", [], [b"", b"a", b"", b"", b"b", b""])))
    assert (answer.framing, answer.body) == ("chunked", b"ab")


@pytest.mark.requirement("W-S-124")
@pytest.mark.parametrize(
    "kind", ["list", "tuple", "set", "dict", "map", "generator", "sequence", "iter", "unsized"]
)
def test_any_iterable_is_a_body(client: Client, kind: str) -> None:
    assert ask(client, get(f"/iterable?{kind}")).body == b"abc"


@pytest.mark.requirement("W-S-125")
@pytest.mark.parametrize("kind", ["strblock", "bytearray", "memoryview", "noneblock", "intblock"])
def test_a_first_block_that_is_not_bytes_is_answered_500(
    served: Served, client: Client, kind: str
) -> None:
    fails(client, get(f"/iterable?{kind}"))
    wanted = {"strblock": "str", "noneblock": "None", "intblock": "int"}.get(kind, kind)
    served.server.wait_for(rf"\b{wanted}\b")


@pytest.mark.requirement("W-S-125")
@pytest.mark.parametrize("kind", ["strmid", "strtail"])
def test_a_later_block_that_is_not_bytes_breaks_the_answer_off(client: Client, kind: str) -> None:
    assert b"begun" in broken_off(client, get(f"/iterable?{kind}"))


@pytest.mark.requirement("W-S-126")
@pytest.mark.parametrize("kind", ["bytes", "str", "none", "number"])
def test_a_body_that_is_no_iterable_of_blocks_is_answered_500(client: Client, kind: str) -> None:
    fails(client, get(f"/iterable?{kind}"))
