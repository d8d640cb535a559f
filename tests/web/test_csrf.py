"""Forged requests: who may change something, and how a page proves whose it is."""

from __future__ import annotations

from base64 import urlsafe_b64decode
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from potstill.web import App
from potstill.web.errors import HTTPError
from potstill.web.request import Request
from potstill.web.response import Response, html
from potstill.web.security.csrf import Csrf, csrf_token
from potstill.web.sessions.sessions import Sessions
from potstill.web.testing import Client
from tests.web.support import environ

KEY = "k" * 32
FORM = "application/x-www-form-urlencoded"


def asked(method: str = "POST", body: bytes = b"", **more: Any) -> Request:
    """A request of a page, to http://example.com."""
    more = {"HTTP_HOST": "example.com", "REQUEST_METHOD": method} | more
    return Request(environ("/", body, **more))


def passes(request: Request, *trusted: str) -> bool:
    """Is it let through?"""
    try:
        Csrf(trusted_origins=trusted).check(request)
    except HTTPError as error:
        if error.status != 403:
            raise
        return False
    return True


def over_https(**more: Any) -> dict[str, Any]:
    """The same by https."""
    return {"wsgi.url_scheme": "https"} | more


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "TRACE", "QUERY"])
def test_what_asks_for_no_change_passes(method: str) -> None:
    assert passes(asked(method, HTTP_SEC_FETCH_SITE="cross-site", HTTP_ORIGIN="https://evil.test"))


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "get", "POKE", "CONNECT"])
@pytest.mark.parametrize(
    ("site", "is_passed"),
    [
        ("same-origin", True),
        ("none", True),
        ("same-site", False),
        ("cross-site", False),
        ("", False),
        ("Same-Origin", False),
        ("same-origin, cross-site", False),
        ("anything", False),
    ],
)
def test_what_the_browser_says_of_the_sender_decides(
    method: str, site: str, *, is_passed: bool
) -> None:
    assert passes(asked(method, HTTP_SEC_FETCH_SITE=site)) is is_passed


def test_the_origin_does_not_overrule_what_the_browser_says() -> None:
    more: dict[str, Any] = {
        "HTTP_SEC_FETCH_SITE": "cross-site",
        "HTTP_ORIGIN": "http://example.com",
    }
    assert not passes(asked(**more))


@pytest.mark.parametrize("site", ["same-site", "cross-site"])
def test_other_sites_pass_when_they_are_trusted(site: str) -> None:
    request = asked(HTTP_SEC_FETCH_SITE=site, HTTP_ORIGIN="https://app.example.org")
    assert passes(request, "https://app.example.org")
    assert passes(request, "https://*.example.org")
    assert not passes(request, "https://example.org")
    assert not passes(asked(HTTP_SEC_FETCH_SITE=site), "https://app.example.org")


@pytest.mark.parametrize(
    ("host", "scheme", "origin", "is_passed"),
    [
        ("example.com", "http", "http://example.com", True),
        ("example.com:80", "http", "http://example.com", True),
        ("EXAMPLE.com", "http", "http://example.com", True),
        ("example.com", "https", "https://example.com", True),
        ("example.com:443", "https", "https://example.com", True),
        ("example.com:8000", "http", "http://example.com:8000", True),
        ("[::1]:8000", "http", "http://[::1]:8000", True),
        ("example.com", "https", "http://example.com", False),
        ("example.com", "http", "https://example.com", False),
        ("example.com", "http", "http://example.com:8000", False),
        ("example.com:8000", "http", "http://example.com", False),
        ("example.com", "http", "http://www.example.com", False),
        ("example.com", "http", "http://example.com.evil.test", False),
        ("example.com", "http", "http://example.com@evil.test", False),
        ("example.com", "http", "http://evil.test#example.com", False),
        ("example.com", "http", "null", False),
        ("example.com", "http", "", False),
        ("example.com", "http", "http://example.com, http://evil.test", False),
        ("a b", "http", "http://a b", False),
        ("null", "http", "null", False),
    ],
)
def test_without_that_the_origin_has_to_be_our_own(
    host: str, scheme: str, origin: str, *, is_passed: bool
) -> None:
    more: dict[str, Any] = {"HTTP_HOST": host, "wsgi.url_scheme": scheme, "HTTP_ORIGIN": origin}
    assert passes(asked(**more)) is is_passed


def test_a_trusted_origin_passes_without_it_as_well() -> None:
    assert passes(asked(HTTP_ORIGIN="https://a.test"), "https://a.test")
    assert not passes(asked(HTTP_ORIGIN="https://b.test"), "https://a.test")


