"""What becomes of a request and an answer on their way through a handler class."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import partial
from http.server import BaseHTTPRequestHandler
from typing import Any
from wsgiref.types import WSGIApplication, WSGIEnvironment
from wsgiref.util import setup_testing_defaults
from wsgiref.validate import validator

import pytest

from potstill.web.handlers.handler import handler
from potstill.web.testing import Answer, Client, ConformanceError

Verb = Callable[[Any], object]


def serving(do_get: Verb, **names: Any) -> Client:
    """A client of a handler class with this `do_GET`, and `do_POST`, `do_HEAD` the same."""
    verbs = {"do_GET": do_get, "do_POST": do_get, "do_HEAD": do_get}
    return Client(handler(type("Odd", (BaseHTTPRequestHandler,), verbs | names)))


def head(handler: Any, *lines: tuple[str, str], status: int = 200) -> None:
    handler.send_response(status)
    for name, value in lines:
        handler.send_header(name, value)
    handler.end_headers()


def text(handler: Any, body: str) -> None:
    data = body.encode()
    head(handler, ("Content-Length", str(len(data))))
    handler.wfile.write(data)


def writing(*blocks: bytes) -> Verb:
    def verb(handler: Any) -> None:
        for block in blocks:
            handler.wfile.write(block)

    return verb


OK = b"HTTP/1.0 200 OK\r\n"

# -- answers -------------------------------------------------------------------------------------


def test_date_and_server_are_left_to_the_server() -> None:
    answer = serving(lambda h: text(h, "x")).get("/")
    assert answer.headers.lines == [("Content-Length", "1")]


def test_a_class_that_names_itself_is_named() -> None:
    answer = serving(lambda h: text(h, "x"), server_version="Shop/2", sys_version="").get("/")
    assert answer.headers["Server"].strip() == "Shop/2"
    answer = serving(lambda h: text(h, "x"), version_string=lambda h: "Pot").get("/")
    assert answer.headers["Server"] == "Pot"


def test_fields_of_the_connection_are_not_passed_on() -> None:
    lines = [("Connection", "keep-alive"), ("Keep-Alive", "timeout=5"), ("X-A", "b")]
    assert serving(lambda h: head(h, *lines)).get("/").headers.lines == [("X-A", "b")]


def test_a_handler_that_answers_nothing_is_told() -> None:
    with pytest.raises(RuntimeError, match="Odd did not answer GET: it wrote nothing"):
        serving(lambda h: None).get("/")
    assert Client(serving(lambda h: None).app, raise_errors=False).get("/").status == 500


def test_headers_that_were_not_ended_are_told() -> None:
    with pytest.raises(RuntimeError, match="did not call end_headers"):
        serving(lambda h: h.send_response(200)).get("/")
    with pytest.raises(RuntimeError, match="its head has no end"):
        serving(writing(OK)).get("/")


def test_a_body_before_its_headers_is_told() -> None:
    def verb(handler: Any) -> None:
        handler.send_response(200)
        handler.wfile.write(b"<p>hello")

    with pytest.raises(RuntimeError, match=r"call send_response\(\) and end_headers\(\) before"):
        serving(verb).get("/")


@pytest.mark.parametrize(
    "start", [b"HTTP/1.0 20 OK\r\n\r\n", b"HTTP/1 200 OK\r\n\r\n", b"HTTP/1.0 200 O\0K\r\n\r\n"]
)
def test_what_is_no_status_line_is_told(start: bytes) -> None:
    with pytest.raises(RuntimeError, match="no status line"):
        serving(writing(start)).get("/")


@pytest.mark.parametrize("line", [b"X", b" folded: x", b"X y: z", b"X: a\nY: b", b"X: a\0"])
def test_what_is_no_header_is_told(line: bytes) -> None:
    with pytest.raises(ValueError, match="header"):
        serving(writing(OK + line + b"\r\n\r\n")).get("/")


def test_a_head_without_end_does_not_fill_the_memory() -> None:
    with pytest.raises(RuntimeError, match="beyond 262144 bytes"):
        serving(writing(OK, *[b"X: " + b"a" * 1000 + b"\r\n"] * 300)).get("/")


@pytest.mark.parametrize("value", ["a\r\nSet-Cookie: b=c", "a\nb", "a\rb", "a\0b"])
def test_a_line_end_in_a_header_is_refused(value: str) -> None:
    with pytest.raises(ValueError, match="a line end or NUL in the header"):
        serving(lambda h: head(h, ("X-A", value))).get("/")
    with pytest.raises(ValueError, match="a line end or NUL in the header"):
        serving(lambda h: head(h, (f"X{value}", "a"))).get("/")


def test_a_handler_that_catches_the_refusal_can_answer_with_an_error() -> None:
    def verb(handler: Any) -> None:
        try:
            head(handler, ("X-A", "a\nb"))
        except ValueError:
            handler.send_error(500)

    answer = serving(verb).get("/")
    assert answer.status == 500
    assert "X-A" not in answer.headers


def test_it_is_refused_from_an_overridden_method_too() -> None:
    def send_header(self: Any, name: str, value: str) -> None:
        BaseHTTPRequestHandler.send_header(self, name, value + "\r\nX-B: c")

    with pytest.raises(ValueError, match="a line end or NUL in the header"):
        serving(lambda h: head(h, ("X-A", "b")), send_header=send_header).get("/")


def test_a_reason_cannot_end_its_line() -> None:
    def verb(handler: Any) -> None:
        handler.send_response(200, "OK\r\nX-B: c")
        handler.end_headers()

    with pytest.raises(ValueError, match="a line end"):
        serving(verb).get("/")


def test_an_interim_answer_is_not_the_answer() -> None:
    def verb(handler: Any) -> None:
        handler.send_response_only(100)
        handler.end_headers()
        text(handler, "final")

    assert serving(verb).get("/").text == "final"


def test_early_hints_are_passed_on_where_the_server_can() -> None:
    hints: list[list[tuple[str, str]]] = []

    def verb(handler: Any) -> None:
        handler.send_response_only(103)
        handler.send_header("Link", "</a.css>; rel=preload")
        handler.send_header("X-A", "b")
        handler.end_headers()
        text(handler, "final")

    client = serving(verb)
    assert client.get("/", environ={"wsgi.early_hints": hints.append}).text == "final"
    assert hints == [[("Link", "</a.css>; rel=preload")]]


def test_switching_protocols_is_not_possible() -> None:
    with pytest.raises(RuntimeError, match="101"):
        serving(lambda h: head(h, ("Upgrade", "websocket"), status=101)).get("/")


def test_a_body_that_head_did_not_want_is_dropped() -> None:
    answer = serving(lambda h: text(h, "body")).head("/")
    assert (answer.headers["Content-Length"], answer.body) == ("4", b"")


@pytest.mark.parametrize("status", [204, 205, 304])
def test_a_body_that_the_status_does_not_have_is_dropped(status: int) -> None:
    def verb(handler: Any) -> None:
        head(handler, ("Content-Length", "4"), status=status)
        handler.wfile.write(b"body")

    answer = serving(verb).get("/")
    assert (answer.status, answer.body) == (status, b"")
    assert ("Content-Length" in answer.headers) is (status == 304)  # of what 200 would have


def test_what_is_beyond_the_content_length_is_not_sent() -> None:
    def verb(handler: Any) -> None:
        head(handler, ("Content-Length", "4"))
        handler.wfile.write(b"abc")
        handler.wfile.write(b"defg")
        handler.wfile.write(b"HTTP/1.1 200 OK\r\n\r\n")

    answer = serving(verb).get("/")
    assert answer.body == b"abcd"
    assert "wrote 22 bytes beyond its Content-Length" in answer.errors


def test_too_little_is_left_to_the_server_to_tell() -> None:
    def verb(handler: Any) -> None:
        head(handler, ("Content-Length", "4"))
        handler.wfile.write(b"abc")

    with pytest.raises(ConformanceError, match="Content-Length is 4"):
        serving(verb).get("/")


CHUNKED = OK + b"Transfer-Encoding: Chunked\r\nContent-Length: 9\r\n\r\n"
CHUNKS = b"3\r\nabc\r\n0A ;x=y\r\n0123456789\r\n0\r\nX-T: 1\r\n\r\n"


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1000])
def test_chunks_are_taken_off_wherever_they_are_cut(size: int) -> None:
    sent = CHUNKED + CHUNKS
    answer = serving(writing(*[sent[at : at + size] for at in range(0, len(sent), size)])).get("/")
    assert (answer.body, answer.headers.lines) == (b"abc0123456789", [])
    assert serving(writing(sent)).head("/").body == b""


@pytest.mark.parametrize("chunks", [b"x\r\n", b"-1\r\n", b"\r\n", b"1\r\nab\r\n", b"0x1\r\n"])
def test_broken_chunks_are_told(chunks: bytes) -> None:
    with pytest.raises(RuntimeError, match=r"no size of a chunk|follows a chunk"):
        serving(writing(CHUNKED, chunks)).get("/")


@pytest.mark.parametrize("chunks", [b"", b"3\r\nab", b"3\r\nabc\r\n", b"3\r\nabc\r\n0\r\n"])
def test_a_missing_last_chunk_is_told(chunks: bytes) -> None:
    with pytest.raises(RuntimeError, match="did not write its last chunk"):
        serving(writing(CHUNKED, chunks)).get("/")


def test_other_codings_are_told() -> None:
    with pytest.raises(RuntimeError, match="gzip"):
        serving(lambda h: head(h, ("Transfer-Encoding", "gzip, chunked"))).get("/")


def test_an_exception_before_the_body_becomes_the_servers_500() -> None:
    def verb(handler: Any) -> None:
        head(handler, ("X-A", "b"))
        raise LookupError("x")

    with pytest.raises(LookupError):
        serving(verb).get("/")
    answer = Client(serving(verb).app, raise_errors=False).get("/")
    assert answer.status == 500
    assert "X-A" not in answer.headers


def test_an_exception_in_the_body_is_raised_to_the_server() -> None:
    def verb(handler: Any) -> None:
        text(handler, "x")
        raise LookupError("x")

    with pytest.raises(LookupError):
        Client(serving(verb).app, raise_errors=False).get("/")


def test_an_error_can_replace_a_head_that_the_server_refused() -> None:
    def verb(handler: Any) -> None:
        try:
            head(handler, ("Content-Length", "abc"))
        except RefusedError:
            handler.send_error(500)

    class RefusedError(Exception): ...

    started: list[tuple[Any, ...]] = []

    def start_response(*arguments: Any) -> Callable[[bytes], object]:
        started.append(arguments)
        if len(started) == 1:
            raise RefusedError
        return lambda data: None

    environ: WSGIEnvironment = {}
    setup_testing_defaults(environ)
    serving(verb).app(environ, start_response)
    assert started[1][0] == "500 Internal Server Error"
    assert started[1][2][0] is RefusedError


# -- requests ------------------------------------------------------------------------------------


def path_of(path: str, **options: Any) -> str:
    """What a handler sees as its path."""
    base = options.pop("base", "http://localhost")
    app: WSGIApplication = handler(Echo, below_mount=options.pop("below_mount", False))
    return Client(app, base).get(path, environ=options).text


class Echo(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        text(self, self.path)

    def log_message(self, format: str, *args: object) -> None:
        """Keep quiet."""


@pytest.mark.parametrize("key", ["potstill.raw_target", "RAW_URI", "REQUEST_URI"])
def test_the_path_is_as_it_was_sent_where_the_server_tells(key: str) -> None:
    assert path_of("/a%2Fb%7e?x=%20", **{key: "/a%2Fb%7e?x=%20"}) == "/a%2Fb%7e?x=%20"
    assert path_of("/a", **{key: "http://example.com/%61"}) == "http://example.com/%61"


def test_else_it_is_put_together_again() -> None:
    assert path_of("/a%20b/caf%C3%A9;x=1/~?q=%20&r=a+b") == "/a%20b/caf%C3%A9;x=1/~?q=%20&r=a+b"
    assert path_of("/a%0D%0AX-B:%20c%25") == "/a%0D%0AX-B:%20c%25"


@pytest.mark.parametrize("raw", ["/other", "/a?y", "/a b", "/a\x85b", "", None, "/a\r\nX: y"])
def test_a_raw_target_that_is_not_meant_any_more_is_not_believed(raw: str | None) -> None:
    assert path_of("/a", RAW_URI=raw) == "/a"


def test_a_mounted_handler_sees_the_whole_path_or_what_is_below() -> None:
    base = "http://localhost/old%20app"
    assert path_of("/a?b", base=base) == "/old%20app/a?b"
    assert path_of("/a?b", base=base, below_mount=True) == "/a?b"
    assert path_of("", base=base, below_mount=True) == "/"
    assert path_of("/a", base=base, below_mount=True, RAW_URI="/old%20app/a") == "/a"


def test_slashes_at_the_start_are_as_in_the_library() -> None:
    assert path_of("//evil.example/x") == "/evil.example/x"


def test_everything_a_handler_may_look_at_is_there() -> None:
    def verb(handler: Any) -> None:
        assert (handler.command, handler.requestline) == ("POST", "POST /x HTTP/1.0")
        assert handler.request_version == "HTTP/1.0"
        assert handler.client_address == ("192.0.2.1", 5000)
        assert handler.address_string() == "192.0.2.1"
        assert handler.connection is handler.request
        assert handler.connection.getpeername() == ("192.0.2.1", 5000)
        assert handler.connection.getsockname() == ("localhost", 80)
        assert handler.connection.gettimeout() is None
        assert handler.server.server_address == ("localhost", 80)
        assert (handler.server.server_name, handler.server.server_port) == ("localhost", 80)
        assert handler.server.RequestHandlerClass.__name__ == "Odd"
        assert handler.close_connection is True
        assert handler.headers["x-a"] == "1"
        assert handler.headers.get_content_type() == "text/plain"
        assert handler.raw_requestline == b"POST /x HTTP/1.0\r\n"
        assert handler.date_time_string(0) == "Thu, 01 Jan 1970 00:00:00 GMT"
        assert handler.rfile.peek(1)[:1] == b"b"
        assert handler.rfile.read() == b"body"
        assert handler.rfile.read(1) == handler.rfile.readline() == b""
        handler.connection.shutdown(2)
        text(handler, "done")

    environ = {"REMOTE_ADDR": "192.0.2.1", "REMOTE_PORT": "5000", "SERVER_PROTOCOL": "HTTP/1.0"}
    answer = serving(verb).post("/x", body="body", headers={"X-A": "1"}, environ=environ)
    assert answer.text == "done"


def test_the_server_can_be_any_object() -> None:
    class Shop:
        name = "corner"

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            assert isinstance(self.server, Shop)
            text(self, self.server.name)

    assert Client(handler(Handler, server=Shop())).get("/").text == "corner"


@pytest.mark.parametrize("protocol", ["HTTP/2", "HTTP/3.0", ""])
def test_later_versions_are_1_1_to_a_handler(protocol: str) -> None:
    answer = serving(lambda h: text(h, h.request_version)).get(
        "/", environ={"SERVER_PROTOCOL": protocol}
    )
    assert answer.text == "HTTP/1.1"


def test_a_missing_verb_is_501_as_in_the_library() -> None:
    answer = serving(lambda h: None).request("BREW", "/")
    assert answer.status == 501
    assert "Unsupported method ('BREW')" in answer.text


def test_any_verb_is_possible() -> None:
    client = serving(lambda h: None, do_BREW=lambda h: text(h, "coffee"))
    assert client.request("BREW", "/").text == "coffee"


def test_there_is_one_request_whatever_the_handler_says_of_the_connection() -> None:
    def verb(handler: Any) -> None:
        handler.close_connection = False
        text(handler, "once")

    body = b"GET / HTTP/1.1\r\n\r\n"
    answer = serving(verb, protocol_version="HTTP/1.1").post("/", body=body)
    assert answer.text == "once"
    assert answer.errors.count("POST") == 1


def test_100_continue_is_the_servers() -> None:
    client = serving(lambda h: text(h, "x"), protocol_version="HTTP/1.1")
    assert client.post("/", body=b"a", headers={"Expect": "100-continue"}).text == "x"

    def refuse(handler: Any) -> bool:
        handler.send_error(417)
        return False

    client = serving(lambda h: None, protocol_version="HTTP/1.1", handle_expect_100=refuse)
    assert client.post("/", body=b"a", headers={"Expect": "100-continue"}).status == 417


def test_the_body_is_read_when_the_handler_reads_it() -> None:
    made: list[int] = []

    def blocks() -> Iterator[bytes]:
        made.append(1)
        yield b"abc"

    def verb(handler: Any) -> None:
        assert made == []
        text(handler, handler.rfile.read(3).decode())

    answer = serving(verb).post("/", body=blocks(), environ={"CONTENT_LENGTH": "3"})
    assert answer.text == "abc"


def test_a_body_of_unknown_length_has_one_for_the_handler() -> None:
    def verb(handler: Any) -> None:
        assert "Transfer-Encoding" not in handler.headers
        text(handler, str(len(handler.rfile.read(int(handler.headers["Content-Length"])))))

    blocks = [b"x" * 100_000] * 20
    assert serving(verb).post("/", body=blocks).text == "2000000"
    assert serving(verb).post("/", body=[]).text == "0"


# -- the class -----------------------------------------------------------------------------------


def test_what_is_logged_goes_to_wsgi_errors() -> None:
    def verb(handler: Any) -> None:
        handler.log_error("100%% of %s", "it\n\x1b")
        text(handler, "x")

    errors = serving(verb).get("/x").errors.splitlines()
    assert errors[0].startswith("127.0.0.1 - - [")
    assert errors[0].endswith(r"] 100% of it\x0a\x1b")
    assert errors[1].endswith('] "GET /x HTTP/1.1" 200 -')


def test_logging_can_be_overridden() -> None:
    logged: list[str] = []
    client = serving(
        lambda h: text(h, "x"),
        log_message=lambda h, format, *args: logged.append(format % args),
        log_date_time_string=lambda h: "now",
    )
    assert client.get("/").errors == ""
    assert logged == ['"GET / HTTP/1.1" 200 -']
    assert "[now]" in serving(lambda h: text(h, "x"), log_date_time_string=lambda h: "now").get(
        "/"
    ).errors  # fmt: skip


def test_set_up_and_clean_up_of_a_class_are_run() -> None:
    events: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        wbufsize = 8192
        timeout = 5
        disable_nagle_algorithm = True

        def setup(self) -> None:
            super().setup()
            events.append("setup")

        def do_GET(self) -> None:
            events.append("verb")
            head(self)
            self.wfile.write(b"buffered")

        def finish(self) -> None:
            super().finish()
            events.append("finish")

    assert Client(handler(Handler)).get("/").body == b"buffered"
    assert events == ["setup", "verb", "finish"]


def test_arguments_of_a_class_are_given_by_partial() -> None:
    class Handler(BaseHTTPRequestHandler):
        def __init__(self, greeting: str, *args: Any, name: str, **named: Any) -> None:
            self.says = f"{greeting} {name}"
            super().__init__(*args, **named)

        def do_GET(self) -> None:
            text(self, self.says)

    assert Client(handler(partial(Handler, "Hello", name="you"))).get("/").text == "Hello you"


def test_a_class_knows_its_own_name() -> None:
    def named(handler: Any) -> Answer | None:
        text(handler, f"{type(handler).__name__} {isinstance(handler, BaseHTTPRequestHandler)}")
        return None

    assert serving(named).get("/").text == "Odd True"


def test_the_library_is_imported_by_the_class_alone() -> None:
    code = "import sys, potstill.web.handlers.handler; assert 'http.server' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_time_limit_within_the_body_is_not_the_end_of_the_answer() -> None:
    def verb(handler: Any) -> None:
        head(handler)
        handler.wfile.write(b"half")
        raise TimeoutError("the database")

    with pytest.raises(TimeoutError, match="the database"):
        serving(verb).get("/")


def test_the_validator_of_the_library_finds_nothing_to_say_of_a_handler() -> None:
    def verb(handler: Any) -> None:
        body = handler.rfile.read(int(handler.headers["Content-Length"]))
        head(handler, ("Content-Type", "text/plain"), ("Content-Length", str(len(body))))
        handler.wfile.write(body)

    client = Client(validator(serving(verb).app))
    assert client.post("/a?b", body=b"hello").body == b"hello"
    assert client.head("/", headers={"Content-Length": "0"}).body == b""
