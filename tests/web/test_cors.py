"""What pages of other origins may read, and what they may not."""

from __future__ import annotations

from typing import Any

import pytest

from potstill.web import App
from potstill.web.errors import SetupError
from potstill.web.request import Request
from potstill.web.response import Response
from potstill.web.security.cors import Cors
from potstill.web.testing import Client
from tests.web.support import environ

SITE = "https://example.com"


def ask(cors: Cors, origin: str | None, answer: Response | None = None, **more: Any) -> Response:
    """A GET of a page of this origin."""
    if origin is not None:
        more["HTTP_ORIGIN"] = origin
    return cors(Request(environ(**more)), lambda _: answer or Response(b"content"))


def preflight(cors: Cors, origin: str = SITE, method: str = "PUT", **more: Any) -> Response:
    """What a browser asks first; nothing below may answer it."""

    def never(request: Request) -> Response:
        raise AssertionError(request)

    more |= {"REQUEST_METHOD": "OPTIONS", "HTTP_ORIGIN": origin}
    more["HTTP_ACCESS_CONTROL_REQUEST_METHOD"] = method
    return cors(Request(environ("/nowhere", **more)), never)


def test_a_page_of_a_named_origin_may_read() -> None:
    response = ask(Cors([SITE]), SITE)
    assert response.headers["Access-Control-Allow-Origin"] == SITE
    assert response.headers["Vary"] == "Origin"
    assert "Access-Control-Allow-Credentials" not in response.headers


@pytest.mark.parametrize("origin", [None, "null", "https://evil.test", "", "https://example.com/"])
def test_others_may_not_and_caches_know_why(origin: str | None) -> None:
    response = ask(Cors([SITE]), origin)
    assert response.body == b"content"
    assert list(response.headers) == [("Vary", "Origin")]


def test_what_varies_already_varies_by_both() -> None:
    response = ask(Cors([SITE]), SITE, Response(b"", headers=[("Vary", "Accept")]))
    assert response.headers.all("Vary") == ["Accept, Origin"]


@pytest.mark.parametrize("origin", [None, "null", SITE])
def test_any_page_may_read_what_is_for_everybody_and_it_is_cached_once(origin: str | None) -> None:
    response = ask(Cors("*"), origin)
    assert list(response.headers) == [("Access-Control-Allow-Origin", "*")]


def test_errors_can_be_read_as_well() -> None:
    response = ask(Cors([SITE]), SITE, Response("no", 401))
    assert response.status == 401
    assert response.headers["Access-Control-Allow-Origin"] == SITE


def test_one_response_for_all_does_not_remember_who_asked_first() -> None:
    cors, shared = Cors([SITE, "https://other.test"], credentials=True), Response(b"x")
    assert ask(cors, SITE, shared).headers["Access-Control-Allow-Origin"] == SITE
    other = ask(cors, "https://other.test", shared)
    assert other.headers["Access-Control-Allow-Origin"] == "https://other.test"
    assert "Access-Control-Allow-Origin" not in ask(cors, "https://evil.test", shared).headers
    assert list(shared.headers) == []


def test_a_handler_with_a_policy_of_its_own_is_left_alone() -> None:
    own = [("access-control-allow-origin", "https://only.test")]
    response = ask(Cors([SITE], credentials=True), SITE, Response(b"", headers=own))
    assert list(response.headers) == own


def test_credentials_and_what_is_exposed_are_said() -> None:
    response = ask(Cors([SITE], credentials=True, expose=["X-Total", "ETag"]), SITE)
    assert response.headers["Access-Control-Allow-Credentials"] == "true"
    assert response.headers["Access-Control-Expose-Headers"] == "X-Total, ETag"


def test_a_preflight_is_answered_for_each_path() -> None:
    response = preflight(Cors([SITE], methods=["GET", "PUT"], headers=["X-A", "X-B"], max_age=5))
    assert response.status == 204
    assert response.body == b""
    assert dict(response.headers) == {
        "Vary": "Origin, Access-Control-Request-Headers",
        "Access-Control-Allow-Origin": SITE,
        "Access-Control-Allow-Methods": "GET, PUT",
        "Access-Control-Max-Age": "5",
        "Access-Control-Allow-Headers": "X-A, X-B",
    }


