"""wsgi.file_wrapper: files as answers (PEP 3333, Optional Platform-Specific File Handling)."""

from __future__ import annotations

import contextlib
import gzip
import io
import os
import socket
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest

from tests.conformance.wsgi_fixture import Fixture, record, text
from tests.conformance.wsgi_recipes import (
    NEXT,
    Events,
    Served,
    ask,
    serving,
)
from tests.support.wire import Client, get, until

app = Fixture()
APP = f"{__name__}:app"

HEADERS = [("Content-Type", "text/plain")]


class RecordsClose(io.FileIO):
    """A file whose end is recorded; being of a class of its own, it is read and not copied."""

    def close(self) -> None:
        if not self.closed:
            record("file closed")
        super().close()


class RecordsEveryClose(io.BytesIO):
    """A file in memory that counts how often it is told to close."""

    def close(self) -> None:
        record("file closed")
        super().close()


class OnlyRead:
    """As little of a file as PEP 3333 asks for."""

    def __init__(self, data: bytes) -> None:
        self._file = io.BytesIO(data)

    def read(self, size: int) -> bytes:
        return self._file.read(size)


def pipe_with(data: bytes) -> io.BufferedReader:
    reader, writer = os.pipe()
    with os.fdopen(writer, "wb") as file:
        file.write(data)
    return os.fdopen(reader, "rb")


def socket_with(data: bytes) -> io.BufferedReader:
    reader, writer = socket.socketpair()
    with writer, reader:
        writer.sendall(data)
        return reader.makefile("rb")


def plain(path: str) -> io.BufferedReader:
    """As `open` gives it; the server closes it."""
    return io.BufferedReader(io.FileIO(path))


def peeked(path: str) -> io.BufferedReader:
    """A buffered file that was read a little: its descriptor is further on than its position."""
    file = plain(path)
    file.read(5)
    return file


def sought(path: str) -> io.BufferedReader:
    file = plain(path)
    file.seek(5)
    return file


def raw(path: str) -> io.FileIO:
    file = io.FileIO(path)
    file.seek(5)
    return file


def at_its_end(path: str) -> io.BufferedReader:
    file = plain(path)
    file.seek(0, os.SEEK_END)
    return file


FILES: dict[str, Callable[[str], Any]] = {
    "plain": plain,
    "sought": sought,
    "peeked": peeked,
    "raw": raw,
    "end": at_its_end,
    "unbuffered": io.FileIO,
    "bytesio": lambda path: io.BytesIO(Path(path).read_bytes()),
    "onlyread": lambda path: OnlyRead(Path(path).read_bytes()),
    "pipe": lambda path: pipe_with(Path(path).read_bytes()),
    "socket": lambda path: socket_with(Path(path).read_bytes()),
    "gzip": lambda path: gzip.GzipFile(fileobj=io.BytesIO(gzip.compress(Path(path).read_bytes()))),
    "gzipped": gzip.open,
    "recorded": RecordsClose,
    "counted": lambda path: RecordsEveryClose(Path(path).read_bytes()),
}


