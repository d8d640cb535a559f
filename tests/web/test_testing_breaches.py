"""Applications that are broken, each in its own way; each is told what it did wrong."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from typing import Any

import pytest

from potstill.web.testing import Client, ConformanceError

PLAIN: list[Any] = [("Content-Type", "text/plain")]
Start = Any  # broken applications pass what its type forbids


def told(app: Callable[..., Any], method: str = "GET") -> str:
    """What the client says of an application."""
    with pytest.raises(ConformanceError) as caught:
        Client(app).request(method, "/")
    error = caught.value
    assert error.what
    assert error.section
    assert error.fix
    assert str(error) == f"{error.what} ({error.section}). {error.fix}"
    return str(error)


def answering(
    status: Any = "200 OK", headers: Any = PLAIN, body: Any = (b"a",)
) -> Callable[..., Any]:
    def app(environ: dict[str, Any], start_response: Start) -> Any:
        start_response(status, headers if headers is not PLAIN else list(PLAIN))
        return body

    return app


@pytest.mark.parametrize(
    "status",
    ["200", "OK", "20 OK", "2000 OK", "100 Continue", "600 Huge", "200 OK\r\nX-A: 1", "200 \u20ac",
     " 200 OK", "200 O\0K", "\u0662\u0660\u0660 OK"],
)  # fmt: skip
def test_a_status_is_a_code_a_space_and_a_reason(status: str) -> None:
    assert "start_response got the status" in told(answering(status))


@pytest.mark.parametrize("status", [200, b"200 OK", None, type("Text", (str,), {})("200 OK")])
def test_a_status_is_text(status: object) -> None:
    assert "which is not a str" in told(answering(status))


@pytest.mark.parametrize("headers", [(), {"A": "b"}, None, type("Lines", (list,), {})(), iter([])])
def test_headers_are_a_list(headers: object) -> None:
    assert "which are not a list" in told(answering(headers=headers))


@pytest.mark.parametrize("line", [["A", "b"], ("A",), ("A", "b", "c"), "Ab", None])
def test_a_header_is_a_tuple_of_two(line: object) -> None:
    assert "not a tuple of name and value" in told(answering(headers=[line]))


@pytest.mark.parametrize(
    "line", [(b"A", "b"), ("A", b"b"), ("A", 1), ("A", type("Text", (str,), {})("b"))]
)
def test_names_and_values_are_exactly_str(line: object) -> None:
    assert "is not exactly a str" in told(answering(headers=[line]))


@pytest.mark.parametrize("name", ["", "A:", "A b", "A\r\nB", "Ä", "A\0"])
def test_a_header_name_is_a_token(name: str) -> None:
    assert "is no header name" in told(answering(headers=[(name, "b")]))


@pytest.mark.parametrize(
    "value", ["a\nb", "a\rb", "a\0b", "a\x7fb", "\u20ac", "a\r\nSet-Cookie: b=c"]
)
def test_a_header_value_has_no_controls(value: str) -> None:
    assert "a character that cannot be sent" in told(answering(headers=[("A", value)]))


@pytest.mark.parametrize(
    "name",
    ["Connection", "keep-alive", "Proxy-Authenticate", "Proxy-Authorization", "TE", "Trailer",
     "Transfer-Encoding", "upgrade"],
)  # fmt: skip
def test_hop_by_hop_fields_are_the_servers(name: str) -> None:
    assert f"the application set {name}" in told(answering(headers=[(name, "x")]))


@pytest.mark.parametrize("length", ["", "-1", "+1", "1.0", "one", "\u00b2"])
def test_a_content_length_is_decimal(length: str) -> None:
    assert "the Content-Length is" in told(answering(headers=[("Content-Length", length)]))


def test_there_is_one_content_length() -> None:
    twice = [("Content-Length", "1"), ("content-length", "1")]
    assert "'1, 1'" in told(answering(headers=twice))


def test_204_has_no_content_length() -> None:
    broken = answering("204 No Content", [("Content-Length", "0")], [])
    assert "204 has a Content-Length" in told(broken)


@pytest.mark.parametrize("body", [b"a", "a", bytearray(b"a"), None, 1, object()])
def test_what_is_returned_is_an_iterable_of_blocks(body: object) -> None:
    assert "the application returned" in told(answering(body=body))


@pytest.mark.parametrize("block", ["a", 1, None, bytearray(b"a"), memoryview(b"a")])
def test_a_block_is_bytes(block: object) -> None:
    assert "not bytes" in told(answering(body=[block]))
    assert "not bytes" in told(answering(body=[b"a", block]))


def test_text_is_to_be_encoded() -> None:
    assert 'Encode it: text.encode("utf-8")' in told(answering(body=["a"]))


@pytest.mark.parametrize("body", [[], [b"a"], [b""]])
def test_start_response_is_called(body: list[bytes]) -> None:
    def app(environ: dict[str, Any], start_response: Start) -> list[bytes]:
        return body

    assert "without calling start_response" in told(app)


def test_start_response_comes_before_the_first_block() -> None:
    def app(environ: dict[str, Any], start_response: Start) -> Iterator[bytes]:
        yield b"a"
        start_response("200 OK", PLAIN)

    assert "without calling start_response" in told(app)


def test_start_response_is_called_once() -> None:
    def app(environ: dict[str, Any], start_response: Start) -> list[bytes]:
        start_response("200 OK", PLAIN)
        start_response("200 OK", PLAIN)
        return []

    assert "a second time without exc_info" in told(app)


def test_a_first_call_that_failed_was_a_call() -> None:
    def app(environ: dict[str, Any], start_response: Start) -> list[bytes]:
        with suppress(ConformanceError):
            start_response(200, PLAIN)
        start_response("200 OK", PLAIN)
        return []

    assert "which is not a str" in told(app)  # of two breaches the first


def test_start_response_is_called_by_position() -> None:
    def by_name(environ: dict[str, Any], start_response: Start) -> list[bytes]:
        start_response(status="200 OK", headers=PLAIN)
        return []

    def alone(environ: dict[str, Any], start_response: Start) -> list[bytes]:
        start_response("200 OK")
        return []

    assert "status, headers by name" in told(by_name)
    assert "1 positional" in told(alone)


@pytest.mark.parametrize("exc_info", [True, (), (None, None, None), ValueError("x")])
def test_exc_info_is_that_of_an_exception(exc_info: object) -> None:
    def app(environ: dict[str, Any], start_response: Start) -> list[bytes]:
        start_response("500 Broken", PLAIN, exc_info)
        return []

    assert "the exc_info" in told(app)


def test_start_response_ends_with_the_request() -> None:
    kept: list[Start] = []

    def app(environ: dict[str, Any], start_response: Start) -> list[bytes]:
        kept.append(start_response)
        start_response("200 OK", PLAIN)
        return []

    Client(app).get("/")
    with pytest.raises(ConformanceError, match="after the answer was complete"):
        kept[0]("200 OK", PLAIN)


def test_write_ends_with_the_request() -> None:
    kept: list[Callable[[bytes], None]] = []

    def app(environ: dict[str, Any], start_response: Start) -> list[bytes]:
        kept.append(start_response("200 OK", PLAIN))
        return []

    Client(app).get("/")
    with pytest.raises(ConformanceError, match="write was called after"):
        kept[0](b"a")


def test_write_takes_bytes() -> None:
    def app(environ: dict[str, Any], start_response: Start) -> list[bytes]:
        start_response("200 OK", PLAIN)("a")
        return []

    assert "write got 'a' (str), not bytes" in told(app)


def test_write_is_not_called_while_the_body_is_iterated() -> None:
    def app(environ: dict[str, Any], start_response: Start) -> Iterator[bytes]:
        write = start_response("200 OK", PLAIN)
        write(b"a")
        yield b"b"

    assert "from inside the iterable" in told(app)


@pytest.mark.parametrize(
    ("body", "sent"), [([b"abc"], "3 bytes in all"), ([b"abcd", b"ef"], "6 bytes or more")]
)
def test_the_content_length_is_that_of_the_body(body: list[bytes], sent: str) -> None:
    broken = answering(headers=[("Content-Length", "5")], body=body)
    message = told(broken)
    assert "the Content-Length is 5" in message
    assert sent in message


def test_write_counts_towards_the_content_length() -> None:
    def app(environ: dict[str, Any], start_response: Start) -> list[bytes]:
        start_response("200 OK", [("Content-Length", "2")])(b"abc")
        return []

    assert "3 bytes or more" in told(app)


@pytest.mark.parametrize("status", ["204 No Content", "205 Reset Content", "304 Not Modified"])
def test_some_statuses_have_no_body(status: str) -> None:
    assert f"follows the status {status[:3]}" in told(answering(status))


def test_a_body_that_follows_a_head_is_dropped_as_servers_do() -> None:
    for app in (answering(), writing_app):
        answer = Client(app).head("/")
        assert (answer.status, answer.body) == (200, b"")
    written = Client(answering(headers=[("Content-Length", "5")], body=[b""])).head("/")
    assert written.headers["Content-Length"] == "5"  # what GET would have


def writing_app(environ: dict[str, Any], start_response: Start) -> list[bytes]:
    write = start_response("200 OK", [("Content-Length", "2")])
    write(b"a")
    write(b"b")
    return []


def test_no_more_is_asked_for_of_a_body_that_is_dropped_and_it_is_closed() -> None:
    told: list[str] = []

    def blocks() -> Iterator[bytes]:
        try:
            while True:
                told.append("made")
                yield b"x"
        finally:
            told.append("closed")

    def app(environ: dict[str, Any], start_response: Start) -> Iterator[bytes]:
        start_response("200 OK", [("Content-Type", "text/plain")])
        return blocks()

    assert Client(app).head("/").body == b""
    with Client(app).stream("HEAD", "/") as answer:
        assert list(answer) == []
    assert told == ["made", "closed"] * 2


DJANGO = """
from django.conf import settings
settings.configure(ROOT_URLCONF=__name__, ALLOWED_HOSTS=["localhost"])
from django.core.wsgi import get_wsgi_application
from django.http import HttpResponse
from django.urls import path
from potstill.web.testing import Client
urlpatterns = [path("", lambda request: HttpResponse("Hello"))]
client = Client(get_wsgi_application())
assert client.get("/").body == b"Hello"
assert client.head("/").body == b""
"""


def test_django_which_leaves_head_to_its_server_is_tested_as_it_is() -> None:
    subprocess.run([sys.executable, "-c", DJANGO], check=True, timeout=60)


def test_len_is_the_number_of_blocks() -> None:
    class Wrapped:
        def __len__(self) -> int:
            return 1

        def __iter__(self) -> Iterator[bytes]:
            return iter([b"a", b"b"])

    assert "has the len() 1, and gave 2 blocks" in told(answering(body=Wrapped()))


def test_input_takes_sizes_that_are_numbers() -> None:
    def app(environ: dict[str, Any], start_response: Start) -> list[bytes]:
        environ["wsgi.input"].read(environ["CONTENT_LENGTH"])
        return []

    assert "wsgi.input.read got the size '0'" in told(app, "POST")


@pytest.mark.parametrize("method", ["read", "readline", "readlines"])
def test_input_ends_with_the_request(method: str) -> None:
    kept: list[Any] = []

    def app(environ: dict[str, Any], start_response: Start) -> list[bytes]:
        kept.append(environ["wsgi.input"])
        start_response("200 OK", PLAIN)
        return []

    Client(app).get("/")
    with pytest.raises(ConformanceError, match="after the request was over"):
        getattr(kept[0], method)()


def test_errors_take_text() -> None:
    def app(environ: dict[str, Any], start_response: Start) -> list[bytes]:
        environ["wsgi.errors"].write(b"a")
        return []

    assert "wsgi.errors.write got" in told(app)


def test_a_breach_that_the_application_catches_is_told_all_the_same() -> None:
    def app(environ: dict[str, Any], start_response: Start) -> Iterable[bytes]:
        try:
            start_response("200", PLAIN)
        except Exception:
            start_response("500 Sorry", PLAIN, sys.exc_info())
        return [b"sorry"]

    assert "the status '200'" in told(app)
    with pytest.raises(ConformanceError):
        Client(app, raise_errors=False).get("/")


def test_what_was_returned_is_closed_after_a_breach() -> None:
    closed: list[bool] = []

    class Body:
        def __iter__(self) -> Iterator[Any]:
            return iter(["a"])

        def close(self) -> None:
            closed.append(True)

    told(answering(body=Body()))
    assert closed == [True]


def test_a_sequence_without_iter_is_iterable_too() -> None:
    class Old:
        def __getitem__(self, index: int) -> bytes:
            return [b"a", b"b"][index]

    assert Client(answering(body=Old())).get("/").body == b"ab"
