"""The call of the application, and the environ object it is given (PEP 3333)."""

from __future__ import annotations

import functools
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest

from tests.conformance.wsgi_fixture import Fixture, Watched, record, text
from tests.conformance.wsgi_recipes import (
    NEXT,
    Events,
    Served,
    answered_json,
    ask,
    environ_of,
    refused,
    serving,
)
from tests.support.server import ROOT
from tests.support.wire import Client, get, post

app = Fixture()


def counts_its_arguments(*arguments: Any, **keywords: Any) -> Iterable[bytes]:
    return text(arguments[1], f"{len(arguments)} {sorted(keywords)}")


def names_them_differently(x: WSGIEnvironment, y: StartResponse) -> Iterable[bytes]:
    return text(y, "answered")


class IsTheIterable:
    """Calling the class makes the iterable."""

    def __init__(self, environ: WSGIEnvironment, start_response: StartResponse) -> None:
        self._start_response = start_response

    def __iter__(self) -> Iterator[bytes]:
        yield from text(self._start_response, "answered")


class HidesItself:
    """An instance that can be called, and nothing else: it refuses to tell its name or code."""

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        return text(start_response, "answered")

    def __getattribute__(self, name: str) -> Any:
        if name == "__class__":
            return HidesItself
        raise RuntimeError(f"somebody looked at {name}")


