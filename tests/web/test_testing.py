from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from io import BytesIO
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment
from wsgiref.validate import validator

import bottle
import flask
import pytest

from potstill.web.testing import Answer, Client

PLAIN = [("Content-Type", "text/plain; charset=utf-8")]


def seen(environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
    """Answers with the environ and the body, as JSON."""
    told = {key: value for key, value in environ.items() if isinstance(value, (str, bool))}
    told["body"] = environ["wsgi.input"].read().decode()
    start_response("200 OK", [("Content-Type", "application/json")])
    return [json.dumps(told).encode()]


def told(answer: Answer) -> dict[str, Any]:
    value: dict[str, Any] = answer.json()
    return value


@contextmanager
def lifespan(events: list[str]) -> Iterator[None]:
    events.append("start")
    try:
        yield
    finally:
        events.append("stop")


def test_a_request_has_what_pep_3333_requires() -> None:
    environ = told(Client(seen).get("/a%20b/caf%C3%A9?x=1&x=%20"))
    assert environ["REQUEST_METHOD"] == "GET"
    assert environ["SCRIPT_NAME"] == ""
    assert environ["PATH_INFO"] == "/a b/caf\xc3\xa9"
    assert environ["QUERY_STRING"] == "x=1&x=%20"
    assert (environ["SERVER_NAME"], environ["SERVER_PORT"]) == ("localhost", "80")
    assert environ["SERVER_PROTOCOL"] == "HTTP/1.1"
    assert environ["HTTP_HOST"] == "localhost"
    assert environ["wsgi.url_scheme"] == "http"
    assert "CONTENT_LENGTH" not in environ


def test_environ_is_a_plain_dict_of_this_request_alone() -> None:
    kinds = []

    def app(environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
        kinds.append((type(environ), "mark" in environ))
        environ["mark"] = "x"
        for key in [key for key in environ if key.startswith("HTTP_")]:
            del environ[key]
        start_response("200 OK", PLAIN)
        return []

    client = Client(app)
    assert [client.get("/").status, client.get("/").status] == [200, 200]
    assert kinds == [(dict, False)] * 2


def test_text_in_a_url_is_encoded_as_a_browser_does() -> None:
    environ = told(Client(seen).get("/café?q=ü#part"))
    assert environ["PATH_INFO"] == "/caf\xc3\xa9"
    assert environ["QUERY_STRING"] == "q=%C3%BC"


def test_a_query_is_added_to_the_one_there_is() -> None:
    query = {"b": ["1", 2], "c": True, "none": None, "d": "a&b"}
    answer = Client(seen).get("/?a=0", query=query)
    assert told(answer)["QUERY_STRING"] == "a=0&b=1&b=2&c=true&d=a%26b"
    assert told(Client(seen).get("/", query=[("a", 1), ("a", 2)]))["QUERY_STRING"] == "a=1&a=2"


def test_a_whole_url_has_its_own_scheme_and_host() -> None:
    environ = told(Client(seen).get("https://example.com:8443/x"))
    assert environ["HTTP_HOST"] == "example.com:8443"
    assert environ["SERVER_PORT"] == "8443"
    assert environ["wsgi.url_scheme"] == "https"


def test_the_path_of_the_base_is_the_mount_point() -> None:
    client = Client(seen, "https://example.com/app/")
    environ = told(client.get("/x"))
    assert (environ["SCRIPT_NAME"], environ["PATH_INFO"]) == ("/app", "/x")
    assert told(client.get(""))["PATH_INFO"] == ""
    with pytest.raises(ValueError, match="not below"):
        client.get("https://example.com/apple")


@pytest.mark.parametrize("path", ["x", "ftp://example.com/", "//example.com/x"])
def test_what_is_no_path_is_refused(path: str) -> None:
    if path.startswith("//"):
        assert told(Client(seen).get(path))["PATH_INFO"] == path
    else:
        with pytest.raises(ValueError, match=r"slash|web server"):
            Client(seen).get(path)


def test_headers_of_the_client_give_way_to_those_of_the_request() -> None:
    client = Client(seen, headers={"X-A": "client", "Accept": "text/html"})
    environ = told(client.get("/", headers=[("x-a", "1"), ("X-A", "2"), ("Host", "h:1")]))
    assert environ["HTTP_X_A"] == "1, 2"
    assert environ["HTTP_ACCEPT"] == "text/html"
    assert environ["HTTP_HOST"] == "h:1"


@pytest.mark.parametrize("name", ["X_A", "X A", "X:"])
def test_a_header_that_no_server_passes_on_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="header"):
        Client(seen).get("/", headers={name: "1"})
    with pytest.raises(ValueError, match="character"):
        Client(seen).get("/", headers={"X-A": "1\r\nX-B: 2"})


def test_json_is_sent_as_such() -> None:
    environ = told(Client(seen).post("/", json={"a": ["é", None]}))
    assert environ["body"] == '{"a":["é",null]}'
    assert environ["CONTENT_TYPE"] == "application/json"
    assert environ["CONTENT_LENGTH"] == "17"


def test_null_is_json_too() -> None:
    assert told(Client(seen).put("/", json=None))["body"] == "null"


def test_json_encodes_what_msgspec_knows() -> None:
    import datetime

    answer = Client(seen).post("/", json={"due": datetime.date(2026, 5, 1)})
    assert told(answer)["body"] == '{"due":"2026-05-01"}'


def test_the_content_type_can_be_another() -> None:
    headers = {"Content-Type": "application/merge-patch+json"}
    environ = told(Client(seen).patch("/", json={}, headers=headers))
    assert environ["CONTENT_TYPE"] == "application/merge-patch+json"


def test_a_form_is_urlencoded() -> None:
    environ = told(Client(seen).post("/", form={"a": "é &", "b": [1, 2]}))
    assert environ["body"] == "a=%C3%A9+%26&b=1&b=2"
    assert environ["CONTENT_TYPE"] == "application/x-www-form-urlencoded"


def test_several_bodies_are_refused() -> None:
    with pytest.raises(ValueError, match="one body"):
        Client(seen).post("/", json={}, form={})
    with pytest.raises(ValueError, match="one body"):
        Client(seen).post("/", body=b"", files={})


def test_a_post_without_a_body_has_length_zero_and_text_is_utf_8() -> None:
    assert told(Client(seen).post("/"))["CONTENT_LENGTH"] == "0"
    environ = told(Client(seen).request("QUERY", "/", body="é"))
    assert (environ["CONTENT_LENGTH"], environ["CONTENT_TYPE"]) == (
        "2",
        "text/plain; charset=utf-8",
    )


def test_a_streamed_body_is_read_as_it_is_made_and_has_no_length() -> None:
    made: list[int] = []

    def blocks() -> Iterator[bytes]:
        for number in range(3):
            made.append(number)
            yield b"ab\n"

    def app(environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
        assert "CONTENT_LENGTH" not in environ
        assert environ["wsgi.input_terminated"] is True
        assert environ["wsgi.input"].read(2) == b"ab"
        assert made == [0]
        start_response("200 OK", PLAIN)
        return [environ["wsgi.input"].read()]

    assert Client(app).put("/", body=blocks()).body == b"\nab\nab\n"


def test_input_has_all_its_ways_to_be_read() -> None:
    def app(environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
        body = environ["wsgi.input"]
        assert body.read(0) == b""
        assert body.read(1) == b"1"
        assert body.readline(2) == b"23"
        assert body.readline() == b"4\n"
        assert body.readline(0) == b""
        assert body.readline(99) == b"b\n"
        assert body.readline(-1) == b"c\n"
        assert body.readlines(1) == [b"d\n"]
        assert next(iter(body)) == b"e\n"
        assert body.readlines() == [b"f\n", b"g\n", b"h"]
        assert body.read() == body.read(-1) == body.readline() == body.read(5) == b""
        assert list(body) == body.readlines() == []
        start_response("200 OK", PLAIN)
        return []

    lines = b"1234\nb\nc\nd\ne\nf\ng\nh"
    assert Client(app).post("/", body=lines).status == 200
    assert Client(app).post("/", body=(bytes([byte]) for byte in lines)).status == 200
    assert Client(app).post("/", body=[lines[:3], b"", lines[3:]]).status == 200


def test_input_has_no_more_methods_than_servers_give() -> None:
    def app(environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
        environ["wsgi.input"].seek(0)
        raise AssertionError

    with pytest.raises(AttributeError, match=r"wsgi.input has no seek"):
        Client(app).get("/")


def test_errors_are_kept_as_text() -> None:
    def app(environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
        environ["wsgi.errors"].write("a\n")
        environ["wsgi.errors"].writelines(["b", "c\n"])
        environ["wsgi.errors"].flush()
        start_response("200 OK", PLAIN)
        return []

    assert Client(app).get("/").errors == "a\nbc\n"


def test_environ_can_have_more_than_the_client_puts_there() -> None:
    answer = Client(seen).get("/", environ={"REMOTE_ADDR": "192.0.2.1", "x.extra": "y"})
    assert told(answer)["REMOTE_ADDR"] == "192.0.2.1"
    assert told(answer)["x.extra"] == "y"


def test_an_answer_reads_as_text_json_and_headers() -> None:
    def app(environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
        lines = [("Content-Type", 'Text/Plain; charset="latin-1"'), ("X-A", "1"), ("x-a", "2")]
        start_response("418 Tea", lines)
        return [b"caf\xe9", b""]

    answer = Client(app).get("/")
    assert (answer.status, answer.reason, answer.text) == (418, "Tea", "café")
    assert answer.content_type == "text/plain"
    assert answer.headers["X-a"] == "1"
    assert answer.headers.all("X-A") == ["1", "2"]
    assert answer.url == "http://localhost/"


def test_write_comes_before_what_is_iterated() -> None:
    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        write = start_response("200 OK", [*PLAIN, ("Content-Length", "3")])
        write(b"a")
        write(b"")
        write(b"b")
        return iter([b"c"])

    assert Client(app).get("/").body == b"abc"


def test_start_response_may_wait_for_the_first_iteration() -> None:
    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterator[bytes]:
        yield b""
        start_response("200 OK", PLAIN)
        yield b"a"

    assert Client(app).get("/").body == b"a"


def test_an_error_replaces_what_was_not_sent() -> None:
    def app(environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
        start_response("200 OK", [("X-A", "1")])
        try:
            raise KeyError("x")
        except KeyError:
            start_response("500 Broken", PLAIN, sys.exc_info())
        return [b"sorry"]

    answer = Client(app).get("/")
    assert (answer.status, answer.headers.lines, answer.body) == (500, PLAIN, b"sorry")


def test_an_error_after_the_first_block_is_raised() -> None:
    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterator[bytes]:
        start_response("200 OK", PLAIN)
        yield b"a"
        try:
            raise KeyError("x")
        except KeyError:
            start_response("500 Broken", PLAIN, sys.exc_info())

    with pytest.raises(KeyError):
        Client(app).get("/")
    with pytest.raises(KeyError):
        Client(app, raise_errors=False).get("/")


def failing(environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
    raise LookupError(str(environ.get("x-wsgiorg.throw_errors")))


def test_an_exception_of_the_application_is_raised_to_the_test() -> None:
    with pytest.raises(LookupError, match="True"):
        Client(failing).get("/")


def test_without_raise_errors_it_is_the_500_of_a_server() -> None:
    answer = Client(failing, raise_errors=False).get("/")
    assert answer.status == 500
    assert "LookupError: None" in answer.errors


class Closing:
    def __init__(self, *blocks: bytes, fails_at: int = -1) -> None:
        self.blocks = blocks
        self.closed = 0
        self.fails_at = fails_at

    def __iter__(self) -> Iterator[bytes]:
        for number, block in enumerate(self.blocks):
            if number == self.fails_at:
                raise ValueError("broken")
            yield block

    def close(self) -> None:
        self.closed += 1


def returning(body: Iterable[bytes], *lines: tuple[str, str]) -> Callable[..., Iterable[bytes]]:
    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        start_response("200 OK", [*PLAIN, *lines])
        return body

    return app


def test_what_was_returned_is_closed_once() -> None:
    body = Closing(b"a", b"b")
    assert Client(returning(body)).get("/").body == b"ab"
    assert body.closed == 1


def test_it_is_closed_after_an_error_too() -> None:
    body = Closing(b"a", b"b", fails_at=1)
    with pytest.raises(ValueError, match="broken"):
        Client(returning(body)).get("/")
    assert body.closed == 1


def test_a_stream_gives_blocks_as_they_are_made() -> None:
    made: list[str] = []

    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterator[bytes]:
        start_response("200 OK", [*PLAIN, ("Set-Cookie", "a=1")])
        try:
            for name in "abc":
                made.append(name)
                yield name.encode()
        finally:
            made.append("closed")

    client = Client(app)
    with client.stream("GET", "/") as answer:
        assert (answer.status, answer.reason, answer.content_type) == (200, "OK", "text/plain")
        assert client.cookies == answer.cookies == {"a": "1"}
        assert next(answer) == b"a"
        assert made == ["a"]
    assert made == ["a", "closed"]
    with client.stream("GET", "/") as answer:
        assert list(answer) == [b"a", b"b", b"c"]


def test_without_raise_errors_a_stream_is_the_500_of_a_server_too() -> None:
    def app(environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
        raise RuntimeError("broken")

    with Client(app, raise_errors=False).stream("GET", "/") as answer:
        assert answer.status == 500
        assert b"".join(answer) == b"Internal Server Error\n"
        assert "RuntimeError: broken" in answer.errors
    with pytest.raises(RuntimeError, match="broken"), Client(app).stream("GET", "/"):
        """It is raised instead."""


def test_leaving_a_stream_by_an_exception_closes_it_and_keeps_the_exception() -> None:
    told: list[str] = []

    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterator[bytes]:
        start_response("200 OK", PLAIN)
        try:
            yield b"a"
            yield b"b"
        finally:
            told.append("closed")

    def leave(error: BaseException) -> None:
        with Client(app).stream("GET", "/") as answer:
            assert next(answer) == b"a"
            raise error

    for error in (KeyError("of the test"), StopIteration(), GeneratorExit()):
        with pytest.raises(type(error)):
            leave(error)
    assert told == ["closed"] * 3


def test_a_client_may_be_used_by_several_threads() -> None:
    def app(environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
        name = environ["QUERY_STRING"]
        start_response("200 OK", [*PLAIN, ("Set-Cookie", f"{name}={name}")])
        return [name.encode()]

    client = Client(app)
    with ThreadPoolExecutor(8) as pool:
        got = list(pool.map(lambda n: client.get("/", query={f"c{n}": ""}).text, range(400)))
    assert got == [f"c{n}=" for n in range(400)]
    assert len(client.cookies) == 400


def test_leaving_a_stream_early_closes_it_and_is_no_breach() -> None:
    body = Closing(b"a", b"b")
    with Client(returning(body, ("Content-Length", "2"))).stream("GET", "/") as answer:
        next(answer)
        assert body.closed == 0
    assert body.closed == 1


def test_a_file_is_wrapped_and_ends_at_its_content_length() -> None:
    source = BytesIO(b"0123456789")
    source.seek(2)

    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        start_response("200 OK", [*PLAIN, ("Content-Length", "5")])
        wrapped: Iterable[bytes] = environ["wsgi.file_wrapper"](source, 3)
        return wrapped

    assert Client(app).get("/").body == b"23456"
    assert source.closed


def redirecting(environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
    status = environ["PATH_INFO"].strip("/")
    if status.isdigit():
        location = environ["QUERY_STRING"] or "/seen?x"
        start_response(f"{status} Elsewhere", [("Location", location), ("Set-Cookie", "at=home")])
        return []
    return seen(environ, start_response)


@pytest.mark.parametrize("status", [301, 302, 303])
def test_a_redirect_is_followed_by_get(status: int) -> None:
    answer = Client(redirecting).post(f"/{status}", form={"a": 1}, follow_redirects=True)
    environ = told(answer)
    assert (environ["REQUEST_METHOD"], environ["body"]) == ("GET", "")
    assert "CONTENT_TYPE" not in environ
    assert environ["HTTP_COOKIE"] == "at=home"
    assert answer.url == "http://localhost/seen?x"
    assert [one.status for one in answer.history] == [status]


@pytest.mark.parametrize("status", [307, 308])
def test_a_redirect_that_keeps_the_method_keeps_the_body(status: int) -> None:
    client = Client(redirecting, follow_redirects=True)
    environ = told(client.put(f"/{status}", json=1))
    assert (environ["REQUEST_METHOD"], environ["body"]) == ("PUT", "1")
    assert environ["CONTENT_TYPE"] == "application/json"
    with pytest.raises(RuntimeError, match="cannot be sent again"):
        client.put(f"/{status}", body=iter([b"a"]))


@pytest.mark.parametrize("status", [301, 302])
def test_only_a_post_becomes_a_get_by_a_redirect_that_does_not_say_so(status: int) -> None:
    client = Client(redirecting, follow_redirects=True)
    environ = told(client.put(f"/{status}", json=1))
    assert (environ["REQUEST_METHOD"], environ["body"]) == ("PUT", "1")
    assert told(client.put("/303", json=1))["REQUEST_METHOD"] == "GET"


def test_a_redirect_is_not_followed_unless_asked_for() -> None:
    assert Client(redirecting).get("/303").headers["Location"] == "/seen?x"
    assert (
        Client(redirecting, follow_redirects=True).get("/303", follow_redirects=False).status == 303
    )


def test_head_stays_head_across_a_redirect() -> None:
    def app(environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
        assert environ["REQUEST_METHOD"] == "HEAD"
        if environ["PATH_INFO"] == "/":
            start_response("302 Found", [("Location", "x")])
        else:
            start_response("200 OK", PLAIN)
        return []

    assert Client(app).head("/", follow_redirects=True).url == "http://localhost/x"


def test_a_redirect_may_lead_to_https() -> None:
    answer = Client(redirecting, follow_redirects=True).get("/302?https://localhost/seen")
    assert told(answer)["SERVER_PORT"] == "443"


@pytest.mark.parametrize(
    "where", ["https://evil.example/", "//evil.example/x", "//localhost:8000/x", "//a@b.example/"]
)
def test_a_redirect_out_of_the_application_is_told(where: str) -> None:
    with pytest.raises(RuntimeError, match="leads out"):
        Client(redirecting).get(f"/302?{where}", follow_redirects=True)


def test_redirects_in_a_circle_are_told() -> None:
    def app(environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
        start_response("302 Found", [("Location", "/")])
        return []

    with pytest.raises(RuntimeError, match="20 redirects"):
        Client(app).get("/", follow_redirects=True)


def setting(*cookies: str) -> Callable[..., list[bytes]]:
    def app(environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
        lines = [("Set-Cookie", cookie) for cookie in cookies]
        start_response("200 OK", [*PLAIN, *(lines if environ["PATH_INFO"] != "/ask" else [])])
        return [environ.get("HTTP_COOKIE", "").encode()]

    return app


def kept(base_url: str, *cookies: str) -> str:
    """What is sent back to `/ask` after these were set at `/deep/down`."""
    client = Client(setting(*cookies), base_url)
    client.get("/deep/down")
    return client.get("/ask").text


@pytest.mark.parametrize(
    ("cookie", "sent"),
    [
        ("a=1", ""),  # its path is /deep
        ("a=1; Path=/", "a=1"),
        ("a=1; Path=/ask", "a=1"),
        ("a=1; Path=/as", ""),
        ("a=1; Path=/; Max-Age=60", "a=1"),
        ("a=1; Path=/; Max-Age=0", ""),
        ("a=1; Path=/; Max-Age=-5; Expires=Wed, 01 Jan 2098 00:00:00 GMT", ""),
        ("a=1; Path=/; Expires=Wed, 01 Jan 2098 00:00:00 GMT", "a=1"),
        ("a=1; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT", ""),
        ("a=1; Path=/; Expires=whenever", "a=1"),
        ("a=1; Path=/; Domain=example.com", "a=1"),
        ("a=1; Path=/; Domain=.EXAMPLE.com; HttpOnly; SameSite=Lax", "a=1"),
        ("a=1; Path=/; Domain=other.example", ""),
        ("a=1; Path=/; Domain=com", ""),
        ("a=1; Path=/; Secure", ""),
        ("__Host-a=1; Path=/", ""),
        ("=; Path=/", ""),
        ("a=; Path=/", "a="),
    ],
)
def test_a_cookie_is_kept_by_the_rules(cookie: str, sent: str) -> None:
    assert kept("http://www.example.com", cookie) == sent


def test_a_secure_cookie_goes_over_https_and_to_this_machine() -> None:
    for base in ("https://example.com", "http://localhost", "http://127.0.0.1:8000"):
        assert kept(base, "a=1; Path=/; Secure", "__Host-b=2; Path=/; Secure") == "a=1; __Host-b=2"
    assert kept("https://example.com", "__Host-a=1; Path=/deep; Secure") == ""
    assert kept("https://example.com", "__Secure-a=1; Path=/") == ""


def test_a_cookie_of_this_host_alone_stays_there() -> None:
    client = Client(
        setting("a=1; Path=/", "b=2; Path=/; Domain=example.com"), "https://example.com"
    )
    client.get("/")
    assert client.get("https://www.example.com/ask").text == "b=2"
    assert client.get("https://example.org/ask").text == ""


def test_longer_paths_come_first() -> None:
    assert kept("http://h.example", "a=1; Path=/", "a=2; Path=/ask") == "a=2; a=1"


def test_cookies_of_the_client_are_a_dict() -> None:
    client = Client(setting("b=2; Path=/"))
    client.cookies["a"] = "1"
    assert client.get("/").cookies == {"b": "2"}
    assert dict(client.cookies) == {"a": "1", "b": "2"}
    assert client.get("/ask", headers={"Cookie": "c=3"}).text == "a=1; b=2; c=3"
    del client.cookies["a"]
    with pytest.raises(KeyError):
        del client.cookies["a"]
    assert client.get("/ask").text == "b=2"
    assert repr(client.cookies) == "Cookies(['b'])"
    client.cookies.clear()
    assert client.get("/ask").text == ""
    assert len(client.cookies) == 0


def test_deleting_a_cookie_by_an_answer_forgets_it() -> None:
    client = Client(setting("a=; Path=/; Max-Age=0"))
    client.cookies["a"] = "1"
    client.get("/")
    assert client.cookies == {}


def test_a_client_as_context_manager_runs_the_lifespan() -> None:
    events: list[str] = []

    class App:
        def wsgi_lifespan(self) -> Any:
            return lifespan(events)

        def __call__(
            self, environ: WSGIEnvironment, start_response: StartResponse
        ) -> Iterable[bytes]:
            events.append("call")
            return seen(environ, start_response)

    with Client(App()) as client:
        client.get("/")
    assert events == ["start", "call", "stop"]
    with Client(seen) as client:
        assert client.get("/").status == 200


def test_an_address_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="base_url"):
        Client(seen, "localhost:8000")


def flask_app() -> flask.Flask:
    app = flask.Flask("shop")
    app.secret_key = "not a secret"

    @app.get("/count")
    def count() -> dict[str, int]:
        flask.session["n"] = flask.session.get("n", 0) + 1
        return {"n": flask.session["n"]}

    @app.post("/upload")
    def upload() -> dict[str, Any]:
        sent = flask.request.files["f"]
        return {"name": sent.filename, "type": sent.content_type, "size": len(sent.read()),
                "form": flask.request.form.to_dict(flat=False)}  # fmt: skip

    @app.delete("/count")
    def nothing() -> tuple[str, int]:
        return "", 204

    @app.get("/file")
    def file() -> flask.Response:
        return flask.send_file(BytesIO(b"x" * 20_000), "text/plain", etag="v1")

    @app.get("/stream")
    def stream() -> flask.Response:
        return flask.Response(str(number) for number in range(3))

    return app


def test_flask_is_tested_as_it_is() -> None:
    client = Client(flask_app())
    assert [client.get("/count").json()["n"] for _ in range(3)] == [1, 2, 3]
    sent = {"f": ('ünï "q".csv', "a;b\r\n", "text/csv")}
    answer = client.post("/upload", form={"a": [1, 2]}, files=sent)
    assert answer.json() == {
        "name": 'ünï "q".csv', "type": "text/csv", "size": 5, "form": {"a": ["1", "2"]}
    }  # fmt: skip
    assert client.delete("/count").status == 204
    assert client.head("/count").body == b""
    assert len(client.get("/file").body) == 20_000
    assert client.get("/file", headers={"If-None-Match": '"v1"'}).status == 304
    assert client.get("/file", headers={"Range": "bytes=5-9"}).body == b"xxxxx"
    with client.stream("GET", "/stream") as blocks:
        assert list(blocks) == [b"0", b"1", b"2"]
    assert client.get("/nowhere").status == 404
    assert client.options("/count").headers["Allow"]


def test_files_have_names_and_types_by_themselves() -> None:
    client = Client(flask_app())
    answer = client.post("/upload", files=[("f", ("a.png", BytesIO(b"123")))])
    assert answer.json() == {"name": "a.png", "type": "image/png", "size": 3, "form": {}}
    assert client.post("/upload", files={"f": b"12"}).json()["name"] == "f"
    hidden = b"--potstill-e7c1b1a64f1d4c5f\r\n"
    assert client.post("/upload", files={"f": hidden}).json()["size"] == len(hidden)


def test_bottle_is_tested_as_it_is() -> None:
    app = bottle.Bottle()

    @app.get("/hello/<name>")  # type: ignore[untyped-decorator]
    def hello(name: str) -> str:
        return f"Hello {name}"

    @app.post("/login")  # type: ignore[untyped-decorator]
    def login() -> None:
        bottle.response.set_cookie("user", bottle.request.forms.name)
        bottle.redirect("/who")

    @app.get("/who")  # type: ignore[untyped-decorator]
    def who() -> dict[str, str]:
        return {"user": bottle.request.get_cookie("user")}

    client = Client(app, follow_redirects=True)
    assert client.get("/hello/wörld").text == "Hello wörld"
    assert client.post("/login", form={"name": "ann"}).json() == {"user": "ann"}
    assert client.head("/hello/x").headers["Content-Length"] == "7"


@pytest.mark.parametrize("method", ["GET", "POST", "HEAD"])
def test_the_validator_of_the_library_finds_nothing_to_say_of_the_client(method: str) -> None:
    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        body = environ["wsgi.input"]
        read = body.read(1) + body.readline() + b"".join(body.readlines()) + b"".join(body)
        environ["wsgi.errors"].write("x")
        environ["wsgi.errors"].flush()
        start_response("200 OK", list(PLAIN))
        return [read] if method != "HEAD" else []

    client = Client(validator(app), "https://example.com:8443/mount")
    body = b"a\nb\nc" if method == "POST" else b""
    assert client.request(method, "/a%20b?c", body=body, headers={"X-A": "b"}).body == body
