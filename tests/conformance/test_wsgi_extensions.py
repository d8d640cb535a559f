"""Extensions of the server's own never go round middleware (PEP 3333, "Server Extension APIs").

What is pushed goes by the head that start_response recorded, and through whatever wraps the push;
hints are held to the rules of headers; who works for nobody learns it without touching the input.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest

from tests.conformance.wsgi_fixture import Fixture, record, text
from tests.conformance.wsgi_recipes import NEXT, NEXT_BODY, Events, Served, ask, fails
from tests.support.wire import Client, get

app = Fixture()

HEADERS = [("Content-Type", "text/plain")]
LINK = ("Link", "</style.css>; rel=preload")
dropped: list[Any] = []


def pushes(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """Two blocks: one before the call returns, one by another thread."""
    start_response("200 OK", list(HEADERS))
    push = environ["potstill.push"]()
    push.send(b"early, ")

    def go_on() -> None:
        push.send(b"late")
        push.close()

    threading.Thread(target=go_on).start()
    answer: Iterable[bytes] = push
    return answer


@app.at("head")
def middleware_adds_a_header(
    environ: WSGIEnvironment, start_response: StartResponse
) -> Iterable[bytes]:
    def adding(status: str, headers: list[tuple[str, str]], *rest: Any) -> Callable[..., object]:
        return start_response(status, [*headers, ("X-Wrapped", "1")], *rest)

    return pushes(environ, adding)


@app.at("blocks")
def middleware_changes_each_block(
    environ: WSGIEnvironment, start_response: StartResponse
) -> Iterator[bytes]:
    for block in pushes(environ, start_response):
        record(f"block {block.decode()}")
        yield block.upper()


@app.at("drops")
def middleware_answers_itself(
    environ: WSGIEnvironment, start_response: StartResponse
) -> Iterable[bytes]:
    dropped[:] = [environ["potstill.push"](lambda: record("on_close"))]
    return text(start_response, "instead")


@app.at("dropped")
def asks_after_what_was_dropped(
    environ: WSGIEnvironment, start_response: StartResponse
) -> Iterable[bytes]:
    [push] = dropped
    return text(start_response, f"{push.is_open} {push.send(b'nobody hears')}")


@app.at("hints")
def hints(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    environ["wsgi.early_hints"]([LINK])
    return text(start_response, "page")


@app.at("unhinted")
def middleware_takes_the_hints(
    environ: WSGIEnvironment, start_response: StartResponse
) -> Iterable[bytes]:
    environ["wsgi.early_hints"] = lambda headers: None
    return hints(environ, start_response)


@app.at("badhint")
def hints_at_an_answer_of_its_own(
    environ: WSGIEnvironment, start_response: StartResponse
) -> Iterable[bytes]:
    environ["wsgi.early_hints"]([("Link", "x\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0")])
    return text(start_response, "never")


@app.at("gone")
def looks_for_its_client(
    environ: WSGIEnvironment, start_response: StartResponse
) -> Iterable[bytes]:
    looks = [environ["potstill.client_gone"]() for _ in range(3)]
    return text(start_response, f"{looks} {environ['wsgi.input'].read().decode()}")


@pytest.mark.requirement("W-S-175")
def test_what_is_pushed_goes_by_the_head_that_middleware_made(client: Client) -> None:
    answer = ask(client, get("/head"))
    assert (answer.get("x-wrapped"), answer.body) == ("1", b"early, late")


@pytest.mark.requirement("W-S-175")
def test_what_is_pushed_goes_through_middleware_that_wraps_it(
    client: Client, events: Events
) -> None:
    assert ask(client, get("/blocks")).body == b"EARLY, LATE"
    assert events()[:3] == ["call /blocks", "block early, ", "block late"]


@pytest.mark.requirement("W-S-175")
def test_a_push_that_middleware_drops_says_nothing(served: Served, events: Events) -> None:
    with served.client() as client:
        assert ask(client, get("/drops")).body == b"instead"
        assert ask(client, get("/dropped")).body == b"False False"


@pytest.mark.requirement("W-S-175")
def test_hints_come_before_the_answer_and_change_nothing_of_it(client: Client) -> None:
    client.send(get("/hints") + NEXT)
    assert client.interim() == 103
    answer = client.answer()
    assert (answer.status, answer.body, answer.get("link")) == (200, b"page", None)
    assert client.answer().body == NEXT_BODY


@pytest.mark.requirement("W-S-175")
def test_middleware_can_keep_hints_to_itself(client: Client) -> None:
    assert ask(client, get("/unhinted")).body == b"page"


@pytest.mark.requirement("W-S-175")
def test_a_hint_cannot_forge_an_answer(client: Client) -> None:
    assert fails(client, get("/badhint")).get("content-length") != "0"


@pytest.mark.requirement("W-S-175")
def test_to_look_for_the_client_takes_nothing_of_its_input(client: Client) -> None:
    request = get("/gone", "Content-Length: 5", method="POST") + b"hello"
    assert ask(client, request).body == b"[False, False, False] hello"
