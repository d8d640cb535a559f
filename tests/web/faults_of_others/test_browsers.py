"""What other frameworks leave to add-ons: sessions, cookies, CSRF, header fields for browsers."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode
from pathlib import Path

import pytest

from potstill.web import App, Request, Response, Security, Session, Sessions, html, redirect
from potstill.web.testing import Client
from tests.web.faults_of_others.sites import call
from tests.web.support import environ

OLD, NEW = "an old key that is long enough for it", "a new key that is long enough for it"


def counting(*keys: str, **options: str | bool) -> App:
    app = App()
    app.use(Sessions(keys, **options))  # type: ignore[arg-type]

    @app.post("/")
    def front(session: Session) -> int:
        session["count"] = session.get("count", 0) + 1
        count: int = session["count"]
        return count

    return app


def test_a_session_is_signed_json_and_never_a_pickle() -> None:
    client = Client(counting(OLD))
    client.post("/")
    data = client.cookies["session"].partition(".")[0]
    assert json.loads(urlsafe_b64decode(data + "==="))[0] == {"count": 1}


def test_keys_rotate_the_first_signs_and_each_verifies() -> None:
    before = Client(counting(OLD))
    before.post("/")
    cookie = {"Cookie": f"session={before.cookies['session']}", "Sec-Fetch-Site": "same-origin"}
    rotated = Client(counting(NEW, OLD)).post("/", headers=cookie)
    assert rotated.json() == 2
    signed = {**cookie, "Cookie": f"session={rotated.cookies['session']}"}
    assert Client(counting(NEW)).post("/", headers=signed).json() == 3  # the new one signed
    assert Client(counting(OLD)).post("/", headers=signed).json() == 1
    assert Client(counting(NEW)).post("/", headers=cookie).json() == 1


@pytest.mark.parametrize("cookie", ["", "x", "a.b.c", "gASVBQ.1.x", "\u00ff", "." * 4000])
def test_a_forged_session_is_an_empty_one_and_no_error(cookie: str) -> None:
    headers = {"Cookie": f"session={cookie}", "Sec-Fetch-Site": "same-origin"}
    assert Client(counting(OLD)).post("/", headers=headers).json() == 1


def test_cookies_have_every_attribute_from_the_start_and_careful_defaults() -> None:
    app = App()

    @app.get("/")
    def front() -> Response:
        response = Response("")
        response.set_cookie("a", "1")
        response.set_cookie("b", "2", same_site="None", partitioned=True, http_only=False)
        return response

    careful, partitioned = Client(app).get("/").headers.all("Set-Cookie")
    assert careful == "a=1; Path=/; Secure; HttpOnly; SameSite=Lax"
    assert partitioned == "b=2; Path=/; Secure; SameSite=None; Partitioned"


def test_an_answer_that_looked_at_the_session_is_for_one_client_only() -> None:
    answer = Client(counting(OLD)).post("/")
    assert "Cookie" in answer.headers["Vary"]
    assert answer.headers["Cache-Control"] == "private"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "same-origin"}, 204),
        ({"Sec-Fetch-Site": "none"}, 204),
        ({"Origin": "https://evil.test"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://localhost"}, 204),
        ({"Origin": "http://localhost.evil.test"}, 403),
    ],
)
def test_another_site_cannot_make_a_browser_send_a_form(
    headers: dict[str, str], status: int
) -> None:
    app = App()

    @app.post("/")
    def front() -> None:
        return None

    assert Client(app).post("/", form={"a": "b"}, headers=headers).status == status


def test_an_old_browser_has_to_show_a_token_and_a_program_nothing() -> None:
    app = App()

    @app.post("/")
    def front() -> None:
        return None

    program = environ(REQUEST_METHOD="POST")
    assert call(app, program)[0] == "204 No Content"
    assert call(app, program | {"HTTP_COOKIE": "session=1"})[0] == "403 Forbidden"


def test_a_page_is_told_to_be_careful_without_anybody_asking() -> None:
    app = App()

    @app.get("/")
    def front() -> Response:
        return html("<!doctype html><title>Page</title>")

    headers = Client(app).get("/").headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "strict-origin-when-cross-origin"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    policy = headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy


def test_each_page_has_a_nonce_of_its_own() -> None:
    app = App()

    @app.get("/")
    def front(request: Request) -> Response:
        return html(f"<!doctype html><title>Page</title><script nonce={request.nonce}></script>")

    one, two = Client(app).get("/"), Client(app).get("/")
    nonce = one.text.partition("nonce=")[2].partition(">")[0]
    assert f"'nonce-{nonce}'" in one.headers["Content-Security-Policy"]
    assert nonce not in two.text


def test_what_a_handler_says_itself_is_left_alone() -> None:
    app = App(security=Security(hsts=60))

    @app.get("/")
    def front() -> Response:
        return html("", headers=[("X-Frame-Options", "SAMEORIGIN")])

    answer = Client(app, "https://localhost").get("/")
    assert answer.headers.all("X-Frame-Options") == ["SAMEORIGIN"]
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=60")


def test_a_host_that_is_not_ours_is_not_answered() -> None:
    app = App(hosts=["example.com"])

    @app.get("/")
    def front(request: Request) -> str:
        return request.url

    client = Client(app, "http://example.com")
    assert client.get("/").text == "http://example.com/"
    for host in ("evil.test", "example.com.evil.test", "example.com@evil.test", "example.com:81"):
        assert client.get("/", headers={"Host": host}).status in (400, 421)


@pytest.mark.parametrize("value", ["a\r\nX-Own: 1", "a\nb", "a\rb", "a\0b", "caf\u00e9 \u4e16"])
def test_no_text_becomes_a_header_field_of_its_own(value: str) -> None:
    app = App()

    @app.get("/redirect")
    def moved() -> Response:
        return redirect(value)

    @app.get("/header")
    def headed() -> Response:
        return Response("", headers=[("X-Name", value)])

    @app.get("/cookie")
    def cooked() -> Response:
        response = Response("")
        response.set_cookie("name", value)
        return response

    @app.get("/reply")
    def replied(request: Request) -> str:
        request.reply.headers["X-Name"] = value
        return ""

    moves = ("/redirect",) if value.isascii() else ()  # what is not, is percent-encoded there
    for path in (*moves, "/header", "/cookie", "/reply"):
        with pytest.raises(ValueError, match=r"the value of|cookie"):
            Client(app).get(path)


def test_what_a_template_puts_into_a_page_is_escaped(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text("<!doctype html><title>{{ title }}</title>")
    app = App()
    templates = app.templates(tmp_path)

    @app.get("/")
    def front(request: Request, title: str) -> Response:
        return templates.render(request, "page.html", title=title)

    page = Client(app).get("/", query={"title": "</title><script>"}).text
    assert "&lt;/title&gt;&lt;script&gt;" in page
