"""The same classes, served by the library's own server and, as WSGI, by Potstill: no difference."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

import potstill
from examples import todo_handler
from potstill.web.handlers.handler import handler

OF_THE_CONNECTION = {"date", "server", "connection", "transfer-encoding", "keep-alive"}


@dataclass(frozen=True)
class Ask:
    """One request of the table."""

    method: str
    path: str
    body: bytes | None = None
    headers: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.method} {self.path}" + (f" {self.body[:20]!r}" if self.body else "")


@dataclass(frozen=True)
class Got:
    """What of an answer has to be the same."""

    status: int
    reason: str
    headers: list[tuple[str, str]]
    body: bytes


def got(port: int, ask: Ask) -> Got:
    connection = HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        # A Host that both see alike, since SimpleHTTPRequestHandler makes no use of it.
        headers = {"Host": "example.com"} | ask.headers
        connection.request(ask.method, ask.path, ask.body, headers)
        answer = connection.getresponse()
        body = answer.read()
        kept = [line for line in answer.getheaders() if line[0].lower() not in OF_THE_CONNECTION]
        return Got(answer.status, answer.reason, kept, body)
    finally:
        connection.close()


@contextmanager
def library(cls: Any) -> Iterator[int]:
    """`http.server` with this class; its port."""
    with ThreadingHTTPServer(("127.0.0.1", 0), cls) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            thread.join()


@contextmanager
def ours(cls: Any) -> Iterator[int]:
    """Potstill with this class as a WSGI application; its port."""
    with potstill.Server(("127.0.0.1", 0), handler(cls)) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            assert isinstance(server.server_address, tuple)
            yield server.server_address[1]
        finally:
            server.shutdown()
            thread.join()


JSON = {"Content-Type": "application/json"}
TODO = [
    Ask("GET", "/"),
    Ask("HEAD", "/"),
    Ask("GET", "/?theme=dark"),
    Ask("GET", "/get-todos"),
    Ask("GET", "/css/todo.css"),
    Ask("GET", "/js/todo.js"),
    Ask("HEAD", "/js/todo.js"),
    Ask("GET", "/page.html"),
    Ask("GET", "/favicon.ico"),
    Ask("HEAD", "/favicon.ico"),
    Ask("GET", "/js/../../todo_handler.py"),
    Ask("GET", "/js/../../../../../../etc/hostname"),
    Ask("GET", "/js/%2e%2e/%2e%2e/todo_handler.py"),
    Ask("GET", "//css/todo.css"),
    Ask("GET", "/css/"),
    Ask("GET", "http://example.com/get-todos"),
    Ask("POST", "/add-todo", b'{"todo": "Buy milk"}', JSON),
    Ask("POST", "/add-todo", b'{"todo": "Buy milk"}', JSON),
    Ask("POST", "/add-todo", '{"todo": "a/b \\u00e9 100% é"}'.encode(), JSON),
    Ask("POST", "/add-todo", b'{"todo": "<b>&amp;</b>"}', JSON),
    Ask("POST", "/add-todo", b'{"todo": "  "}', JSON),
    Ask("POST", "/add-todo", b'{"todo": 5}', JSON),
    Ask("POST", "/add-todo", b'{"todo": "\\ud800"}', JSON),
    Ask("POST", "/add-todo", b"[]", JSON),
    Ask("POST", "/add-todo", b"\xff", JSON),
    Ask("POST", "/add-todo", b"", JSON),
    Ask("POST", "/add-todo", b"[" * 60_000, JSON),
    Ask("POST", "/add-todo", b'{"todo": "' + b"x" * 201 + b'"}', JSON),
    Ask("POST", "/add-todo?x=1", b'{"todo": "y"}', JSON),
    Ask("POST", "/", b"a=b"),
    Ask("GET", "/get-todos"),
    Ask("DELETE", "/remove-todo/Buy%20milk"),
    Ask("DELETE", "/remove-todo/Buy%20milk"),
    Ask("DELETE", "/remove-todo/a%2Fb%20%C3%A9%20100%25%20%C3%A9"),
    Ask("DELETE", "/remove-todo/%ff"),
    Ask("DELETE", "/remove-todo/", b"ignored"),
    Ask("DELETE", "/"),
    Ask("GET", "/get-todos"),
    Ask("PUT", "/add-todo", b"{}"),
    Ask("OPTIONS", "/"),
    Ask("BREW", "/<pot>"),
    Ask("PATCH", "/"),
]


class OddHandler(BaseHTTPRequestHandler):
    """What such classes do, each at an address of its own."""

    error_message_format = "%(code)d: %(message)s (%(explain)s)\n"
    error_content_type = "text/plain"

    def do_GET(self) -> None:
        getattr(self, self.path.partition("?")[0].strip("/").replace("-", "_"))()

    do_HEAD = do_GET  # noqa: N815 - the verb makes the name
    do_POST = do_GET  # noqa: N815

    def head(self, *lines: tuple[str, str], status: int = 200) -> None:
        self.send_response(status)
        for name, value in lines:
            self.send_header(name, value)
        self.end_headers()

    def until_close(self) -> None:
        self.head(("Content-Type", "text/plain"))
        for number in range(3):
            self.wfile.write(b"%d\n" % number)

    def sized(self) -> None:
        self.head(("Content-Length", "5"))
        self.wfile.write(b"12345")

    def chunked(self) -> None:
        self.head(("Transfer-Encoding", "chunked"), ("X-A", "1"))
        for block in (b"5\r\nhel", b"lo\r", b"\n", b"06;a=b\r\n world\r\n0\r\n", b"X-T: 1\r\n\r\n"):
            self.wfile.write(block)

    def early(self) -> None:
        self.send_response_only(103)
        self.send_header("Link", "</a.css>; rel=preload")
        self.end_headers()
        self.sized()

    def empty(self) -> None:
        self.head(("Content-Length", "0"))

    def no_content(self) -> None:
        self.head(("X-A", "1"), status=204)

    def not_modified(self) -> None:
        self.head(("ETag", '"a"'), status=304)

    def moved(self) -> None:
        self.head(("Location", "/sized"), ("Content-Length", "0"), status=301)

    def cookies(self) -> None:
        self.head(("Set-Cookie", "a=1"), ("Set-Cookie", "b=2"), ("Content-Length", "0"))

    def latin(self) -> None:
        self.head(("X-Name", "caf\xe9"), ("Content-Length", "0"))

    def error(self) -> None:
        self.send_error(418, explain="short & <stout>")

    def unknown_status(self) -> None:
        self.send_response(299, "Odd")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def echo(self) -> None:
        said = [self.command, self.path, self.request_version, self.requestline]
        said += [f"{name}={value}" for name, value in sorted(self.headers.items())]
        said += [str(self.headers.get_all("x-a")), self.headers.get_content_type()]
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        said += [body.decode(), self.client_address[0], str(self.server_version)]
        text = "\n".join(said).encode()
        self.head(("Content-Type", "text/plain"), ("Content-Length", str(len(text))))
        self.wfile.write(text)

    def lines(self) -> None:
        first = self.rfile.readline()
        rest = self.rfile.read(int(self.headers["Content-Length"]) - len(first))
        self.head(("Content-Length", str(len(first) + len(rest))))
        self.wfile.write(rest + first)

    def unread(self) -> None:
        self.sized()  # and the body stays where it is

    def log_message(self, format: str, *args: object) -> None:
        """Keep quiet."""


ODD = [
    Ask("GET", "/until-close"),
    Ask("GET", "/sized"),
    Ask("GET", "/chunked"),
    Ask("GET", "/empty"),
    Ask("GET", "/no-content"),
    Ask("GET", "/not-modified"),
    Ask("GET", "/moved"),
    Ask("GET", "/cookies"),
    Ask("GET", "/latin"),
    Ask("GET", "/error"),
    Ask("HEAD", "/error"),
    Ask("GET", "/unknown-status"),
    Ask("GET", "/echo?a=%20b&c=%zz;"),
    Ask("GET", "//echo"),
    Ask("POST", "/echo", b"body", {"X-A": "1", "Content-Type": "Text/X; y=z", "Cookie": "a=b"}),
    Ask("POST", "/lines", b"first\nsecond\nthird" + b"x" * 100_000),
    Ask("POST", "/unread", b"GET /error HTTP/1.1\r\nHost: x\r\n\r\n"),
    Ask("PUT", "/sized"),
]
FILES = [
    Ask("GET", "/"),
    Ask("GET", "/sub"),
    Ask("GET", "/sub/"),
    Ask("GET", "/a%20file.txt"),
    Ask("HEAD", "/a%20file.txt"),
    Ask("GET", "/large.bin"),
    Ask("GET", "/a%20file.txt", None, {"If-Modified-Since": "Wed, 01 Jan 2098 00:00:00 GMT"}),
    Ask("GET", "/../secret.txt"),
    Ask("GET", "/%2e%2e/secret.txt"),
    Ask("GET", "/nowhere"),
    Ask("POST", "/a%20file.txt", b"x"),
]


class QuietFiles(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Keep quiet."""


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("files")
    (root / "secret.txt").write_text("secret")
    public = root / "public"
    (public / "sub").mkdir(parents=True)
    (public / "sub/index.html").write_text("<p>index</p>")
    (public / "a file.txt").write_text("text\n")
    (public / "large.bin").write_bytes(bytes(range(256)) * 4096)
    return public


