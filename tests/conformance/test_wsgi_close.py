"""`close()` of what an application returned: once, whatever happens, where it was called."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterable, Iterator
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest

from tests.conformance.wsgi_fixture import BLOCK, Fixture, Watched, record, wait_at
from tests.conformance.wsgi_recipes import (
    NEXT,
    NEXT_BODY,
    Events,
    Gate,
    Served,
    ask,
    broken_off,
    respond,
    serving,
)
from tests.support.wire import Client, get, until

app = Fixture()
APP = f"{__name__}:app"

HEADERS = [("Content-Type", "text/plain")]


class ClosableTwice:
    """Closable itself, and so is its iterator, whose `close` is nobody's business."""

    def __iter__(self) -> Iterator[bytes]:
        return Watched([b"a", b"bc"])

    def close(self) -> None:
        record("close of the iterable")


@app.at("twice")
def returns_what_is_closable_twice(
    environ: WSGIEnvironment, start_response: StartResponse
) -> Iterable[bytes]:
    start_response("200 OK", list(HEADERS))
    return ClosableTwice()


@app.at("raisemid")
def raises_after_a_block(
    environ: WSGIEnvironment, start_response: StartResponse
) -> Iterable[bytes]:
    start_response("200 OK", list(HEADERS))
    return Watched(one_block_then_an_error())


def one_block_then_an_error() -> Iterator[bytes]:
    yield b"begun"
    raise ValueError("in the middle")


@app.at("badhead")
def calls_start_response_wrongly_when_iterated(
    environ: WSGIEnvironment, start_response: StartResponse
) -> Iterable[bytes]:
    def blocks() -> Iterator[bytes]:
        start_response("200 OK", [("Not A Token", "1")])
        yield b"unreached"

    return Watched(blocks())


@app.at("badwrite")
def writes_text_when_iterated(
    environ: WSGIEnvironment, start_response: StartResponse
) -> Iterable[bytes]:
    write: Callable[[Any], object] = start_response("200 OK", list(HEADERS))

    def blocks() -> Iterator[bytes]:
        write("text")
        yield b"unreached"

    return Watched(blocks())


class ClosesBadly(Watched):
    """Its `close` fails, or waits at a gate first."""

    def __init__(self, blocks: Iterable[bytes], gate: str) -> None:
        super().__init__(blocks)
        self._gate = gate

    def close(self) -> None:
        super().close()
        if self._gate:
            wait_at(self._gate)
        raise RuntimeError("close failed")


@app.at("closeraise")
def raises_when_closed(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    start_response("200 OK", list(HEADERS))
    return ClosesBadly([b"whole", b" body"], environ["QUERY_STRING"])


@pytest.mark.requirement("W-S-127")
def test_close_is_called_once_after_the_last_block(client: Client, events: Events) -> None:
    ask(client, get(respond("200 OK", [], [b"a", b"b"])))
    events.wait_for("call /respond", *["next"] * 3, "close", "call /next")


@pytest.mark.requirement("W-S-127")
def test_close_is_called_once_after_an_error(client: Client, events: Events) -> None:
    broken_off(client, get("/raisemid"))
    events.wait_for("call /raisemid", "next", "next", "close")


@pytest.mark.requirement("W-S-127")
def test_close_is_that_of_the_iterable_and_not_of_its_iterator(
    client: Client, events: Events
) -> None:
    ask(client, get("/twice"))
    assert events() == ["call /twice", *["next"] * 3, "close of the iterable", "call /next"]


@pytest.mark.requirement("W-S-129")
@pytest.mark.parametrize("leave", [Client.reset, Client.close], ids=["reset", "closed"])
def test_a_client_who_leaves_ends_the_iteration_promptly(
    served: Served, events: Events, leave: Callable[[Client], None]
) -> None:
    client = served.client()
    client.send(get("/forever"))
    received = 0
    while received < 65536:
        received += len(client.sock.recv(65536))
    leave(client)
    until(lambda: "close" in events())
    assert events()[-1] == "close"
    assert events().count("close") == 1


LONG = [("Content-Length", "5")]


@pytest.mark.requirement("W-S-130")
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("HEAD", respond("200 OK", [], [b"a", b"b"])),
        ("HEAD", respond("200 OK", LONG, [b"hello"])),
        ("GET", respond("204 No Content", [], [b"a"])),
        ("GET", respond("304 Not Modified", [], [b"a"])),
        ("GET", respond("200 OK", LONG, [b"hello", b" and more"])),
        ("GET", respond("200 OK", LONG, [b"hello and more"])),
        ("GET", "/badhead"),
        ("GET", "/badwrite"),
    ],
    ids=["HEAD", "sized HEAD", "204", "304", "long", "long block", "bad head", "bad write"],
)
def test_close_is_called_once_however_the_answer_ends(
    client: Client, events: Events, method: str, path: str
) -> None:
    ask(client, get(path, method=method), method)
    assert events().count("close") == 1


