"""What other servers get wrong: each row of a comparison made with them, right here.

Every case was seen to fail at one widely used server at least, though all of them pass the
standard library's validator with a simple application.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest

from tests.conformance.wsgi_fixture import Fixture
from tests.conformance.wsgi_recipes import (
    Events,
    answered_json,
    ask,
    broken_off,
    environ_of,
    fails,
    respond,
)
from tests.support.wire import Client, chunked, get, post

app = Fixture()


@app.at("generator")
def is_a_generator(environ: WSGIEnvironment, start_response: StartResponse) -> Iterator[bytes]:
    start_response("418 I'm a Teapot", [("X-Inside", "1"), ("Set-Cookie", "a=1")])
    yield b"short "
    yield b"and stout"


@app.at("write")
def writes(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    write = start_response("200 OK", [("Content-Type", "text/plain")])
    write(b"written ")
    return [b"and returned"]


@app.at("breaks")
def breaks_in_mid_stream(
    environ: WSGIEnvironment, start_response: StartResponse
) -> Iterator[bytes]:
    start_response("200 OK", [("Content-Type", "text/plain")])
    yield b"half of it"
    raise RuntimeError("in mid-stream")


@app.at("raise")
def raises(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    raise RuntimeError("before start_response")


@pytest.mark.requirement("W-S-097")
def test_a_generator_that_calls_start_response_keeps_its_status_and_headers(
    client: Client,
) -> None:
    answer = ask(client, get("/generator"))
    assert (answer.status, answer.reason, answer.body) == (418, "I'm a Teapot", b"short and stout")
    assert (answer.get("x-inside"), answer.get("set-cookie")) == ("1", "a=1")


@pytest.mark.requirement("W-S-090", "W-S-141")
def test_write_works(client: Client) -> None:
    assert ask(client, get("/write")).body == b"written and returned"


@pytest.mark.requirement("W-S-063", "W-S-066", "W-S-067")
@pytest.mark.parametrize(
    ("operations", "results"),
    [
        ("readline,readline,readline,readline", ["ab\n", "cd\n", "ef", ""]),
        ("iter,read", [["ab\n", "cd\n", "ef"], ""]),
        ("readline,read", ["ab\n", "cd\nef"]),
    ],
)
@pytest.mark.parametrize("framing", ["sized", "chunked"])
def test_lines_of_a_body_are_read_one_by_one(
    client: Client, framing: str, operations: str, results: list[object]
) -> None:
    path = f"/ops?{operations}"
    encoded = b"4\r\nab\nc\r\n4\r\nd\nef\r\n0\r\n\r\n"
    request = chunked(path, encoded) if framing == "chunked" else post(path, b"ab\ncd\nef")
    assert answered_json(client, request) == results


@pytest.mark.requirement("W-S-162")
def test_an_exception_in_mid_stream_never_looks_like_the_end(client: Client) -> None:
    assert b"half of it" in broken_off(client, get("/breaks"))


@pytest.mark.requirement("W-S-138")
def test_a_body_longer_than_its_length_is_cut(client: Client) -> None:
    path = respond("200 OK", [("Content-Length", "3")], [b"abc", b"HTTP/1.1 200 OK\r\n"])
    assert ask(client, get(path)).body == b"abc"


@pytest.mark.requirement("W-S-008")
def test_a_byte_above_ascii_in_a_field_is_latin_1(client: Client) -> None:
    assert environ_of(client, get("/env", "X-L: \xe9"))["HTTP_X_L"] == "\xe9"


@pytest.mark.requirement("W-S-072")
@pytest.mark.parametrize(
    "request_bytes",
    [
        get("/echo", "Content-Length: 10", method="POST") + b"abcde",
        chunked("/echo", b"a\r\nabcde"),
        chunked("/echo", b"5\r\nabcde\r\n"),
        chunked("/echo", b"5\r\nabcde\r\nnonsense\r\n"),
    ],
    ids=["sized", "in a chunk", "between chunks", "malformed"],
)
def test_a_truncated_upload_is_never_presented_as_complete(
    client: Client, events: Events, request_bytes: bytes
) -> None:
    client.send(request_bytes)
    client.half_close()
    assert not client.rest().startswith(b"HTTP/1.1 2")
    assert events() == []


@pytest.mark.requirement("W-S-037")
def test_two_cookie_lines_are_one_list_of_cookies(client: Client) -> None:
    environ = environ_of(client, get("/env", "Cookie: a=1", "Cookie: b=2"))
    assert environ["HTTP_COOKIE"] == "a=1; b=2"


@pytest.mark.requirement("W-S-143")
@pytest.mark.parametrize("path", ["/next", "/generator", "/write"])
def test_head_has_no_body_whatever_the_application_returns(client: Client, path: str) -> None:
    ask(client, get(path, method="HEAD"), "HEAD")


@pytest.mark.requirement("W-S-160")
def test_an_exception_before_start_response_is_a_complete_500(client: Client) -> None:
    assert fails(client, get("/raise")).body