@pytest.mark.parametrize("origin", ["null", "https://evil.test", "https://example.com.evil.test"])
def test_a_preflight_of_others_is_answered_with_nothing(origin: str) -> None:
    response = preflight(Cors([SITE], credentials=True, private_network=True), origin)
    assert response.status == 204
    assert [name for name, _ in response.headers] == ["Vary"]


def test_what_is_asked_for_is_allowed_where_all_is_but_no_rubbish_is_sent_back() -> None:
    cors = Cors([SITE], headers="*", credentials=True)
    asked: dict[str, Any] = {
        "HTTP_ACCESS_CONTROL_REQUEST_HEADERS": "x-one,Authorization , b d, , é, <x>"
    }
    response = preflight(cors, **asked)
    assert response.headers["Access-Control-Allow-Headers"] == "x-one, Authorization"
    assert response.headers["Access-Control-Allow-Credentials"] == "true"
    assert "Access-Control-Allow-Headers" not in preflight(cors).headers


def test_a_local_network_is_open_only_if_it_was_said() -> None:
    asked: dict[str, Any] = {"HTTP_ACCESS_CONTROL_REQUEST_PRIVATE_NETWORK": "true"}
    name = "Access-Control-Allow-Private-Network"
    assert preflight(Cors([SITE], private_network=True), **asked).headers[name] == "true"
    assert name not in preflight(Cors([SITE], private_network=True)).headers
    assert name not in preflight(Cors([SITE]), **asked).headers


@pytest.mark.parametrize(
    "more",
    [
        {"REQUEST_METHOD": "OPTIONS"},
        {"REQUEST_METHOD": "OPTIONS", "HTTP_ORIGIN": SITE},
        {"REQUEST_METHOD": "OPTIONS", "HTTP_ACCESS_CONTROL_REQUEST_METHOD": "PUT"},
        {"HTTP_ORIGIN": SITE, "HTTP_ACCESS_CONTROL_REQUEST_METHOD": "PUT"},
    ],
)
def test_what_is_no_preflight_goes_on(more: dict[str, Any]) -> None:
    assert ask(Cors([SITE]), None, **more).body == b"content"


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        ({"origins": "*", "credentials": True}, "name the origins"),
        ({"origins": []}, "needs an origin"),
        ({"origins": ["null"]}, "is no origin"),
        ({"origins": ["*"]}, "is no origin"),
        ({"origins": SITE}, "are a list"),
        ({"origins": [SITE], "methods": "GET"}, "is a list"),
        ({"origins": [SITE], "headers": ["X A"]}, "cannot stand"),
        ({"origins": [SITE], "headers": ["*"]}, "cannot stand"),
        ({"origins": [SITE], "expose": ["*"]}, "cannot stand"),
        ({"origins": [SITE], "expose": ["A\r\nB: c"]}, "cannot stand"),
    ],
)
def test_a_policy_that_cannot_be_meant_is_refused_at_the_start(
    options: dict[str, Any], complaint: str
) -> None:
    with pytest.raises(SetupError, match=complaint):
        Cors(**options)


def test_an_application_answers_preflights_everywhere_and_lets_errors_be_read() -> None:
    app = App()
    app.use(Cors([SITE]))

    @app.get("/here")
    def here(request: Request) -> str:
        return "here"

    client = Client(app, headers={"Origin": SITE})
    asks = {"Access-Control-Request-Method": "GET"}
    for path, status in (("/here", 200), ("/nowhere", 404)):
        answer = client.get(path)
        assert (answer.status, answer.headers["Access-Control-Allow-Origin"]) == (status, SITE)
        answer = client.options(path, headers=asks)
        assert (answer.status, answer.headers["Access-Control-Allow-Origin"]) == (204, SITE)
    assert client.post("/here").headers["Access-Control-Allow-Origin"] == SITE
    assert client.options("/here").headers["Allow"] == "GET, HEAD, OPTIONS"
