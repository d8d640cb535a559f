"""start_response as a call: when it may come, how often, and what exc_info does (PEP 3333)."""

from __future__ import annotations

import gc
import sys
import weakref
from collections.abc import Callable, Iterable, Iterator
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest

from tests.conformance.wsgi_fixture import Fixture, Watched, record, text
from tests.conformance.wsgi_recipes import Events, Served, ask, broken_off, fails
from tests.support.wire import Client, get

app = Fixture()

HEADERS = [("Content-Type", "text/plain")]


class Marker:
    """Something whose life can be watched."""


watched: dict[str, weakref.ref[Marker]] = {}


@app.at("write")
def writes_then_returns(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    write = start_response("200 OK", list(HEADERS))
    record(f"write gave {write(b'w1-')}")
    write(b"w2-")
    return [b"i1"]


@app.at("arguments")
def calls_it_wrongly(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """With so many arguments as the query says."""
    arguments: list[Any] = ["200 OK", list(HEADERS), None, None]
    call: Callable[..., object] = start_response
    try:
        call(*arguments[: int(environ["QUERY_STRING"])])
    except TypeError:
        record("TypeError")
        raise
    return [b"unreached"]


@app.at("srexc_empty")
def replaces_after_an_empty_block(
    environ: WSGIEnvironment, start_response: StartResponse
) -> Iterator[bytes]:
    start_response("200 First", [("X-First", "1")])
    yield b""
    try:
        raise ValueError("after the empty block")
    except ValueError:
        start_response("503 Second", [("X-Second", "1")], sys.exc_info())
    yield b"second"


@app.at("srtwice")
def calls_it_twice(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    start_response("200 First", list(HEADERS))
    return refused_second_call(start_response)


@app.at("srtwice_caught")
def calls_it_again_after_a_mistake(
    environ: WSGIEnvironment, start_response: StartResponse
) -> Iterable[bytes]:
    try:
        start_response("200 First", [("Not A Token", "1")])
    except Exception as error:
        record(f"first {type(error).__name__}")
    return refused_second_call(start_response)


def refused_second_call(start_response: StartResponse) -> Iterable[bytes]:
    try:
        start_response("200 Second", list(HEADERS))
    except Exception as error:
        record(f"second {type(error).__name__}")
        raise
    return [b"unreached"]


@app.at("srexc")
def replaces_head(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    start_response("200 First", [("X-First", "1"), ("Content-Length", "99")])
    try:
        raise ValueError("before any block")
    except ValueError:
        start_response("500 Replaced", [("X-Second", "1")], sys.exc_info())
    return [b"replaced"]


@app.at("srexc_after")
def replaces_too_late(environ: WSGIEnvironment, start_response: StartResponse) -> Iterator[bytes]:
    start_response("200 First", list(HEADERS))
    yield b"begun"
    original = ValueError("orig")
    try:
        fail_with(original)
    except ValueError:
        try:
            start_response("500 Second", list(HEADERS), sys.exc_info())
        except BaseException as raised:
            record(f"same {raised is original}, deep {depth(raised) >= 2}")
            raise


def fail_with(error: Exception) -> None:
    raise error


def depth(error: BaseException) -> int:
    """How many frames its traceback names."""
    trace, frames = error.__traceback__, 0
    while trace:
        trace, frames = trace.tb_next, frames + 1
    return frames


@app.at("leak")
def raises_beside_a_marker(
    environ: WSGIEnvironment, start_response: StartResponse
) -> Iterable[bytes]:
    gc.disable()
    try:
        hold_a_marker_and_fail()
    except ValueError:
        start_response("500 Sorry", list(HEADERS), sys.exc_info())
    return [b"sorry"]


def hold_a_marker_and_fail() -> None:
    marker = Marker()
    watched["marker"] = weakref.ref(marker)
    raise ValueError("beside the marker")


@app.at("leaked")
def says_whether_it_lives(
    environ: WSGIEnvironment, start_response: StartResponse
) -> Iterable[bytes]:
    alive = watched["marker"]() is not None
    gc.enable()
    return text(start_response, "alive" if alive else "dead")


@app.at("srlate")
def calls_it_when_iterated(
    environ: WSGIEnvironment, start_response: StartResponse
) -> Iterator[bytes]:
    start_response("201 Late", [("X-Late", "1")])
    yield b"late"


@app.at("srlate_empty")
def calls_it_after_an_empty_block(
    environ: WSGIEnvironment, start_response: StartResponse
) -> Iterator[bytes]:
    yield b""
    start_response("201 Late", [("X-Late", "1")])
    yield b"late"


@app.at("srnone")
def never_calls_it(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    return Watched([b"body"])


@app.at("srnone_empty")
def never_calls_it_and_is_empty(
    environ: WSGIEnvironment, start_response: StartResponse
) -> Iterable[bytes]:
    return Watched([])


@app.at("srtoolate")
def calls_it_after_a_block(
    environ: WSGIEnvironment, start_response: StartResponse
) -> Iterator[bytes]:
    yield b"too early"
    start_response("200 OK", list(HEADERS))


@pytest.mark.requirement("W-S-090")
def test_it_returns_a_callable_that_takes_one_block(client: Client, events: Events) -> None:
    assert ask(client, get("/write")).body == b"w1-w2-i1"
    events.wait_for("call /write", "write gave None", "call /next")


@pytest.mark.requirement("W-S-090")
@pytest.mark.parametrize("count", [0, 1, 4])
def test_a_wrong_number_of_arguments_is_a_type_error_of_the_application(
    client: Client, events: Events, count: int
) -> None:
    fails(client, get(f"/arguments?{count}"))
    events.wait_for("call /arguments", "TypeError", "call /next")


@pytest.mark.requirement("W-S-091")
def test_nothing_is_sent_before_the_first_non_empty_block(client: Client) -> None:
    answer = ask(client, get("/srexc_empty"))
    assert (answer.status, answer.reason, answer.body) == (503, "Second", b"second")
    assert answer.get("x-second") == "1"
    assert answer.get("x-first") is None


@pytest.mark.requirement("W-S-092")
def test_a_second_call_without_exc_info_raises(client: Client, events: Events) -> None:
    fails(client, get("/srtwice"))
    (second,) = [what for what in events() if what.startswith("second")]
    assert second.endswith(("Error", "Exception"))


@pytest.mark.requirement("W-S-093")
def test_a_second_call_raises_even_when_the_first_one_failed(
    client: Client, events: Events
) -> None:
    fails(client, get("/srtwice_caught"))
    assert [what.split()[0] for what in events()] == ["call", "first", "second", "call"]


@pytest.mark.requirement("W-S-094")
def test_exc_info_replaces_status_and_all_headers(client: Client) -> None:
    answer = ask(client, get("/srexc"))
    assert (answer.status, answer.reason, answer.body) == (500, "Replaced", b"replaced")
    assert answer.get("x-second") == "1"
    assert answer.get("x-first") is None
    assert answer.get("content-length") in (None, "8")


@pytest.mark.requirement("W-S-095")
def test_exc_info_after_the_head_was_sent_raises_the_original(
    client: Client, events: Events
) -> None:
    data = broken_off(client, get("/srexc_after"))
    assert b"begun" in data
    assert events() == ["call /srexc_after", "same True, deep True"]


@pytest.mark.requirement("W-S-096")
def test_no_reference_to_exc_info_outlives_the_call(client: Client) -> None:
    client.send(get("/leak") + get("/leaked"))
    assert client.answer().body == b"sorry"
    assert client.answer().body == b"dead"


@pytest.mark.requirement("W-S-097")
@pytest.mark.parametrize("path", ["/srlate", "/srlate_empty"])
def test_the_first_call_may_come_with_the_first_block(client: Client, path: str) -> None:
    answer = ask(client, get(path))
    assert (answer.status, answer.get("x-late"), answer.body) == (201, "1", b"late")


@pytest.mark.requirement("W-S-099")
@pytest.mark.parametrize("path", ["/srnone", "/srnone_empty", "/srtoolate"])
def test_an_answer_without_start_response_is_an_application_error(
    served: Served, client: Client, path: str
) -> None:
    answer = fails(client, get(path))
    assert b"too early" not in answer.body
    served.server.wait_for(r"start_response")


@pytest.mark.requirement("W-S-099", "W-S-130")
@pytest.mark.parametrize("path", ["/srnone", "/srnone_empty"])
def test_its_iterable_is_closed_all_the_same(client: Client, events: Events, path: str) -> None:
    fails(client, get(path))
    assert events().count("close") == 1