@pytest.mark.requirement("W-S-130")
def test_close_is_called_when_a_body_falls_short(client: Client, events: Events) -> None:
    broken_off(client, get(respond("200 OK", [("Content-Length", "9")], [b"hello"])))
    until(lambda: events().count("close") == 1)


@pytest.mark.requirement("W-S-130")
def test_a_server_that_stops_finishes_the_iteration(gate: Gate) -> None:
    with serving(APP) as served, served.client() as client:
        events = served.events()
        client.send(get(f"/gated?{gate.path}"))
        events.wait_for("call /gated", "next", "next")
        served.server.process.terminate()
        gate.open()
        assert client.answer().body == b"firstpassed"
        assert served.server.process.wait(10) == 0
        assert events() == ["call /gated", "next", "next", "next", "close"]


@pytest.mark.requirement("W-S-130")
def test_a_server_that_waits_no_longer_closes_the_iteration() -> None:
    with serving(APP, "--graceful-timeout", "0.5") as served, served.client() as client:
        events = served.events()
        client.send(get("/forever"))
        until(lambda: "next" in events())
        served.server.process.terminate()
        with contextlib.suppress(ConnectionError):
            while client.sock.recv(1 << 20):
                pass
        served.server.wait_for("cut off")
        assert served.server.process.wait(10) == 0
        assert events()[-1] == "close"


@pytest.mark.requirement("W-S-131")
def test_a_failing_close_does_not_damage_the_answer(served: Served, client: Client) -> None:
    answer = ask(client, get("/closeraise"))
    assert (answer.framing, answer.body) == ("chunked", b"whole body")
    served.server.wait_for("close failed")


@pytest.mark.requirement("W-S-131")
def test_the_answer_is_complete_before_close_is_called(
    client: Client, events: Events, gate: Gate
) -> None:
    client.send(get(f"/closeraise?{gate.path}"))
    assert client.answer().body == b"whole body"
    events.wait_for("call /closeraise", *["next"] * 3, "close")
    gate.open()
    client.send(NEXT)
    assert client.answer().body == NEXT_BODY


@pytest.mark.requirement("W-S-132")
def test_one_thread_calls_iterates_and_closes(served: Served, events: Events, gate: Gate) -> None:
    """Also when the call lasted so long that another thread took over the polling."""
    with served.client() as slow, served.client() as quick:
        slow.send(get(f"/gated?{gate.path}"))
        events.wait_for("call /gated", "next", "next")
        quick.send(NEXT)
        assert quick.answer().body == NEXT_BODY
        gate.open()
        assert slow.answer().body == b"firstpassed"
    until(lambda: "close" in events())
    calls = {call for call, _, what in events.lines() if what == "call /gated"}
    assert len({thread for call, thread, _ in events.lines() if call in calls}) == 1


@pytest.mark.requirement("W-S-132")
def test_close_follows_the_last_block(client: Client, events: Events) -> None:
    client.send(get(respond("200 OK", [], [BLOCK[:1000]] * 3)))
    assert len(client.answer().body) == 3000
    events.wait_for("call /respond", *["next"] * 4, "close")


@pytest.mark.requirement("W-S-127", "W-S-132")
def test_every_call_of_a_crowd_is_closed_once_on_its_own_thread(
    served: Served, events: Events
) -> None:
    def asks_often() -> None:
        with served.client() as client:
            for _ in range(20):
                ask(client, get(respond("200 OK", [], [b"a", b"b"])))

    crowd = [threading.Thread(target=asks_often) for _ in range(16)]
    for member in crowd:
        member.start()
    for member in crowd:
        member.join()
    until(lambda: events().count("close") == 320)
    lines = [line for line in events.lines() if line[2] != "call /next"]
    assert len({call for call, _, what in lines if what == "close"}) == 320
    assert len({(call, thread) for call, thread, _ in lines}) == 320
