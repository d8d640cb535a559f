"""How the length of an answer is told and kept to (PEP 3333, Content-Length; RFC 9112)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest

from tests.conformance.wsgi_fixture import Fixture, Watched
from tests.conformance.wsgi_recipes import (
    NEXT,
    Events,
    Served,
    ask,
    broken_off,
    respond,
)
from tests.support.wire import Client, get

app = Fixture()

HEADERS = [("Content-Type", "text/plain")]
STREAM = respond("200 OK", [], [b"", b"a", b"", b"b", b""])
BIG = 50_000_000


@app.at("len1")
def returns_one_block(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    start_response("200 OK", list(HEADERS))
    return [b"hello"]


@app.at("empty")
def returns_nothing(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    start_response("200 OK", list(HEADERS))
    return []


@app.at("writelen1")
def writes_and_returns_one_block(
    environ: WSGIEnvironment, start_response: StartResponse
) -> Iterable[bytes]:
    start_response("200 OK", list(HEADERS))(b"written ")
    return [b"hello"]


class SaysOneBlock(Watched):
    """A length of one that is not true."""

    def __len__(self) -> int:
        return 1


@app.at("lies")
def says_one_block_and_has_two(
    environ: WSGIEnvironment, start_response: StartResponse
) -> Iterable[bytes]:
    start_response("200 OK", list(HEADERS))
    return SaysOneBlock([b"hello", b" and more"])


@app.at("big")
def returns_one_big_block(
    environ: WSGIEnvironment, start_response: StartResponse
) -> Iterable[bytes]:
    start_response("200 OK", list(HEADERS))
    return [big_body()]


@app.at("cased")
def chooses_its_case(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    headers = [("x-LOWER-upper", "  MiXed; q=0.5,, x"), ("ETag", 'W/"1"'), ("A", "b")]
    start_response("200 As It Is", [(name, value.strip()) for name, value in headers])
    return iter([bytes(range(256)), b"\r\n\n\r"])


def big_body() -> bytes:
    return bytes(range(250)) * (BIG // 250)


@pytest.mark.requirement("W-S-133")
def test_the_length_of_a_single_block_is_announced(client: Client) -> None:
    answer = ask(client, get("/len1"))
    assert (answer.get("content-length"), answer.get("transfer-encoding")) == ("5", None)


@pytest.mark.requirement("W-S-133")
def test_an_empty_list_is_announced_as_empty(client: Client) -> None:
    assert ask(client, get("/empty")).get("content-length") == "0"


@pytest.mark.requirement("W-S-133")
def test_no_length_is_inferred_after_a_write(client: Client) -> None:
    answer = ask(client, get("/writelen1"))
    assert (answer.framing, answer.body) == ("chunked", b"written hello")


@pytest.mark.requirement("W-S-133")
def test_a_len_of_one_that_lies_puts_nothing_out_of_step(client: Client) -> None:
    assert ask(client, get("/lies")).body == b"hello"


@pytest.mark.requirement("W-S-135")
def test_an_unknown_length_is_chunked_and_the_connection_stays(client: Client) -> None:
    answer = ask(client, get(STREAM))
    assert (answer.framing, answer.body, answer.closes) == ("chunked", b"ab", False)


@pytest.mark.requirement("W-S-136")
@pytest.mark.parametrize("lines", [(), ("Connection: keep-alive",)], ids=["plain", "keep-alive"])
def test_an_unknown_length_for_http_1_0_ends_with_the_connection(
    client: Client, lines: tuple[str, ...]
) -> None:
    client.send(get(STREAM, *lines, version="1.0") + NEXT)
    answer = client.answer()
    assert (answer.framing, answer.body, answer.closes) == ("close", b"ab", True)
    assert answer.get("transfer-encoding") is None


LONG = {
    "the next block": [b"hello", b" and more", b" and more"],
    "within a block": [b"hello and more", b" and more"],
    "after an empty one": [b"hel", b"", b"lo", b"", b"more"],
}


@pytest.mark.requirement("W-S-138")
@pytest.mark.parametrize("blocks", LONG.values(), ids=LONG.keys())
@pytest.mark.parametrize("version", ["1.1", "1.0"])
def test_bytes_past_the_announced_length_are_never_sent(
    client: Client, events: Events, blocks: list[bytes], version: str
) -> None:
    path = respond("200 OK", [("Content-Length", "5")], blocks)
    keep = get(path, "Connection: keep-alive", version=version)
    assert ask(client, keep).body == b"hello"
    asked = blocks.index(b"lo") + 1 if b"lo" in blocks else 1
    assert events().count("next") <= asked + 1


@pytest.mark.requirement("W-S-138")
def test_iteration_stops_when_the_announced_length_is_reached(
    client: Client, events: Events
) -> None:
    path = respond("200 OK", [("Content-Length", "5")], [b"hello", *[b"more"] * 100])
    assert ask(client, get(path)).body == b"hello"
    assert events().count("next") <= 2
    assert events().count("close") == 1


@pytest.mark.requirement("W-S-140")
@pytest.mark.parametrize("blocks", [[b"hello"], [b"he", b"llo"], []], ids=["one", "two", "none"])
def test_a_body_short_of_its_length_ends_the_connection(
    served: Served, client: Client, blocks: list[bytes]
) -> None:
    data = broken_off(client, get(respond("200 OK", [("Content-Length", "10")], blocks)))
    assert data.partition(b"\r\n\r\n")[2] == b"".join(blocks)
    served.server.wait_for("Content-Length")


@pytest.mark.requirement("W-S-148")
def test_headers_and_body_pass_unchanged(client: Client) -> None:
    lines = ("Range: bytes=0-0", "Accept-Encoding: gzip", 'If-None-Match: W/"1"')
    answer = ask(client, get("/cased", *lines))
    assert answer.head.startswith(b"HTTP/1.1 200 As It Is\r\n")
    assert b'\r\nx-LOWER-upper: MiXed; q=0.5,, x\r\nETag: W/"1"\r\nA: b\r\n' in answer.head
    assert answer.body == bytes(range(256)) + b"\r\n\n\r"
    ours = {"date", "server", "transfer-encoding"}
    assert {name for name, _ in answer.fields} == {"x-lower-upper", "etag", "a"} | ours


@pytest.mark.requirement("W-S-149")
def test_a_big_block_arrives_whole_at_a_slow_reader(served: Served) -> None:
    with Client(served.port, receive_buffer=4096, timeout=60) as client:
        client.send(get("/big") + NEXT)
        first = b"".join(client.sock.recv(4096) for _ in range(500))
        head, _, body = first.partition(b"\r\n\r\n")
        assert b"Content-Length: %d" % BIG in head
        digest = hashlib.sha256(body)
        left = BIG - len(body)
        while left:
            block = client.sock.recv(min(left, 1 << 20))
            assert block
            digest.update(block)
            left -= len(block)
        assert client.answer().body == b"root:/next"
    assert digest.digest() == hashlib.sha256(big_body()).digest()


@pytest.mark.requirement("W-S-135")
def test_streams_follow_one_another_on_one_connection(client: Client) -> None:
    client.send(get(STREAM) * 20 + NEXT)
    assert {client.answer().body for _ in range(20)} == {b"ab"}
    assert client.answer().body == b"root:/next"