def test_a_valid_token_does_not_help_where_the_browser_says_who_it_is() -> None:
    cookie, token = page()
    more: dict[str, Any] = {"HTTP_COOKIE": cookie, "HTTP_X_CSRF_TOKEN": token}
    assert passes(asked(**more))
    assert not passes(asked(HTTP_ORIGIN="https://evil.test", **more))
    assert not passes(asked(HTTP_SEC_FETCH_SITE="cross-site", **more))


def test_a_client_that_is_no_browser_and_brings_no_cookie_passes() -> None:
    assert passes(asked())
    assert passes(asked(HTTP_AUTHORIZATION="Bearer x"))
    assert passes(asked(HTTP_COOKIE=""))


def test_one_that_brings_a_cookie_has_to_show_a_token() -> None:
    assert not passes(asked(HTTP_COOKIE="user=1"))


def page(scheme: str = "http", cookie: str = "") -> tuple[str, str]:
    """The cookie and the token that come with a form, without sessions."""
    more: dict[str, Any] = {"HTTP_COOKIE": cookie, "wsgi.url_scheme": scheme}
    request = asked("GET", **more)
    token = csrf_token(request)
    line = request.reply.headers.get("Set-Cookie")
    return (line.partition(";")[0] if line else cookie), token


def test_the_token_of_the_page_passes_as_a_field_and_as_a_header() -> None:
    cookie, token = page()
    field = urlencode({"title": "x", "csrf_token": token}).encode()
    request = asked(body=field, HTTP_COOKIE=cookie, CONTENT_TYPE=FORM)
    assert passes(request)
    assert request.form()["title"] == "x"
    assert passes(asked(HTTP_COOKIE=cookie, HTTP_X_CSRF_TOKEN=token))


def test_the_token_passes_in_a_multipart_form() -> None:
    cookie, token = page()
    body = (
        '--b\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n' + token + "\r\n--b--\r\n"
    )
    kind = "multipart/form-data; boundary=b"
    assert passes(asked(body=body.encode(), HTTP_COOKIE=cookie, CONTENT_TYPE=kind))


@pytest.mark.parametrize("kind", ["application/json", "text/plain", "", "multipart/mixed"])
def test_a_body_that_is_no_form_is_left_to_the_handler(kind: str) -> None:
    cookie, token = page()
    request = asked(body=b'{"csrf_token": 1}', HTTP_COOKIE=cookie, CONTENT_TYPE=kind)
    assert not passes(request)
    assert request.environ["wsgi.input"].tell() == 0
    request = asked(body=b"x", HTTP_COOKIE=cookie, CONTENT_TYPE=FORM, HTTP_X_CSRF_TOKEN=token)
    assert passes(request)
    assert request.environ["wsgi.input"].tell() == 0


def test_each_page_has_another_token_of_one_cookie() -> None:
    cookie, token = page()
    again, other = page(cookie=cookie)
    assert again == cookie
    assert other != token
    for valid in (token, other):
        assert len(valid) == 86
        assert passes(asked(HTTP_COOKIE=cookie, HTTP_X_CSRF_TOKEN=valid))


def test_a_page_with_several_forms_sets_one_cookie_and_is_for_one_client() -> None:
    request = asked("GET")
    tokens = {csrf_token(request) for _ in range(3)}
    headers = request.reply.headers
    assert len(tokens) == 3
    assert len(headers.all("Set-Cookie")) == 1
    assert headers["Vary"] == "Cookie"
    assert headers["Cache-Control"] == "private"
    pair = headers["Set-Cookie"].partition(";")[0]
    for token in tokens:
        assert passes(asked(HTTP_COOKIE=pair, HTTP_X_CSRF_TOKEN=token))


def test_the_secret_is_in_no_token_as_it_is() -> None:
    cookie, token = page()
    secret = cookie.partition("=")[2]
    assert secret not in token
    mask, mixed = (urlsafe_b64decode(half + "=") for half in (token[:43], token[43:]))
    unmasked = bytes(a ^ b for a, b in zip(mask, mixed, strict=True))
    assert unmasked == urlsafe_b64decode(secret + "=")
    assert not passes(asked(HTTP_COOKIE=cookie, HTTP_X_CSRF_TOKEN=secret))


def test_over_https_no_neighbouring_host_can_plant_the_cookie() -> None:
    request = asked("GET", **over_https())
    token = csrf_token(request)
    line = request.reply.headers["Set-Cookie"]
    assert line.startswith("__Host-csrf=")
    assert line.partition("; ")[2] == "Path=/; Secure; HttpOnly; SameSite=Lax"
    pair = line.partition(";")[0]
    planted = "csrf=" + pair.partition("=")[2]
    assert passes(asked(**over_https(HTTP_COOKIE=pair, HTTP_X_CSRF_TOKEN=token)))
    assert not passes(asked(**over_https(HTTP_COOKIE=planted, HTTP_X_CSRF_TOKEN=token)))


