"""Errors as pages and as problem+json, by what the client likes better."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from collections.abc import Iterable
from typing import Any
from wsgiref.util import setup_testing_defaults

import pytest

from potstill.web.error_pages import answer_error
from potstill.web.errors import HTTPError
from potstill.web.request import Request
from potstill.web.response import Response
from potstill.web.status import PHRASES

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"


def request(accept: str | None = None, **more: Any) -> Request:
    environ: dict[str, Any] = dict(more)
    if accept is not None:
        environ["HTTP_ACCEPT"] = accept
    environ.setdefault("wsgi.errors", io.StringIO())
    setup_testing_defaults(environ)
    return Request(environ)


def body(response: Response) -> str:
    assert isinstance(response.body, bytes)
    return response.body.decode()


def problem(error: HTTPError, accept: str | None = None) -> dict[str, Any]:
    response = answer_error(request(accept), error)
    assert response.content_type == "application/problem+json"
    members: dict[str, Any] = json.loads(body(response))
    return members


@pytest.mark.parametrize(
    "accept",
    [
        None,
        "",
        "*/*",
        "application/json",
        "application/problem+json",
        "application/json, text/html;q=0.9",
        "application/xml",
        "text/xml",
        "application/xml, text/plain",
        "image/png",
        "text/html;q=0",
    ],
)
def test_a_client_that_is_no_browser_gets_problem_json(accept: str | None) -> None:
    assert problem(HTTPError(404, "No such todo."), accept) == {
        "type": "about:blank",
        "title": "Not Found",
        "status": 404,
        "detail": "No such todo.",
    }


@pytest.mark.parametrize(
    "accept",
    [BROWSER, "text/html", "TEXT/HTML", "text/*", "application/json;q=0.5, text/html;q=0.6"],
)
def test_a_browser_gets_a_page(accept: str) -> None:
    response = answer_error(request(accept), HTTPError(404))
    assert response.status == 404
    assert response.content_type == "text/html; charset=utf-8"
    assert "<title>404 Not Found</title>" in body(response)


def test_the_page_escapes_whatever_it_shows() -> None:
    error = HTTPError(
        422,
        "<script>alert(1)</script> & more",
        errors=[{"in": "query", "field": '"><img src=x>', "detail": "<b>bold</b>"}],
    )
    page = body(answer_error(request(BROWSER), error))
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; more" in page
    assert "<script" not in page
    assert "<img" not in page
    assert "<b>bold" not in page


def test_the_page_lists_what_is_wrong_with_each_field() -> None:
    errors = [{"in": "query", "field": "limit", "detail": "must be at least 1"}, {"in": "body"}]
    page = body(answer_error(request(BROWSER), HTTPError(422, errors=errors)))
    assert "<li><b>limit</b> must be at least 1</li>" in page
    assert "<li><b>body</b> </li>" in page


@pytest.mark.parametrize("status", [code for code in PHRASES if code >= 400])
def test_every_status_has_a_page_that_names_it(status: int) -> None:
    page = body(answer_error(request(BROWSER), HTTPError(status)))
    title = PHRASES[status].replace("'", "&#x27;")
    assert f"Error {status}: </span>{title}</h1>" in page


def test_a_page_has_nothing_of_the_request_nor_of_the_server() -> None:
    asked = request(BROWSER, PATH_INFO="/private", QUERY_STRING="token=1", HTTP_COOKIE="a=b")
    page = body(answer_error(asked, HTTPError(500)))
    for inner in ("/private", "token", "a=b", "python", "potstill", "127.0.0.1"):
        assert inner not in page.lower()


def test_the_page_loads_nothing_and_its_policy_allows_its_style_alone() -> None:
    asked = request(BROWSER)
    response = answer_error(asked, HTTPError(404))
    policy = response.headers["Content-Security-Policy"]
    assert policy.startswith(f"default-src 'none'; style-src 'nonce-{asked.nonce}';")
    assert f'<style nonce="{asked.nonce}">' in body(response)
    for reference in ("src=", "href=", "url(", "@import", "<script", "style="):
        assert reference not in body(response)


@pytest.mark.parametrize("accept", [BROWSER, "application/json"])
def test_header_fields_of_the_error_are_sent_along(accept: str) -> None:
    headers = [
        ("Allow", "GET, HEAD"),
        ("WWW-Authenticate", "Basic"),
        ("WWW-Authenticate", "Bearer"),
    ]
    response = answer_error(request(accept), HTTPError(405, headers=headers))
    assert response.headers["Allow"] == "GET, HEAD"
    assert response.headers.all("WWW-Authenticate") == ["Basic", "Bearer"]


@pytest.mark.parametrize("accept", [BROWSER, "application/json"])
@pytest.mark.parametrize("status", [400, 404, 410, 501, 503])
def test_no_cache_keeps_an_error_and_none_mistakes_one_form_for_the_other(
    accept: str, status: int
) -> None:
    response = answer_error(request(accept), HTTPError(status))
    assert response.headers.all("Cache-Control") == ["no-store"]
    assert response.headers.all("Vary") == ["Accept"]


def test_an_error_may_say_itself_how_long_it_is_kept_and_what_it_varies_by() -> None:
    headers = [("cache-control", "max-age=60"), ("Vary", "Origin, accept")]
    response = answer_error(request(), HTTPError(404, headers=headers))
    assert response.headers.all("Cache-Control") == ["max-age=60"]
    assert response.headers.all("Vary") == ["Accept, Origin"]


def test_an_error_cannot_change_what_its_own_answer_is() -> None:
    headers = [("Content-Type", "text/plain"), ("content-length", "5")]
    asked = request()
    response = answer_error(asked, HTTPError(404, headers=headers))
    assert response.headers.all("Content-Type") == ["application/problem+json"]
    sent: list[tuple[str, str]] = []

    def start_response(status: str, lines: list[tuple[str, str]], *_: object) -> Any:
        sent.extend(lines)

    blocks = response(asked.environ, start_response)
    assert [value for name, value in sent if name.lower() == "content-length"] == [
        str(len(b"".join(blocks)))
    ]


def test_further_members_are_part_of_the_problem() -> None:
    error = HTTPError(409, "Taken.", type="https://example.com/taken", version=7)
    assert problem(error)["type"] == "https://example.com/taken"
    assert problem(error)["version"] == 7


class Unspeakable:
    pass


def test_a_member_that_is_no_json_is_left_out_and_told_to_the_log() -> None:
    log = io.StringIO()
    asked = request()
    asked.environ["wsgi.errors"] = log
    endless: list[Any] = []
    endless.append(endless)
    error = HTTPError(409, "Taken.", by=Unspeakable(), version=7, endless=endless, cut="\ud800")
    members = json.loads(body(answer_error(asked, error)))
    assert members["version"] == 7
    assert members["detail"] == "Taken."
    assert not {"by", "endless", "cut"} & set(members)
    assert "left out of the answer, being no JSON: by, endless, cut" in log.getvalue()


def test_half_a_surrogate_pair_does_not_break_a_page() -> None:
    assert "odd ?" in body(answer_error(request(BROWSER), HTTPError(400, "odd \ud800")))


@pytest.mark.parametrize("accept", [BROWSER, "*/*"])
def test_the_answer_can_be_sent(accept: str) -> None:
    asked = request(accept)
    sent: list[tuple[str, list[tuple[str, str]]]] = []

    def start_response(status: str, headers: list[tuple[str, str]], *_: object) -> Any:
        sent.append((status, headers))

    blocks: Iterable[bytes] = answer_error(asked, HTTPError(404))(asked.environ, start_response)
    [(status, headers)] = sent
    assert status == "404 Not Found"
    assert dict(headers)["Content-Length"] == str(len(b"".join(blocks)))


def test_json_needs_no_module_of_html() -> None:
    script = (
        "import sys\n"
        "from wsgiref.util import setup_testing_defaults\n"
        "from potstill.web.error_pages import answer_error\n"
        "from potstill.web.errors import HTTPError\n"
        "from potstill.web.request import Request\n"
        "environ = {}\n"
        "setup_testing_defaults(environ)\n"
        "answer_error(Request(environ), HTTPError(404))\n"
        "print(sorted({'html', 'secrets', 'jinja2'} & set(sys.modules)))\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("[]\n", "")
