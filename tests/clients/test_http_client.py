"""http.client of the standard library, which reads only what it must."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection

import pytest

from tests.support.server import RunningServer

from .target import BLOCK, digest


@pytest.fixture
def connection(target: RunningServer) -> Iterator[HTTPConnection]:
    with closing(HTTPConnection("127.0.0.1", target.port, timeout=10)) as opened:
        yield opened


def test_a_connection_is_kept(connection: HTTPConnection) -> None:
    connection.connect()
    socket = connection.sock
    for number in range(50):
        connection.request("GET", f"/{number}")
        assert json.load(connection.getresponse())["path"] == f"/{number}"
    assert connection.sock is socket


def test_a_body_arrives(connection: HTTPConnection) -> None:
    connection.request("POST", "/", body=BLOCK)
    seen = json.load(connection.getresponse())
    assert (seen["length"], seen["size"]) == (str(len(BLOCK)), len(BLOCK))


def test_a_body_in_chunks_arrives(connection: HTTPConnection) -> None:
    connection.request("POST", "/", body=(BLOCK for _ in range(40)), encode_chunked=True)
    seen = json.load(connection.getresponse())
    assert seen["sha256"] == hashlib.sha256(BLOCK * 40).hexdigest()


@pytest.mark.parametrize(("kind", "length"), [("sized", 4_000_000), ("streamed", 4_000_001)])
def test_a_download_arrives(connection: HTTPConnection, kind: str, length: int) -> None:
    connection.request("GET", f"/{kind}/{length}")
    answer = connection.getresponse()
    assert answer.length == (length if kind == "sized" else None)
    assert hashlib.sha256(answer.read()).hexdigest() == digest(length)
    assert not answer.will_close


def test_head_has_a_length_and_no_body(connection: HTTPConnection) -> None:
    for _ in range(2):
        connection.request("HEAD", "/sized/1000")
        answer = connection.getresponse()
        assert (answer.getheader("content-length"), answer.read()) == ("1000", b"")


def test_an_http_1_0_client_is_told_that_the_connection_closes(target: RunningServer) -> None:
    class Old(HTTPConnection):
        _http_vsn, _http_vsn_str = 10, "HTTP/1.0"

    with closing(Old("127.0.0.1", target.port, timeout=10)) as connection:
        connection.request("GET", "/streamed/100000")
        answer = connection.getresponse()
        assert answer.will_close
        assert hashlib.sha256(answer.read()).hexdigest() == digest(100_000)