class HasAMethod:
    def method(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        return text(start_response, "answered")


def wants_a_word(
    word: str, environ: WSGIEnvironment, start_response: StartResponse
) -> Iterable[bytes]:
    return text(start_response, word)


instance = HidesItself()
bound_method = HasAMethod().method
partial = functools.partial(wants_a_word, "answered")


@app.at("envclear")
def empties_environ(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    environ["wsgi.input"].read()
    environ.clear()
    return text(start_response, "emptied")


@app.at("envspoil")
def spoils_environ(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """Nothing in it may steer what the server does afterwards."""
    wrapper = environ["wsgi.file_wrapper"]
    for key in list(environ):
        environ[key] = None
    environ |= {"REQUEST_METHOD": "HEAD", "SERVER_PROTOCOL": "HTTP/1.0", "tests.mark": "left"}
    start_response("200 OK", [("Content-Type", "text/plain")])
    body: Iterable[bytes] = wrapper((ROOT / "LICENSE").open("rb"))
    return body


@app.at("given")
def says_what_it_was_given(
    environ: WSGIEnvironment, start_response: StartResponse
) -> Iterable[bytes]:
    return text(start_response, os.environ["GIVEN"])


@app.at("closable")
def returns_a_watched_list(
    environ: WSGIEnvironment, start_response: StartResponse
) -> Iterable[bytes]:
    record(f"method {environ['REQUEST_METHOD']}")
    return Watched(text(start_response, "once"))


def first_answer(target: str) -> bytes:
    with serving(f"{__name__}:{target}") as served, served.client() as client:
        client.send(get("/"))
        return client.answer().body


@pytest.mark.requirement("W-S-001")
def test_the_application_is_called_with_two_positional_arguments() -> None:
    assert first_answer("counts_its_arguments") == b"2 []"


@pytest.mark.requirement("W-S-001")
def test_the_application_may_name_its_parameters_as_it_likes() -> None:
    assert first_answer("names_them_differently") == b"answered"


@pytest.mark.requirement("W-S-002")
def test_each_request_is_one_call(client: Client, events: Events) -> None:
    ask(client, get("/closable"))
    events.wait_for("call /closable", "method GET", "next", "next", "close", "call /next")


REFUSED = {
    "no Host": b"GET /x HTTP/1.1\r\n\r\n",
    "two Hosts": get("/x", "Host: b"),
    "a method that is no token": get("/x", method="G(T"),
    "a relative target": get("x"),
    "a bare LF": b"GET /x HTTP/1.1\nHost: a\n\n",
    "a folded field": get("/x", "X-A: b\r\n c"),
    "a signed length": get("/x", "Content-Length: +5", method="POST") + b"hello",
    "a length beside a coding": get("/x", "Content-Length: 3", "Transfer-Encoding: chunked"),
}


@pytest.mark.requirement("W-S-002")
@pytest.mark.parametrize("request_bytes", REFUSED.values(), ids=REFUSED.keys())
def test_a_refused_request_never_reaches_the_application(
    client: Client, events: Events, request_bytes: bytes
) -> None:
    refused(client, request_bytes)
    assert events() == []


@pytest.mark.requirement("W-S-003")
@pytest.mark.parametrize("target", ["IsTheIterable", "instance", "bound_method", "partial"])
def test_any_callable_is_an_application(target: str) -> None:
    assert first_answer(target) == b"answered"


@pytest.mark.requirement("W-S-004")
def test_environ_is_exactly_a_dict(client: Client) -> None:
    assert answered_json(client, get("/types"))[""] == "dict"


@pytest.mark.requirement("W-S-005")
@pytest.mark.parametrize(
    "request_bytes", [get("/envclear"), post("/envclear", b"hello")], ids=["GET", "POST"]
)
def test_the_application_may_empty_environ(client: Client, request_bytes: bytes) -> None:
    assert ask(client, request_bytes).body == b"emptied"


@pytest.mark.requirement("W-S-005")
def test_nothing_the_application_writes_into_environ_steers_the_server(client: Client) -> None:
    answer = ask(client, get("/envspoil"))
    assert answer.body == (ROOT / "LICENSE").read_bytes()
    assert not answer.closes


@pytest.mark.requirement("W-S-006")
def test_environ_has_nothing_of_the_request_before(client: Client) -> None:
    sized = post("/env", b"hello", "X-Once: 1", "Content-Type: a/b")
    assert environ_of(client, sized)["HTTP_X_ONCE"] == "1"
    after = environ_of(client)
    assert after.keys().isdisjoint({"HTTP_X_ONCE", "CONTENT_LENGTH", "CONTENT_TYPE"})


@pytest.mark.requirement("W-S-006")
def test_a_repeated_head_meets_a_fresh_environ_each_time(client: Client) -> None:
    first = environ_of(client, get("/env", "X-Same: 1"))
    for _ in range(3):
        client.send(get("/envspoil", "X-Same: 1"))
        client.answer()
        assert environ_of(client, get("/env", "X-Same: 1")) == first


@pytest.mark.requirement("W-S-008")
def test_every_value_under_a_key_without_a_dot_is_a_str(client: Client) -> None:
    sized = post("/types", b"hello", "X-A: b", "Content-Type: a/b", "Cookie: a=1")
    types = answered_json(client, sized)
    assert {key: kind for key, kind in types.items() if key and "." not in key} == {
        key: "str" for key in types if key and "." not in key
    }


@pytest.mark.requirement("W-S-008")
def test_field_values_are_decoded_as_latin_1(client: Client) -> None:
    value = b"caf\xe9 \xe2\x82\xac"
    request = get("/env", "X-L: " + value.decode("latin-1"))
    assert environ_of(client, request)["HTTP_X_L"] == value.decode("latin-1")


@pytest.mark.requirement("W-S-009")
def test_variables_without_a_value_are_left_out(client: Client) -> None:
    environ = environ_of(client)
    absent = {"REMOTE_USER", "AUTH_TYPE", "CONTENT_TYPE", "CONTENT_LENGTH", "HTTPS"}
    assert environ.keys().isdisjoint(absent)
    assert not {"", "None"} & {environ[key] for key in environ if key.startswith("HTTP_")}
    assert "None" not in environ.values()


@pytest.mark.requirement("W-S-011")
def test_variables_of_the_process_stay_out_of_environ() -> None:
    target = f"{__name__}:app"
    given = ("--env", "GIVEN=by hand")
    with serving(target, *given, env={"SECRET": "1"}) as served, served.client() as client:
        environ = environ_of(client)
        assert environ.keys().isdisjoint({"SECRET", "PATH", "EVENTS", "GIVEN"})
        assert ask(client, get("/given")).body == b"by hand"


PEP_KEYS = {
    "wsgi.version",
    "wsgi.url_scheme",
    "wsgi.input",
    "wsgi.errors",
    "wsgi.multithread",
    "wsgi.multiprocess",
    "wsgi.run_once",
    "wsgi.file_wrapper",
}
SHARED_KEYS = {"wsgi.input_terminated", "wsgi.early_hints"}
"""What other servers have under the same names."""


@pytest.mark.requirement("W-S-012")
def test_keys_of_our_own_have_our_prefix_and_are_documented(client: Client) -> None:
    keys = {key for key in environ_of(client) if not key.isupper()} - PEP_KEYS
    assert keys
    pages = "".join(page.read_text() for page in documentation())
    for key in keys:
        assert key.startswith("potstill.") or key in SHARED_KEYS
        assert f"`{key}`" in pages


def documentation() -> list[Path]:
    """The pages people read; the conformance page is no place to learn of a key."""
    return [page for page in (ROOT / "docs").glob("*.md") if page.name != "conformance.md"]


@pytest.mark.requirement("W-S-006")
def test_a_key_left_in_environ_is_gone_on_every_other_connection(served: Served) -> None:
    with served.client() as first, served.client() as second:
        first.send(get("/envspoil") + NEXT)
        assert first.answer().status == 200
        assert "tests.mark" not in environ_of(second)
        assert first.answer().body == b"root:/next"
