"""A response that is made once and returned to everybody keeps nothing of anybody."""

from __future__ import annotations

import pytest

from potstill.web import App, HTTPError, Next, Request, Respond, Response, html, redirect, text
from potstill.web.testing import Answer, Client


def remembering(request: Request, call: Next) -> Response:
    """A layer that says something to one client only."""
    response = call(request)
    response.set_cookie("user", request.path[1:])
    return response


def cookies(answer: Answer) -> list[str]:
    return [value.partition(";")[0] for value in answer.headers.all("Set-Cookie")]


def test_a_page_that_is_returned_again_has_no_cookie_of_the_client_before() -> None:
    app, page = App(), html("page")
    app.use(remembering)

    @app.get("/{who}")
    def show(who: str) -> Response:
        return page

    assert cookies(Client(app).get("/alice")) == ["user=alice"]
    assert cookies(Client(app).get("/bob")) == ["user=bob"]
    assert "Set-Cookie" not in page.headers


def test_a_response_that_is_raised_again_has_no_cookie_of_the_client_before() -> None:
    app, away = App(), redirect("/login")
    app.use(remembering)

    @app.get("/{who}")
    def show(who: str) -> str:
        raise Respond(away)

    assert cookies(Client(app).get("/alice")) == ["user=alice"]
    assert cookies(Client(app).get("/bob")) == ["user=bob"]
    assert "Set-Cookie" not in away.headers


def test_an_answer_to_errors_that_is_given_again_has_no_cookie_of_the_client_before() -> None:
    app, missing = App(), text("nothing here", 404)
    app.use(remembering)

    @app.catch(404)
    def nothing(request: Request, error: HTTPError) -> Response:
        return missing

    assert cookies(Client(app).get("/alice")) == ["user=alice"]
    assert cookies(Client(app).get("/bob")) == ["user=bob"]


def test_a_page_that_is_returned_again_has_another_nonce() -> None:
    app, page = App(), html("page")
    nonces: list[str] = []

    @app.get("/")
    def show(request: Request) -> Response:
        nonces.append(request.nonce)
        return page

    policies = [Client(app).get("/").headers["Content-Security-Policy"] for _ in "ab"]
    assert nonces[0] != nonces[1]
    assert nonces[0] in policies[0]
    assert nonces[1] in policies[1]
    assert nonces[0] not in policies[1]


@pytest.mark.parametrize("status", [200, 404])
def test_what_a_layer_changes_is_changed_for_this_answer_only(status: int) -> None:
    app, page = App(), text("page", status)

    @app.use
    def teapot(request: Request, call: Next) -> Response:
        response = call(request)
        if request.path == "/tea":
            response.status, response.body = 418, b"tea"
        return response

    @app.get("/{what}")
    def show(what: str) -> Response:
        return page

    client = Client(app)
    assert (client.get("/tea").status, client.get("/tea").text) == (418, "tea")
    assert (client.get("/page").status, client.get("/page").text) == (status, "page")


def test_a_layer_may_answer_with_one_response_again_and_again() -> None:
    app, down = App(), text("down", 503)
    app.use(remembering)
    app.use(lambda request, call: down)
    client = Client(app)
    client.get("/alice")
    assert cookies(client.get("/bob")) == ["user=bob"]


def test_so_may_a_handler_with_one_of_a_class_of_its_own() -> None:
    class Page(Response):
        pass

    app, page = App(), Page("x")
    app.use(remembering)

    @app.get("/{who}")
    def show(who: str) -> Response:
        return page

    client = Client(app)
    client.get("/alice")
    assert cookies(client.get("/bob")) == ["user=bob"]
