"""Answers without a body: to HEAD, and with 204, 205 or 304 (RFC 9110; RFC 9112, 6)."""

from __future__ import annotations

from collections.abc import Iterable
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest

from tests.conformance.wsgi_fixture import Fixture
from tests.conformance.wsgi_recipes import (
    ask,
    fails,
    respond,
)
from tests.support.server import ROOT
from tests.support.wire import Client, get

app = Fixture()

HEADERS = [("Content-Type", "text/plain")]
STREAM = respond("200 OK", [], [b"", b"a", b"", b"b", b""])


@app.at("len1")
def returns_one_block(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    start_response("200 OK", list(HEADERS))
    return [b"hello"]


@app.at("empty")
def returns_nothing(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    start_response("200 OK", list(HEADERS))
    return []


@app.at("file")
def returns_a_file(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    start_response("200 OK", list(HEADERS))
    body: Iterable[bytes] = environ["wsgi.file_wrapper"]((ROOT / "LICENSE").open("rb"))
    return body


@app.at("write")
def writes_all(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    write = start_response("200 OK", list(HEADERS))
    write(b"w1-")
    write(b"w2-")
    return [b"i1"]


@app.at("writecut")
def writes_with_a_bodyless_status(
    environ: WSGIEnvironment, start_response: StartResponse
) -> Iterable[bytes]:
    start_response(f"{environ['QUERY_STRING']} None", [])(b"written")
    return [b"and returned"]


@app.at("raise")
def raises(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    raise RuntimeError("on purpose")


HEAD_PATHS = {
    "one block": "/len1",
    "stream": STREAM,
    "write": "/write",
    "file": "/file",
    "sized": respond("200 OK", [("Content-Length", "5")], [b"hello"]),
    "long": respond("200 OK", [("Content-Length", "5")], [b"hello and more"]),
    "short": respond("200 OK", [("Content-Length", "5")], []),
    "error": "/raise",
    "bad head": respond("200OK"),
}


@pytest.mark.requirement("W-S-143")
@pytest.mark.parametrize("path", HEAD_PATHS.values(), ids=HEAD_PATHS.keys())
def test_head_is_answered_without_a_body(client: Client, path: str) -> None:
    """`ask` would find a body before the status line of NEXT."""
    ask(client, get(path, method="HEAD"), "HEAD")


@pytest.mark.requirement("W-S-144")
@pytest.mark.parametrize(
    "path",
    [HEAD_PATHS[kind] for kind in ("one block", "stream", "write", "file", "sized")],
    ids=["one block", "stream", "write", "file", "sized"],
)
def test_the_head_of_head_is_that_of_get(client: Client, path: str) -> None:
    """But for the date, and for what is known only when content is sent (RFC 9110, 9.3.2)."""
    head = ask(client, get(path, method="HEAD"), "HEAD")
    answer = ask(client, get(path))
    assert lasting(head.fields) == lasting(answer.fields)


def lasting(fields: list[tuple[str, str]]) -> list[tuple[str, str]]:
    return [field for field in fields if field[0] not in ("date", "transfer-encoding")]


@pytest.mark.requirement("W-S-144")
def test_head_keeps_the_length_given_and_invents_none(client: Client) -> None:
    sized = respond("200 OK", [("Content-Length", "3")], [])
    assert ask(client, get(sized, method="HEAD"), "HEAD").get("content-length") == "3"
    bare = respond("200 OK", [], [])
    assert ask(client, get(bare, method="HEAD"), "HEAD").get("content-length") is None


@pytest.mark.requirement("W-S-144")
def test_an_empty_list_for_head_says_nothing_of_the_length_of_get(client: Client) -> None:
    assert ask(client, get("/empty", method="HEAD"), "HEAD").get("content-length") != "0"


@pytest.mark.requirement("W-S-145")
@pytest.mark.parametrize("headers", [[], [("Content-Length", "5")], [("Content-Length", "0")]])
@pytest.mark.parametrize("blocks", [[], [b"hello"], [b"he", b"llo"]])
def test_204_has_neither_body_nor_length(
    client: Client, headers: list[tuple[str, str]], blocks: list[bytes]
) -> None:
    answer = ask(client, get(respond("204 No Content", headers, blocks)))
    assert answer.status == 204
    assert answer.get("content-length") is None
    assert answer.get("transfer-encoding") is None


@pytest.mark.requirement("W-S-146")
@pytest.mark.parametrize("length", [None, "5"])
@pytest.mark.parametrize("blocks", [[], [b"hello"], [b"he", b"llo"]])
def test_304_has_no_body_and_only_the_length_given(
    client: Client, length: str | None, blocks: list[bytes]
) -> None:
    headers = [("Content-Length", length)] if length else []
    answer = ask(client, get(respond("304 Not Modified", headers, blocks)))
    assert answer.status == 304
    assert answer.get("content-length") == length
    assert answer.get("transfer-encoding") is None


@pytest.mark.requirement("W-S-147")
@pytest.mark.parametrize("headers", [[], [("Content-Length", "5")]])
@pytest.mark.parametrize("blocks", [[], [b"hello"], [b"he", b"llo"]])
def test_205_is_framed_as_empty(
    client: Client, headers: list[tuple[str, str]], blocks: list[bytes]
) -> None:
    answer = ask(client, get(respond("205 Reset Content", headers, blocks)))
    assert (answer.status, answer.body) == (205, b"")
    assert answer.get("content-length") == "0"


@pytest.mark.requirement("W-S-142", "W-S-145", "W-S-146", "W-S-147")
@pytest.mark.parametrize("status", [204, 205, 304])
def test_write_cannot_give_a_body_to_a_status_without_one(client: Client, status: int) -> None:
    answer = ask(client, get(f"/writecut?{status}"))
    assert (answer.status, answer.body) == (status, b"")


@pytest.mark.requirement("W-S-100", "W-S-143")
def test_a_server_made_error_for_head_announces_the_length_of_its_page(client: Client) -> None:
    head = fails(client, get("/raise", method="HEAD"), "HEAD")
    page = fails(client, get("/raise"))
    assert head.get("content-length") == page.get("content-length") == str(len(page.body))
