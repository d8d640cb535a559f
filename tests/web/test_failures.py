"""What is answered, and noted, when a call, a catcher or the answer itself fails."""

from __future__ import annotations

from io import StringIO
from typing import Any

import pytest

from potstill.web import (
    App,
    HTTPError,
    Next,
    Request,
    Respond,
    Response,
    SetupError,
    html,
    redirect,
    text,
)
from potstill.web.security.csrf import csrf_token
from potstill.web.testing import Client
from tests.web.faults_of_others.sites import call
from tests.web.support import environ


def failing() -> App:
    app = App()

    @app.get("/")
    def front() -> str:
        raise ValueError("seen")

    return app


# -- catchers --------------------------------------------------------------------------------------


def test_whoever_catches_all_exceptions_does_not_catch_a_response() -> None:
    app = App()

    @app.catch(Exception)
    def caught(request: Request, error: Exception) -> Response:
        return text("caught", 500)

    @app.get("/{kind}")
    def show(kind: str) -> str:
        raise Respond(redirect("/x")) if kind == "away" else ValueError

    client = Client(app)
    assert (client.get("/away").status, client.get("/away").headers["Location"]) == (303, "/x")
    assert client.get("/fault").text == "caught"


def test_whoever_catches_all_exceptions_does_not_catch_an_http_error() -> None:
    app = App()

    @app.catch(Exception)
    def caught(request: Request, error: Exception) -> Response:
        return text("caught", 500)

    assert Client(app).get("/nothing").status == 404


def test_a_catcher_that_raises_what_it_got_is_reported_and_answered_with_500() -> None:
    app = failing()

    @app.catch(ValueError)
    def pass_on(request: Request, error: ValueError) -> Response:
        raise error

    answer = Client(app, raise_errors=False).get("/")
    assert answer.status == 500
    assert answer.errors.count("GET '/' failed") == 1
    assert "ValueError: seen" in answer.errors


def test_a_catcher_of_500_that_fails_is_reported_beside_the_fault_and_answered_with_500() -> None:
    app = failing()

    @app.catch(500)
    def broken(request: Request, error: HTTPError) -> Response:
        raise RuntimeError("of the catcher")

    answer = Client(app, raise_errors=False).get("/")
    assert answer.status == 500
    assert answer.content_type == "application/problem+json"
    assert "ValueError: seen" in answer.errors
    assert "RuntimeError: of the catcher" in answer.errors


@pytest.mark.parametrize("what", [404, HTTPError])
def test_a_catcher_that_returns_no_response_is_named_and_answered_with_500(what: Any) -> None:
    app = App()

    @app.catch(what)
    def forgetful(request: Request, error: HTTPError) -> Any:
        return "text"

    answer = Client(app, raise_errors=False).get("/")
    assert answer.status == 500
    assert "forgetful, which catches errors, returned 'text', not a Response" in answer.errors


@pytest.mark.parametrize(
    "what",
    [
        BaseException,
        KeyboardInterrupt,
        Respond,
        int,
        200,
        399,
        600,
        True,
        404.0,
        "404",
        (ValueError, KeyError),
    ],
)
def test_what_will_never_be_caught_is_refused(what: Any) -> None:
    with pytest.raises(SetupError):
        App().catch(what)(lambda request, error: text(""))


def test_the_cookie_of_a_token_on_an_error_page_reaches_the_client() -> None:
    app = App()

    @app.catch(404)
    def nothing(request: Request, error: HTTPError) -> Response:
        return html(csrf_token(request), 404)

    @app.post("/change")
    def change() -> str:
        return "changed"

    page = Client(app).get("/nothing")
    (cookie,) = page.headers.all("Set-Cookie")
    fields = {"REQUEST_METHOD": "POST", "HTTP_COOKIE": cookie.partition(";")[0]}
    assert page.status == 404
    assert call(app, environ("/change", **fields))[0].startswith("403")
    fields["HTTP_X_CSRF_TOKEN"] = page.text
    assert call(app, environ("/change", **fields)) == ("200 OK", b"changed")


# -- what is said beside an answer -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        ("value", 200),
        ("response", 200),
        ("error", 409),
        ("away", 303),
        ("fault", 500),
        ("caught", 410),
        ("layer", 403),
    ],
)
def test_header_fields_of_the_reply_go_with_any_answer_once(kind: str, status: int) -> None:
    app, away, page = App(), redirect("/x"), text("page")

    @app.use
    def refusing(request: Request, call: Next) -> Response:
        if request.path == "/layer":
            request.reply.headers.add("X-Seen", "yes")
            raise HTTPError(403)
        return call(request)

    @app.catch(LookupError)
    def gone(request: Request, error: LookupError) -> Response:
        return text("gone", 410)

    @app.get("/{kind}")
    def show(request: Request, kind: str) -> Response:
        request.reply.headers.add("X-Seen", "yes")
        raised: dict[str, Exception] = {
            "error": HTTPError(409),
            "away": Respond(away),
            "fault": ZeroDivisionError(),
            "caught": LookupError(),
        }
        if kind in raised:
            raise raised[kind]
        return page

    if kind == "value":
        app.get("/value")(_said)
    client = Client(app, raise_errors=False)
    for _ in range(2):  # nor does it stay in what is returned again
        answer = client.get(f"/{kind}")
        assert (answer.status, answer.headers.all("X-Seen")) == (status, ["yes"])


def _said(request: Request) -> str:
    request.reply.headers.add("X-Seen", "yes")
    return "value"


def test_what_a_layer_says_behind_the_answer_is_sent_once_too() -> None:
    app = App()

    @app.use
    def late(request: Request, call: Next) -> Response:
        response = call(request)
        request.reply.headers.add("X-Seen", "late")
        return response

    app.get("/")(_said)
    client = Client(app)
    assert client.get("/").headers.all("X-Seen") == ["yes", "late"]
    assert client.get("/nothing").headers.all("X-Seen") == ["late"]


# -- what turns out to be no answer ----------------------------------------------------------------


@pytest.mark.parametrize("wrong", [{"etag": 'a"b'}, {"last_modified": float("nan")}])
def test_a_response_that_cannot_be_finished_is_reported_and_answered_with_500(
    wrong: dict[str, Any],
) -> None:
    app = App()

    @app.get("/")
    def front() -> Response:
        return Response("x", **wrong)

    answer = Client(app, raise_errors=False).get("/")
    assert answer.status == 500
    assert "GET '/' failed" in answer.errors
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_log_that_cannot_be_written_does_not_cost_the_answer() -> None:
    class Full(StringIO):
        def write(self, text: str, /) -> int:
            raise OSError("disk full")

    status, body = call(failing(), environ("/", **{"wsgi.errors": Full()}))
    assert status.startswith("500")
    assert b"disk full" not in body


@pytest.mark.parametrize("path", ["/é", "/\r\nGET '/admin' failed:"])
def test_a_path_neither_breaks_the_log_nor_adds_a_line_to_it(path: str) -> None:
    app = App()

    @app.get("/{rest:path}")
    def front(request: Request) -> str:
        raise ValueError("seen")

    log = StringIO()
    assert call(app, environ(path, **{"wsgi.errors": log}))[0].startswith("500")
    lines = log.getvalue().splitlines()
    assert log.getvalue().isascii()
    assert [line.startswith("GET ") for line in lines] == [True, *[False] * (len(lines) - 1)]