def test_the_token_of_another_visitor_does_not_pass() -> None:
    cookie, _ = page()
    _, token = page()
    assert not passes(asked(HTTP_COOKIE=cookie, HTTP_X_CSRF_TOKEN=token))


@given(st.text(st.characters(max_codepoint=255), max_size=90) | st.just("A" * 86))
def test_no_token_that_was_made_up_passes_or_is_an_error(token: str) -> None:
    cookie, _ = page()
    assert not passes(asked(HTTP_COOKIE=cookie, HTTP_X_CSRF_TOKEN=token))
    assert not passes(asked(HTTP_COOKIE="csrf=" + "A" * 42, HTTP_X_CSRF_TOKEN=token))


@pytest.mark.parametrize("secret", ["", "x", "é" * 43, "A" * 44, "!" * 43, '"' * 43])
def test_a_cookie_that_is_no_secret_is_replaced_and_never_enough(secret: str) -> None:
    cookie, _ = page(cookie=f"csrf={secret}")
    assert len(cookie) == len("csrf=") + 43
    for token in ("", secret, secret * 2):
        assert not passes(asked(HTTP_COOKIE=f"csrf={secret}", HTTP_X_CSRF_TOKEN=token))


def test_a_cookie_twice_and_a_token_of_nothing_do_not_pass() -> None:
    assert not passes(asked(HTTP_COOKIE="csrf=; csrf=", HTTP_X_CSRF_TOKEN=""))


def test_with_sessions_the_secret_is_in_the_session() -> None:
    sessions, tokens = Sessions([KEY]), []

    def show(request: Request) -> Response:
        tokens.append(csrf_token(request))
        assert request._reply is None
        return Response(b"")

    def change(request: Request) -> Response:
        return Response(b"yes" if passes(request) else b"no")

    line = sessions(asked("GET"), show).headers["Set-Cookie"].partition(";")[0]
    more: dict[str, Any] = {"HTTP_COOKIE": line, "HTTP_X_CSRF_TOKEN": tokens[0]}
    assert sessions(asked(**more), change).body == b"yes"
    assert sessions(asked(**more | {"HTTP_COOKIE": "session=other"}), change).body == b"no"
    assert sessions(asked(**more | {"HTTP_X_CSRF_TOKEN": ""}), change).body == b"no"


def test_with_sessions_a_cookie_that_a_neighbour_planted_does_not_pass() -> None:
    cookie, token = page()
    request = asked(HTTP_COOKIE=cookie, HTTP_X_CSRF_TOKEN=token)
    sessions = Sessions([KEY])
    answer = sessions(request, lambda inner: Response(b"yes" if passes(inner) else b"no"))
    assert answer.body == b"no"
    assert "Set-Cookie" not in answer.headers


def test_a_login_makes_the_tokens_of_earlier_pages_void() -> None:
    sessions, tokens = Sessions([KEY]), []

    def login(request: Request) -> Response:
        request.session["user"] = 1
        tokens.append(csrf_token(request))
        request.session.renew()
        return Response(b"")

    line = sessions(asked("GET"), login).headers["Set-Cookie"].partition(";")[0]
    request = asked(HTTP_COOKIE=line, HTTP_X_CSRF_TOKEN=tokens[0])
    answer = sessions(request, lambda inner: Response(b"yes" if passes(inner) else b"no"))
    assert answer.body == b"no"


def test_an_application_refuses_forged_requests_and_needs_no_token_of_its_own_pages() -> None:
    app = App()

    @app.get("/form")
    def form(request: Request) -> Response:
        return html(csrf_token(request))

    @app.post("/change")
    def change(request: Request) -> str:
        return "changed"

    client = Client(app, "https://example.com")
    token = client.get("/form").text
    assert list(client.cookies) == ["__Host-csrf"]
    for ours in ({"Sec-Fetch-Site": "same-origin"}, {"Origin": "https://example.com"}):
        assert client.post("/change", headers=ours).status == 200
    silent = {"HTTP_ORIGIN": None}  # a browser that does not say where it comes from
    assert client.post("/change", environ=silent).status == 403
    for shown in (token, "x" + token[1:]):
        status = 200 if shown == token else 403
        by_field = client.post("/change", headers={"X-CSRF-Token": shown}, environ=silent)
        assert by_field.status == status
        assert client.post("/change", form={"csrf_token": shown}, environ=silent).status == status
    for forged in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.test"}):
        answer = client.post("/change", headers=forged)
        assert answer.status == 403
        assert "another" in answer.json()["detail"]


def test_an_application_can_do_without_it() -> None:
    app = App(csrf=None)

    @app.post("/change")
    def change(request: Request) -> str:
        return "changed"

    assert Client(app).post("/change", headers={"Sec-Fetch-Site": "cross-site"}).status == 200