@app.at("fw")
def returns_a_file(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """`/fw?KIND&LENGTH&PATH`: that kind of file, with that Content-Length if one is given."""
    kind, length, path = unquote(environ["QUERY_STRING"]).split("&")
    start_response("200 OK", [*HEADERS, *([("Content-Length", length)] if length else [])])
    body: Iterable[bytes] = environ["wsgi.file_wrapper"](FILES[kind](path))
    return body


@app.at("fwstatus")
def returns_a_file_with_a_status(
    environ: WSGIEnvironment, start_response: StartResponse
) -> Iterable[bytes]:
    kind, status, path = unquote(environ["QUERY_STRING"]).split("&")
    start_response(f"{status} None", [])
    body: Iterable[bytes] = environ["wsgi.file_wrapper"](FILES[kind](path))
    return body


@app.at("fwempty")
def returns_an_endless_empty_file(
    environ: WSGIEnvironment, start_response: StartResponse
) -> Iterable[bytes]:
    start_response("200 OK", list(HEADERS))
    body: Iterable[bytes] = environ["wsgi.file_wrapper"](plain("/proc/self/status"))
    return body


@app.at("fwshape")
def describes_the_wrapper(
    environ: WSGIEnvironment, start_response: StartResponse
) -> Iterable[bytes]:
    wrapper = environ["wsgi.file_wrapper"](RecordsEveryClose(b"abcdef"), 4)
    iterator = iter(wrapper)
    said = f"{iterator is wrapper} {next(iterator)!r} {list(iterator)}"
    wrapper.close()
    bare = environ["wsgi.file_wrapper"](OnlyRead(b"abc"))
    return text(start_response, f"{said} {hasattr(bare, 'close')}")


@app.at("fwupper")
def middleware_uses_it_up(
    environ: WSGIEnvironment, start_response: StartResponse
) -> Iterable[bytes]:
    inner = returns_a_file(environ, start_response)
    try:
        return [b"".join(inner).upper()]
    finally:
        inner.close()  # type: ignore[attr-defined]


@app.at("fwslice")
def middleware_iterates_it(
    environ: WSGIEnvironment, start_response: StartResponse
) -> Iterator[bytes]:
    for block in returns_a_file(environ, start_response):
        yield block[:4]


@app.at("fwdrop")
def middleware_drops_it(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    def later(status: str, headers: list[tuple[str, str]], *rest: Any) -> Callable[..., object]:
        return start_response("404 Not Found", list(HEADERS))

    body = returns_a_file(environ, later)
    body.close()  # type: ignore[attr-defined]
    return [b"not here"]


@app.at("fwunused")
def makes_one_and_answers_otherwise(
    environ: WSGIEnvironment, start_response: StartResponse
) -> Iterable[bytes]:
    environ["wsgi.file_wrapper"](RecordsEveryClose(b"never sent"))
    return text(start_response, "something else")


@app.at("fwwrite")
def writes_before_the_file(
    environ: WSGIEnvironment, start_response: StartResponse
) -> Iterable[bytes]:
    start_response("200 OK", list(HEADERS))(b"written ")
    path = unquote(environ["QUERY_STRING"])
    body: Iterable[bytes] = environ["wsgi.file_wrapper"](plain(path))
    return body


CONTENT = bytes(range(256)) * 40


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "content"
    path.write_bytes(CONTENT)
    return path


def fw(kind: str, file: Path, length: int | None = None, at: str = "/fw") -> str:
    return f"{at}?{kind}&{'' if length is None else length}&{file}"


@pytest.mark.requirement("W-S-165")
def test_it_makes_an_iterator_whose_close_is_the_files(client: Client, events: Events) -> None:
    assert ask(client, get("/fwshape")).body == b"True b'abcd' [b'ef'] False"
    assert events().count("file closed") == 1


@pytest.mark.requirement("W-S-165")
@pytest.mark.parametrize("kind", ["recorded", "counted"])
def test_the_file_is_closed_once(client: Client, events: Events, file: Path, kind: str) -> None:
    assert ask(client, get(fw(kind, file))).body == CONTENT
    until(lambda: "file closed" in events())
    events.wait_for("call /fw", "file closed", "call /next")


@pytest.mark.requirement("W-S-166")
def test_making_one_sends_nothing(client: Client) -> None:
    assert ask(client, get("/fwunused")).body == b"something else"


@pytest.mark.requirement("W-S-166")
def test_middleware_may_use_it_up(client: Client, events: Events, tmp_path: Path) -> None:
    path = tmp_path / "lower"
    path.write_bytes(b"some text")
    assert ask(client, get(fw("recorded", path, at="/fwupper"))).body == b"SOME TEXT"
    assert events().count("file closed") == 1


@pytest.mark.requirement("W-S-166")
def test_middleware_may_iterate_it(client: Client, file: Path) -> None:
    assert ask(client, get(fw("plain", file, at="/fwslice"))).body == CONTENT[:4]


@pytest.mark.requirement("W-S-166")
def test_middleware_may_drop_it(client: Client, events: Events, file: Path) -> None:
    answer = ask(client, get(fw("recorded", file, at="/fwdrop")))
    assert (answer.status, answer.body) == (404, b"not here")
    assert events().count("file closed") == 1


@pytest.mark.requirement("W-S-166")
def test_it_follows_what_was_written(client: Client, file: Path) -> None:
    answer = ask(client, get(f"/fwwrite?{file}"))
    assert answer.body == b"written " + CONTENT


@pytest.mark.requirement("W-S-167")
@pytest.mark.parametrize("kind", ["sought", "peeked", "raw"])
@pytest.mark.parametrize("length", [None, 0, 100, len(CONTENT) - 5])
def test_it_is_sent_from_its_position_to_its_end_or_length(
    client: Client, file: Path, kind: str, length: int | None
) -> None:
    answer = ask(client, get(fw(kind, file, length)))
    assert answer.body == CONTENT[5:][:length]
    assert answer.framing == "sized"


@pytest.mark.requirement("W-S-167")
def test_a_file_shorter_than_its_length_ends_the_connection(client: Client, file: Path) -> None:
    client.send(get(fw("plain", file, len(CONTENT) + 1)) + NEXT)
    assert client.rest().partition(b"\r\n\r\n")[2] == CONTENT


@pytest.mark.requirement("W-S-167")
def test_a_file_at_its_end_is_an_empty_body(client: Client, file: Path) -> None:
    assert ask(client, get(fw("end", file))).body == b""


@pytest.mark.requirement("W-S-168")
@pytest.mark.parametrize(
    "kind", ["plain", "unbuffered", "bytesio", "onlyread", "pipe", "socket", "gzip"]
)
def test_whatever_can_be_read_is_sent(client: Client, file: Path, kind: str) -> None:
    assert ask(client, get(fw(kind, file))).body == CONTENT


@pytest.mark.requirement("W-S-168")
def test_a_compressed_file_is_not_sent_by_its_descriptor(client: Client, tmp_path: Path) -> None:
    path = tmp_path / "content.gz"
    path.write_bytes(gzip.compress(CONTENT))
    assert ask(client, get(fw("gzipped", path))).body == CONTENT


@pytest.mark.requirement("W-S-168")
def test_a_file_that_does_not_tell_its_size_is_sent_whole(client: Client) -> None:
    assert ask(client, get("/fwempty")).body.startswith(b"Name:")


@pytest.mark.requirement("W-S-169")
@pytest.mark.parametrize("kind", ["plain", "bytesio"])
def test_head_of_a_file_has_no_body(client: Client, file: Path, kind: str) -> None:
    answer = ask(client, get(fw(kind, file), method="HEAD"), "HEAD")
    assert answer.get("content-length") in (None, str(len(CONTENT)))


@pytest.mark.requirement("W-S-169")
@pytest.mark.parametrize("status", [204, 205, 304])
@pytest.mark.parametrize("kind", ["plain", "recorded"])
def test_a_status_without_a_body_has_none_of_the_file(
    client: Client, events: Events, file: Path, kind: str, status: int
) -> None:
    answer = ask(client, get(f"/fwstatus?{kind}&{status}&{file}"))
    assert (answer.status, answer.body) == (status, b"")
    assert events().count("file closed") == (kind == "recorded")


@pytest.mark.requirement("W-S-169")
@pytest.mark.parametrize("kind", ["plain", "bytesio"])
def test_a_file_goes_to_an_http_1_0_client(client: Client, file: Path, kind: str) -> None:
    client.send(get(fw(kind, file), version="1.0"))
    answer = client.answer()
    assert answer.body == CONTENT
    assert answer.framing in ("sized", "close")


@pytest.mark.requirement("W-S-169")
def test_a_file_that_shrinks_on_its_way_ends_the_connection(tmp_path: Path) -> None:
    size = 64 << 20
    path = tmp_path / "shrinks"
    with path.open("wb") as file:
        file.truncate(size)
    with serving(APP) as served, Client(served.port, receive_buffer=4096) as client:
        client.send(get(fw("plain", path)) + NEXT)
        first = client.sock.recv(4096)
        assert b"Content-Length: %d" % size in first
        os.truncate(path, 1 << 20)
        assert len(first) + count_until_the_end(client) < size
        with served.client() as another:
            assert ask(another, NEXT).body == b"root:/next"


def count_until_the_end(client: Client) -> int:
    """How many bytes still come before the connection ends, in order or by a reset."""
    count = 0
    with contextlib.suppress(ConnectionResetError):
        while block := client.sock.recv(1 << 20):
            count += len(block)
    return count


@pytest.mark.requirement("W-S-165")
def test_files_copied_by_the_kernel_are_closed(served: Served, client: Client, file: Path) -> None:
    ask(client, NEXT)
    before = served.server.descriptors()
    for _ in range(10):
        assert ask(client, get(fw("plain", file))).body == CONTENT
        ask(client, get(f"/fwstatus?plain&204&{file}"))
        ask(client, get(fw("plain", file), method="HEAD"), "HEAD")
    until(lambda: served.server.descriptors() <= before)


@pytest.mark.requirement("W-S-165", "W-S-169")
def test_files_left_by_their_clients_leave_no_descriptor(served: Served, tmp_path: Path) -> None:
    path = tmp_path / "large"
    with path.open("wb") as file:
        file.truncate(64 << 20)
    with served.client() as client:
        ask(client, NEXT)
        before = served.server.descriptors()
        for _ in range(10):
            other = served.client()
            other.send(get(fw("plain", path)))
            other.sock.recv(4096)
            other.reset()
        until(lambda: served.server.descriptors() <= before)