class Quiet(todo_handler.TodoHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Keep quiet."""


@pytest.fixture(scope="module")
def answers(directory: Path) -> dict[tuple[str, int], tuple[Got, Got]]:
    """What each server answers to each row of each table, asked in order."""
    found: dict[tuple[str, int], tuple[Got, Got]] = {}
    files = partial(QuietFiles, directory=str(directory))
    for name, cls, table in (
        ("todo", Quiet, TODO),
        ("odd", OddHandler, ODD),
        ("files", files, FILES),
    ):
        columns = []
        for serve in (library, ours):
            todo_handler.todos = todo_handler.TodoList()
            with serve(cls) as port:
                columns.append([got(port, ask) for ask in table])
        for row, pair in enumerate(zip(*columns, strict=True)):
            found[name, row] = pair
    return found


@pytest.mark.parametrize("row", range(len(TODO)), ids=lambda row: str(TODO[row]))
def test_the_to_do_list_answers_the_same(
    answers: dict[tuple[str, int], tuple[Got, Got]], row: int
) -> None:
    theirs, here = answers["todo", row]
    assert here == theirs


@pytest.mark.parametrize("row", range(len(ODD)), ids=lambda row: str(ODD[row]))
def test_odd_handlers_answer_the_same(
    answers: dict[tuple[str, int], tuple[Got, Got]], row: int
) -> None:
    theirs, here = answers["odd", row]
    assert here == theirs


@pytest.mark.parametrize("row", range(len(FILES)), ids=lambda row: str(FILES[row]))
def test_a_directory_is_served_the_same(
    answers: dict[tuple[str, int], tuple[Got, Got]], row: int
) -> None:
    theirs, here = answers["files", row]
    assert here == theirs


def test_the_tables_see_what_they_are_for(
    answers: dict[tuple[str, int], tuple[Got, Got]],
) -> None:
    statuses = {answers["todo", row][1].status for row in range(len(TODO))}
    assert statuses == {200, 201, 202, 400, 404, 409, 501}
    assert answers["odd", ODD.index(Ask("GET", "/chunked"))][1].body == b"hello world"
    assert {answers["files", row][1].status for row in range(len(FILES))} == {
        200,
        301,
        304,
        404,
        501,
    }
    assert not any(b"secret" in here.body and here.status == 200 for _, here in answers.values()
                   if here.body[:1] != b"<")  # fmt: skip


def test_a_connection_is_kept_for_several_requests_also_when_a_body_is_not_read() -> None:
    with ours(OddHandler) as port:
        connection = HTTPConnection("127.0.0.1", port, timeout=20)
        for _ in range(3):
            connection.request("POST", "/unread", b"GET /error HTTP/1.1\r\n\r\n")
            assert connection.getresponse().read() == b"12345"
        connection.close()


def test_blocks_arrive_while_the_handler_still_runs() -> None:
    """The handler goes on only after the client has its first block."""
    arrived = threading.Event()

    class Slow(OddHandler):
        def do_GET(self) -> None:
            self.head(("Content-Type", "text/event-stream"))
            self.wfile.write(b"data: 1\n\n")
            assert arrived.wait(20)
            self.wfile.write(b"data: 2\n\n")

    with ours(Slow) as port:
        connection = HTTPConnection("127.0.0.1", port, timeout=20)
        connection.request("GET", "/")
        answer = connection.getresponse()
        assert answer.read1(100) == b"data: 1\n\n"
        arrived.set()
        assert answer.read() == b"data: 2\n\n"
        connection.close()


def test_a_chunked_upload_has_a_length_for_the_handler() -> None:
    with ours(OddHandler) as port:
        connection = HTTPConnection("127.0.0.1", port, timeout=20)
        connection.request("POST", "/lines", iter([b"a\n", b"x" * 2_000_000]), encode_chunked=True)
        body = connection.getresponse().read()
        assert (len(body), body[-2:]) == (2_000_002, b"a\n")
        connection.close()
