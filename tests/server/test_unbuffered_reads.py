"""`wsgi.input` read from the client gives what a file with the same bytes would give."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, TypeAlias
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from tests.server.serving import Serving, serving
from tests.support.wire import chunked, post

Operation: TypeAlias = tuple[str, *tuple[int | None, ...]]

sizes = some.none() | some.integers(-1, 40)
operations = some.lists(
    some.tuples(some.just("read"))
    | some.tuples(some.just("read"), sizes)
    | some.tuples(some.just("readline"))
    | some.tuples(some.just("readline"), sizes)
    | some.tuples(some.just("readlines"))
    | some.tuples(some.just("readlines"), some.none() | some.integers(-1, 0))
    | some.tuples(some.just("iterate"), some.integers(0, 3)),
    min_size=1,
    max_size=8,
)
lines = some.lists(some.sampled_from([b"", b"malt", b"barley and yeast", b"\r", b"\0\xff"]))
bodies = lines.map(b"\n".join) | some.binary(max_size=60)
cuts = some.lists(some.integers(1, 20), min_size=1, max_size=5)


class Operating:
    """Does the operations that the test has set, in one call, and keeps what they gave."""

    def __init__(self) -> None:
        self.operations: list[Any] = []
        self.results: list[object] = []

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        stream = environ["wsgi.input"]
        self.results = [operate(stream, *each) for each in self.operations]
        rest: bytes = stream.read()
        start_response("200 OK", [("Content-Type", "application/octet-stream")])
        return [rest]


def operate(stream: Any, name: str, *arguments: int | None) -> object:
    if name == "iterate":
        return [line for line, _ in zip(stream, range(arguments[0] or 0), strict=False)]
    return getattr(stream, name)(*arguments)


@contextmanager
def operated(framed: bool, **limits: Any) -> Iterator[tuple[Operating, Serving]]:
    app = Operating()
    with serving(app, request_buffering=framed, **limits) as server:
        yield app, server


def in_chunks(body: bytes, sizes_of_chunks: list[int]) -> Iterator[bytes]:
    at = 0
    while at < len(body):
        size = sizes_of_chunks[at % len(sizes_of_chunks)]
        yield body[at : at + size]
        at += size


def encoded(body: bytes, sizes_of_chunks: list[int]) -> bytes:
    chunks = [b"%x\r\n%b\r\n" % (len(c), c) for c in in_chunks(body, sizes_of_chunks)]
    return b"".join([*chunks, b"0\r\n\r\n"])


@pytest.mark.parametrize("coding", ["sized", "chunked"])
@pytest.mark.parametrize("buffering", [False, True], ids=["off", "on"])
def test_any_order_of_reads_gives_what_a_file_would(coding: str, buffering: bool) -> None:
    with operated(buffering) as (app, server), server.client() as client:

        @settings(max_examples=150, deadline=None)
        @given(bodies, operations, cuts, cuts)
        def compare(
            body: bytes, wanted: list[Any], chunk_sizes: list[int], piece_sizes: list[int]
        ) -> None:
            file = io.BytesIO(body)
            app.operations = wanted
            is_sized = coding == "sized"
            data = post("/", body) if is_sized else chunked("/", encoded(body, chunk_sizes))
            client.send_in_pieces(in_chunks(data, [size * 8 for size in piece_sizes]))
            rest = client.answer().body
            assert app.results == [operate(file, *each) for each in wanted]
            assert rest == file.read()

        compare()


@pytest.mark.parametrize("size", [65536, 131_071, 1_000_003])
def test_large_reads_are_whole(size: int) -> None:
    body = bytes(range(256)) * 8000
    with operated(False) as (app, server), server.client() as client:
        app.operations = [("read", size), ("readline",), ("read", size)]
        client.send(post("/", body))
        assert client.answer().status == 200
    file = io.BytesIO(body)
    assert app.results == [file.read(size), file.readline(), file.read(size)]


@pytest.mark.parametrize("coding", ["sized", "chunked"])
def test_a_hint_to_readlines_is_reached_by_whole_lines(coding: str) -> None:
    body = b"malt\nbarley\nyeast\nwater\n"
    with operated(False) as (app, server), server.client() as client:
        app.operations = [("readlines", 8), ("readlines", 1)]
        is_sized = coding == "sized"
        client.send(post("/", body) if is_sized else chunked("/", encoded(body, [5])))
        assert client.answer().body == b"water\n"
    assert app.results == [[b"malt\n", b"barley\n"], [b"yeast\n"]]


def test_a_long_line_is_found_where_it_ends() -> None:
    body = b"x" * 500_000 + b"\n" + b"y" * 10
    with operated(False) as (app, server), server.client() as client:
        app.operations = [("readline",), ("readline",), ("readline",)]
        client.send(post("/", body))
        assert client.answer().body == b""
    assert app.results == [body[:-10], b"y" * 10, b""]
