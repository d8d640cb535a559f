"""Whatever an application does, what goes out is framed as it says, or visibly broken off."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from wsgiref.types import StartResponse, WSGIEnvironment

from hypothesis import given
from hypothesis import strategies as some

from potstill.http11.errors import ApplicationError
from tests.support.wire import get, parse_head

from .fake import Failures, FakeTransport, gateway

blocks = some.lists(some.binary(max_size=20), max_size=5)
lengths = some.none() | some.integers(0, 60)


@given(
    blocks, blocks, lengths, some.booleans(), some.sampled_from(["GET", "HEAD"]), some.booleans()
)
def test_no_sequence_of_blocks_breaks_the_framing(
    written: list[bytes],
    iterated: list[bytes],
    length: int | None,
    as_list: bool,
    method: str,
    is_1_1: bool,
) -> None:
    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        headers = [] if length is None else [("Content-Length", str(length))]
        write = start_response("200 OK", headers)
        for block in written:
            write(block)
        return list(iterated) if as_list else iter(iterated)

    transport = FakeTransport(get("/", method=method, version="1.1" if is_1_1 else "1.0"))
    failures = Failures()
    gateway(app, failures).serve(transport)
    head, _, body = transport.sent.partition(b"\r\n\r\n")
    status, _, fields = parse_head(head + b"\r\n\r\n")
    content = b"".join([*written, *iterated])
    names = dict(fields)
    if method == "HEAD":
        assert (status, body) == (200, b"")
    elif "transfer-encoding" in names:
        assert is_1_1
        assert unchunked(body) == content
    elif "content-length" in names:
        assert content.startswith(body)
        assert len(body) <= int(names["content-length"])
        if len(body) < int(names["content-length"]):
            assert failures
            assert transport.broken is False  # its length shows that something is missing
        if failures:
            assert len(content) != int(names["content-length"])
    else:
        assert (names["connection"], body) == ("close", content)
    assert all(isinstance(failure, ApplicationError) for failure in failures)


def unchunked(data: bytes) -> bytes:
    content = b""
    while match := re.match(rb"([0-9a-f]+)\r\n", data):
        size = int(match[1], 16)
        piece, data = data[match.end() :][:size], data[match.end() + size :]
        assert data.startswith(b"\r\n")
        data = data[2:]
        if not size:
            assert data == b""
            return content
        content += piece
    raise AssertionError(f"no last chunk before {data!r}")


class Closable:
    """An iterable that counts how it is used."""

    def __init__(self, blocks: list[bytes], error: BaseException | None = None) -> None:
        self._blocks = blocks
        self._error = error
        self.asked = 0
        self.closed = 0

    def __iter__(self) -> Iterator[bytes]:
        for block in self._blocks:
            self.asked += 1
            yield block
        if self._error is not None:
            raise self._error

    def close(self) -> None:
        self.closed += 1


def served(result: Closable, transport: FakeTransport, *headers: tuple[str, str]) -> Failures:
    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        start_response("200 OK", list(headers))
        return result

    failures = Failures()
    gateway(app, failures).serve(transport)
    return failures


def test_close_is_called_once_after_the_last_block() -> None:
    result = Closable([b"a", b"b"])
    assert served(result, FakeTransport()) == []
    assert (result.asked, result.closed) == (2, 1)


def test_an_error_half_way_breaks_the_answer_off_and_closes_the_iterable() -> None:
    error = KeyError("half-way")
    result, transport = Closable([b"a"], error), FakeTransport()
    assert served(result, transport) == [error]
    assert result.closed == 1
    assert transport.broken is False  # the missing last chunk shows it
    assert b"\r\n0\r\n" not in transport.sent


def test_an_error_half_way_of_an_unframed_answer_asks_for_a_reset() -> None:
    transport = FakeTransport(get("/", version="1.0"))
    served(Closable([b"a"], KeyError()), transport)
    assert transport.broken is True


def test_a_client_that_has_gone_ends_the_iteration_and_is_nobodys_failure() -> None:
    result, transport = Closable([b"a"] * 9), FakeTransport(patience=2)
    assert served(result, transport) == []
    assert (result.asked, result.closed, transport.persists) == (3, 1, False)


def test_nothing_is_asked_for_beyond_the_announced_length() -> None:
    result, transport = Closable([b"abc", b"def", b"ghi"]), FakeTransport()
    assert served(result, transport, ("Content-Length", "3")) == []
    assert result.asked == 1
    assert transport.sent.endswith(b"\r\n\r\nabc")


def test_a_whole_small_answer_travels_in_one_piece() -> None:
    transport = FakeTransport()
    served(Closable([b"abc"]), transport, ("Content-Length", "3"))
    assert len(transport.pieces) == 1


def test_each_block_is_sent_before_the_next_is_asked_for() -> None:
    transport = FakeTransport()

    def blocks() -> Iterator[bytes]:
        for number in range(3):
            assert len(transport.pieces) == number
            yield b"x"

    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        start_response("200 OK", [])
        return blocks()

    failures = Failures()
    gateway(app, failures).serve(transport)
    assert failures == []


def test_the_server_answers_for_itself_outside_of_the_mount_point() -> None:
    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        start_response("200 OK", [])
        return [f"{environ['SCRIPT_NAME']}|{environ['PATH_INFO']}".encode()]

    answers = {}
    for path in ("/app", "/app/", "/app/x", "/appx", "/"):
        transport = FakeTransport(get(path))
        gateway(app, Failures(), "/app").serve(transport)
        answers[path] = transport.sent.rpartition(b"\r\n\r\n")[2]
    outside = b"Nothing is mounted here.\n"
    assert answers == {
        "/app": b"/app|",
        "/app/": b"/app|/",
        "/app/x": b"/app|/x",
        "/appx": outside,
        "/": outside,
    }


def test_one_head_is_sent_when_the_block_after_what_was_written_has_the_announced_length() -> None:
    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        start_response("200 OK", [("Content-Length", "3")])(b"ab")
        return [b"cde"]

    transport, failures = FakeTransport(), Failures()
    gateway(app, failures).serve(transport)
    assert transport.sent.count(b"HTTP/1.1") == 1
    assert transport.sent.endswith(b"\r\n\r\nabc")
    assert failures  # two bytes too many
