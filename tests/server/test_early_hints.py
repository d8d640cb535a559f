"""`wsgi.early_hints`: what a client may fetch while the answer is still being made (RFC 8297)."""

from __future__ import annotations

import http.client
import subprocess
from collections.abc import Callable, Iterable
from contextlib import closing
from threading import Event
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest

from potstill.http11.errors import ApplicationError
from tests.server.serving import serving
from tests.support.wire import get, until

SOON = 5.0
STYLE = ("Link", "</style.css>; rel=preload; as=style")
SCRIPT = ("Link", "</page.js>; rel=preload; as=script")


def hints(environ: WSGIEnvironment) -> Callable[[Any], None]:
    given: Callable[[Any], None] = environ["wsgi.early_hints"]
    return given


def hinting(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """Two hints and a page; a client that asks for none gets none."""
    if environ["PATH_INFO"] != "/plain":
        hints(environ)([STYLE])
        hints(environ)([SCRIPT, ("X-Second", "true")])
    start_response("200 OK", [STYLE])
    return [b"page"]


def test_each_hint_comes_before_the_answer_in_its_order() -> None:
    with serving(hinting) as server, server.client() as client:
        client.send(get("/") + get("/plain"))
        assert client.head() == (103, [("link", STYLE[1])])
        assert client.head() == (103, [("link", SCRIPT[1]), ("x-second", "true")])
        answer = client.answer()
        assert (answer.status, answer.body, answer.get("link")) == (200, b"page", STYLE[1])
        assert client.answer().body == b"page"


def test_a_hint_is_on_its_way_while_the_application_works_on() -> None:
    enough = Event()

    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        hints(environ)([STYLE])
        enough.wait(SOON)
        start_response("200 OK", [])
        return [b"page"]

    with serving(app, threads=1) as server, server.client() as client:
        client.send(get("/"))
        assert client.interim() == 103
        assert client.is_silent(0.05)
        enough.set()
        assert client.answer().body == b"page"


def test_a_hint_may_come_after_start_response_while_no_head_is_out() -> None:
    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        start_response("200 OK", [])
        hints(environ)([STYLE])
        yield b""
        hints(environ)([SCRIPT])
        yield b"page"

    with serving(app) as server, server.client() as client:
        client.send(get("/"))
        assert [client.interim(), client.interim()] == [103, 103]
        assert client.answer().body == b"page"


def test_an_http_1_0_client_is_told_nothing_before_its_answer() -> None:
    with serving(hinting) as server, server.client() as client:
        client.send(get("/", version="1.0"))
        assert client.answer().body == b"page"


def test_head_is_hinted_at_like_get() -> None:
    with serving(hinting) as server, server.client() as client:
        client.send(get("/", method="HEAD") + get("/plain"))
        assert [client.interim(), client.interim()] == [103, 103]
        assert client.answer("HEAD").status == 200
        assert client.answer().body == b"page"


def test_the_access_log_tells_of_the_answer_alone() -> None:
    with serving(hinting) as server, server.client() as client:
        client.send(get("/"))
        assert [client.interim(), client.interim()] == [103, 103]
        client.answer()
        until(lambda: server.requests != [])
        assert server.requests[0].startswith("GET / HTTP/1.1 200 4 ")
        assert len(server.requests) == 1


def test_a_hint_behind_the_head_is_an_error_with_help_and_is_not_sent() -> None:
    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        start_response("200 OK", [])
        yield b"page"
        hints(environ)([STYLE])

    with serving(app) as server, server.client() as client:
        client.send(get("/"))
        data = client.rest()
        assert data.startswith(b"HTTP/1.1 200 ")
        assert b"103" not in data
        assert not data.endswith(b"0\r\n\r\n"), "an answer that failed must not look whole"
        server.await_error("early_hints")
        assert "Traceback" not in server.errors


def test_a_hint_kept_beyond_its_request_reaches_nobody() -> None:
    kept: list[Callable[[Any], None]] = []

    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        kept.append(hints(environ))
        start_response("200 OK", [])
        return [b"page"]

    with serving(app) as server, server.client() as client:
        client.send(get("/"))
        assert client.answer().body == b"page"
        with pytest.raises(ApplicationError):
            kept[0]([STYLE])
        assert client.is_silent(0.05)


@pytest.mark.parametrize(
    "headers",
    [
        [("Link", "</a>\r\nSet-Cookie: stolen=1")],
        [("Link\r\nSet-Cookie", "stolen=1")],
        [("Link", "</a>\n")],
        [("Link", "</a>\0")],
        [("Link", "</ф>")],
        [("Link", b"</a>")],
        [("Connection", "close")],
        [("Transfer-Encoding", "chunked")],
        [("Link", "</a>", "more")],
        (("Link", "</a>"),),
        {"Link": "</a>"},
        None,
    ],
    ids=repr,
)
def test_what_start_response_would_refuse_is_refused_and_nothing_of_it_sent(headers: Any) -> None:
    refused: list[ApplicationError] = []

    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        try:
            hints(environ)(headers)
        except ApplicationError as error:
            refused.append(error)
        start_response("200 OK", [])
        return [b"page"]

    with serving(app) as server, server.client() as client:
        client.send(get("/"))
        answer = client.answer()
    assert (answer.body, answer.get("set-cookie")) == (b"page", None)
    assert len(refused) == 1


def test_a_refused_hint_that_nobody_catches_is_answered_500_with_help_in_the_log() -> None:
    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        hints(environ)([("Link", "</a>\r\nX-Injected: 1")])
        start_response("200 OK", [])
        return [b"page"]

    with serving(app) as server, server.client() as client:
        client.send(get("/"))
        assert client.answer().status == 500
        server.await_error(r"'</a>\r\nX-Injected: 1'")
        assert "Traceback" not in server.errors


def test_who_has_left_before_a_hint_is_nobody_s_failure() -> None:
    called = Event()

    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        called.set()
        until(environ["potstill.client_gone"])
        for _ in range(3):
            hints(environ)([STYLE])
        start_response("200 OK", [])
        return [b"page"]

    with serving(app) as server:
        client = server.client()
        client.send(get("/"))
        assert called.wait(SOON)
        client.reset()
        until(lambda: server.requests != [])
        assert "[ERROR]" not in server.errors


def test_curl_shows_the_hints_and_keeps_the_page_apart() -> None:
    with serving(hinting) as server:
        command = ["curl", "--silent", "--include", "--noproxy", "*", "--max-time", "10"]
        url = f"http://127.0.0.1:{server.port}"
        done = subprocess.run([*command, f"{url}/", f"{url}/plain"], capture_output=True)
    assert done.returncode == 0
    told = done.stdout.decode()
    assert told.count("HTTP/1.1 103 Early Hints\r\n") == 2
    assert told.index("HTTP/1.1 103") < told.index("HTTP/1.1 200 OK\r\n")
    assert told.count("\r\n\r\npage") == 2


def test_a_client_of_the_standard_library_copes_when_it_is_not_hinted_at() -> None:
    # Python's http.client takes a 103 for the answer (docs/extensions.md says whom to hint at).
    with (
        serving(hinting) as server,
        closing(http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)) as connection,
    ):
        for _ in range(2):
            connection.request("GET", "/plain")
            assert connection.getresponse().read() == b"page"
