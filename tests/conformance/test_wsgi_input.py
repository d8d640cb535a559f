"""wsgi.input: every method of PEP 3333's table, wherever the body lies, however it came."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, TypeAlias
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest

from tests.conformance.wsgi_fixture import Fixture, json_text, operate, plain, text
from tests.conformance.wsgi_recipes import (
    NEXT,
    NEXT_BODY,
    Events,
    Served,
    answered_json,
    ask,
    refused,
    serving,
)
from tests.support.wire import Client, chunked, get, post

app = Fixture()
APP = f"{__name__}:app"
LINES = b"Hello\nWorld,\r\nwith\rreturns\x0b\x0c\x1c\x85\xe2\x80\xa8\n\n\nand a tail"

Framed: TypeAlias = Callable[[str, bytes], bytes]

kept: dict[str, Any] = {}


@app.at("over")
def reads_past_the_end(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    return text(start_response, environ["wsgi.input"].read(105))


@app.at("hash")
def hashes(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    digest = hashlib.sha256()
    while block := environ["wsgi.input"].read(65536):
        digest.update(block)
    return text(start_response, digest.hexdigest())


@app.at("keep")
def keeps_the_stream(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    kept["stream"] = environ["wsgi.input"]
    return text(start_response, "kept")


@app.at("kept")
def uses_the_kept_stream(
    environ: WSGIEnvironment, start_response: StartResponse
) -> Iterable[bytes]:
    """The operations on the stream of an earlier request, then the body of this one."""
    operations = environ["QUERY_STRING"].split(",")
    results = [type(operate(kept["stream"], each)).__name__ for each in operations]
    return json_text(start_response, [*results, plain(environ["wsgi.input"].read())])


@app.at("close")
def closes_the_stream(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    close = getattr(environ["wsgi.input"], "close", None)
    if close:
        close()
    return text(start_response, "closed")


@pytest.fixture(scope="module", params=["1048576", "4"], ids=["in memory", "spooled"])
def served(request: pytest.FixtureRequest) -> Iterator[Served]:
    """Bodies above `--body-memory` lie in a file; both kinds must behave alike."""
    with serving(APP, "--body-memory", request.param) as served:
        yield served


def in_chunks(path: str, body: bytes) -> bytes:
    """The request with its body in chunks of three bytes, or in a thousand chunks."""
    size = max(3, len(body) // 1000)
    pieces = [body[at : at + size] for at in range(0, len(body), size)]
    encoded = b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in pieces)
    return chunked(path, encoded + b"0\r\n\r\n")


@pytest.fixture(params=[post, in_chunks], ids=["sized", "chunked"])
def framed(request: pytest.FixtureRequest) -> Framed:
    frame: Framed = request.param
    return frame


@pytest.mark.requirement("W-S-060")
def test_reading_past_the_end_gives_what_is_there(client: Client, framed: Framed) -> None:
    assert ask(client, framed("/over", b"hello")).body == b"hello"


@pytest.mark.requirement("W-S-061")
@pytest.mark.parametrize("read", ["read", "read:-1", "read:None"])
@pytest.mark.parametrize("first", ["", "h"])
def test_read_without_a_size_gives_the_rest(
    client: Client, framed: Framed, read: str, first: str
) -> None:
    path = f"/ops?read:{len(first)},{read},{read}"
    assert answered_json(client, framed(path, b"hello")) == [first, "hello"[len(first) :], ""]


@pytest.mark.requirement("W-S-062")
@pytest.mark.parametrize(
    ("operations", "results"),
    [
        ("read:1", ["h"]),
        ("read:4", ["hell"]),
        ("read:123", ["hello"]),
        ("read:0,read", ["", "hello"]),
        ("read:4,read:4,read:4", ["hell", "o", ""]),
    ],
)
def test_read_gives_as_many_bytes_as_asked_for(
    client: Client, framed: Framed, operations: str, results: list[str]
) -> None:
    request = framed(f"/ops?{operations}", b"hello")
    head = request.index(b"\r\n\r\n") + 4
    client.send(request[:head])
    for byte in request[head:]:
        assert client.is_silent(0.005)
        client.send(bytes([byte]))
    assert json.loads(client.answer().body) == results


@pytest.mark.requirement("W-S-063")
def test_only_a_line_feed_ends_a_line(client: Client, framed: Framed) -> None:
    lines = LINES.decode("latin-1").split("\n")
    expected = [line + "\n" for line in lines[:-1]] + [lines[-1], "", ""]
    path = "/ops?" + ",".join(["readline"] * len(expected))
    assert answered_json(client, framed(path, LINES)) == expected


@pytest.mark.requirement("W-S-064")
@pytest.mark.parametrize(
    ("operations", "results"),
    [
        ("readline:3,readline:3,readline:-1", ["hel", "lo\n", "world"]),
        ("readline:0,readline", ["", "hello\n"]),
        ("readline:6,readline:99", ["hello\n", "world"]),
        ("readline:None,readline:None", ["hello\n", "world"]),
        ("readline:5,readline:5,readline:5", ["hello", "\n", "world"]),
    ],
)
def test_readline_keeps_to_its_limit(
    client: Client, framed: Framed, operations: str, results: list[str]
) -> None:
    assert answered_json(client, framed(f"/ops?{operations}", b"hello\nworld")) == results


@pytest.mark.requirement("W-S-065")
@pytest.mark.parametrize("hint", ["", ":3", ":-1", ":0", ":None", ":999"])
def test_readlines_gives_a_list_of_whole_lines(client: Client, framed: Framed, hint: str) -> None:
    lines, rest = answered_json(client, framed(f"/ops?readlines{hint},readlines", b"ab\nc\n\ndef"))
    assert isinstance(lines, list)
    assert lines + rest == ["ab\n", "c\n", "\n", "def"]
    assert lines


@pytest.mark.requirement("W-S-066")
def test_iteration_gives_the_lines_once(client: Client, framed: Framed) -> None:
    results = answered_json(client, framed("/ops?iter,iter,next", b"ab\nc\n\ndef"))
    assert results == [["ab\n", "c\n", "\n", "def"], [], "StopIteration()"]


OPERATIONS = "read:1,readline,next,read:4,readlines,read:123,read,readline,readlines"


@pytest.mark.requirement("W-S-067")
def test_all_methods_share_one_position(client: Client, framed: Framed) -> None:
    body = b"Hello\nWorld,\r\nhow are you\nnow?\n\nfine"
    results = answered_json(client, framed(f"/ops?{OPERATIONS}", body))
    assert results[:4] == ["H", "ello\n", "World,\r\n", "how "]
    assert results[4] == ["are you\n", "now?\n", "\n", "fine"]
    assert results[5:] == ["", "", "", []]


@pytest.mark.requirement("W-S-067")
def test_after_the_end_every_method_is_empty_at_once(client: Client, framed: Framed) -> None:
    path = "/ops?read," + ",".join(["read:1,read,readline,readlines,iter,readline:3,read:-1"] * 3)
    results = answered_json(client, framed(path, b"hello"))
    assert results == ["hello"] + ["", "", "", [], [], "", ""] * 3


@pytest.mark.requirement("W-S-069")
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
@pytest.mark.parametrize("lines", [(), ("Content-Length: 0",)], ids=["nothing", "length 0"])
def test_without_a_body_all_reads_are_empty(
    client: Client, method: str, lines: tuple[str, ...]
) -> None:
    path = "/ops?read,readline,read:5,readlines,iter,read:-1"
    client.send(get(path, *lines, method=method) + NEXT)
    assert json.loads(client.answer().body) == ["", "", "", [], [], ""]
    assert client.answer().body == NEXT_BODY


@pytest.mark.requirement("W-S-071")
def test_lines_and_blocks_span_chunks(client: Client) -> None:
    encoded = b"3\r\nab\n\r\n4\r\ncd\ne\r\n2\r\nf\n\r\n0\r\nX-T: 1\r\n\r\n"
    client.send(chunked("/ops?read:2,readline,readline,read", encoded) + NEXT)
    assert json.loads(client.answer().body) == ["ab", "\n", "cd\n", "ef\n"]
    assert client.answer().body == NEXT_BODY


CUT_SHORT = {
    "a sized body": get("/echo", "Content-Length: 10", method="POST") + b"hello",
    "no byte of a sized body": get("/echo", "Content-Length: 10", method="POST"),
    "inside a chunk": chunked("/echo", b"a\r\nhello"),
    "after a chunk": chunked("/echo", b"5\r\nhello\r\n"),
    "after a chunk's data": chunked("/echo", b"5\r\nhello"),
    "after the last chunk's line": chunked("/echo", b"5\r\nhello\r\n0\r\n"),
    "in the trailers": chunked("/echo", b"5\r\nhello\r\n0\r\nX-T: 1\r\n"),
    "in the last line end": chunked("/echo", b"5\r\nhello\r\n0\r\n\r"),
}


@pytest.mark.requirement("W-S-072")
@pytest.mark.parametrize("request_bytes", CUT_SHORT.values(), ids=CUT_SHORT.keys())
def test_a_body_cut_short_is_never_delivered(
    client: Client, events: Events, request_bytes: bytes
) -> None:
    client.send(request_bytes)
    client.half_close()
    assert not client.rest().startswith(b"HTTP/1.1 2")
    assert events() == []


@pytest.mark.requirement("W-S-073")
@pytest.mark.parametrize("damage", [b"ZZ\r\n", b"-1\r\n", b"5;\r\n", b"\r\n", b"5\nhello\r\n"])
def test_a_damaged_chunk_is_answered_400_before_any_call(
    client: Client, events: Events, damage: bytes
) -> None:
    refused(client, chunked("/echo", b"5\r\nhello\r\n" + damage + b"0\r\n\r\n"))
    assert events() == []


@pytest.mark.requirement("W-S-075")
@pytest.mark.parametrize("body", [get("/evil"), b"x" * 3_000_000], ids=["a request", "3 MB"])
def test_bytes_nobody_read_are_not_the_next_request(
    client: Client, events: Events, framed: Framed, body: bytes
) -> None:
    assert ask(client, framed("/noread", body)).body == b"ok"
    events.wait_for("call /noread", "call /next")


@pytest.mark.requirement("W-S-077")
def test_a_stream_kept_past_its_request_raises(client: Client, framed: Framed) -> None:
    assert ask(client, framed("/keep", b"the first body")).body == b"kept"
    operations = ["read", "read:3", "readline", "readlines", "iter"]
    request = framed(f"/kept?{','.join(operations)}", b"the second body")
    *errors, body = json.loads(ask(client, request).body)
    assert errors == ["ValueError"] * len(operations)
    assert body == "the second body"


@pytest.mark.requirement("W-S-077")
def test_an_application_that_closes_the_stream_harms_nobody(client: Client, framed: Framed) -> None:
    assert ask(client, framed("/close", b"hello")).body == b"closed"


@pytest.mark.requirement("W-S-074")
@pytest.mark.parametrize("path", ["/noread", "/hash"])
@pytest.mark.parametrize("framing", ["sized", "chunked"])
def test_a_large_upload_does_not_stay_in_memory(path: str, framing: str) -> None:
    block, blocks, digest = os.urandom(1 << 20), 96, hashlib.sha256()
    sized = get(path, f"Content-Length: {blocks << 20}", method="POST")
    with serving(APP) as served, served.client() as client:
        client.send(NEXT)
        assert client.answer().body == NEXT_BODY
        before = served.server.resident()
        client.send(sized if framing == "sized" else chunked(path, b""))
        for _ in range(blocks):
            client.send(block if framing == "sized" else b"100000\r\n" + block + b"\r\n")
            digest.update(block)
        client.send(b"" if framing == "sized" else b"0\r\n\r\n")
        read = digest.hexdigest().encode()
        assert client.answer().body == (b"ok" if path == "/noread" else read)
        assert peak_memory(served) - before < 24 << 20


@pytest.mark.requirement("W-S-074")
def test_many_small_chunks_cost_no_more_than_their_bytes() -> None:
    size = 1 << 19
    with serving(APP) as served, served.client() as client:
        before = served.server.resident()
        client.send(chunked("/hash", b"1\r\nx\r\n" * size + b"0\r\n\r\n"))
        assert client.answer().body == hashlib.sha256(b"x" * size).hexdigest().encode()
        assert peak_memory(served) - before < 16 << 20


def peak_memory(served: Served) -> int:
    """The most resident memory that the server ever had, in bytes."""
    status = Path(f"/proc/{served.server.pid}/status").read_text()
    match = re.search(r"VmHWM:\s+(\d+) kB", status)
    assert match
    return int(match[1]) * 1024
