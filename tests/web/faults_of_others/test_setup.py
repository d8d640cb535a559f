"""What else users of other frameworks miss: types, arguments instead of globals, hooks."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated, Any
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest

import potstill.web
from potstill.web import (
    App,
    Provide,
    Request,
    Response,
    stream,
    text,
)
from potstill.web.testing import Client, ConformanceError
from tests.support.server import ROOT
from tests.web.faults_of_others.sites import todos


def test_a_request_within_a_request_leaves_the_outer_one_what_it_was() -> None:
    app = App()

    @app.get("/{name}")
    def show(request: Request, name: str) -> str:
        inner = "" if name == "b" else Client(app).get("/b").text
        return f"{inner}{name}{request.path}"

    assert Client(app).get("/a").text == "b/ba/a"


def test_nothing_is_needed_around_a_call_outside_of_a_request() -> None:
    app = todos()
    assert app.url_for("Todos") == "/todos"  # no "working outside of application context"


def test_a_decorated_handler_keeps_its_type_and_can_be_called() -> None:
    app = App()

    @app.get("/hello/{name}")
    def hello(name: str) -> str:
        return f"Hello, {name}!"

    greeting: str = hello(name="you")  # mypy knows arguments and value
    assert greeting == "Hello, you!"


def test_the_package_is_typed_and_needs_nothing_but_what_it_names() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert project.get("dependencies", []) == []
    assert (Path(potstill.web.__file__).parent.parent / "py.typed").exists()


def test_what_a_typed_handler_refuses_names_each_field() -> None:
    answer = Client(todos()).post("/todos", json={"title": 7})
    assert answer.status == 422
    assert [error["field"] for error in answer.json()["errors"]] == ["title"]
    assert Client(todos()).get("/todos?limit=x").json()["errors"][0]["in"] == "query"


def test_the_types_of_handlers_are_its_openapi() -> None:
    document = Client(todos()).get("/openapi.json").json()
    assert document["openapi"].startswith("3.1")
    assert set(document["paths"]["/todos"]) >= {"get", "post"}
    assert document["paths"]["/todos/{id}"]["get"]["parameters"][0]["schema"]["type"] == "integer"
    assert "title" in document["components"]["schemas"]["NewTodo"]["properties"]


def test_what_a_handler_needs_is_an_argument_and_is_closed_with_the_response() -> None:
    app, steps = App(), []

    def connection() -> Iterator[str]:
        steps.append("opened")
        yield "connected"
        steps.append("closed")

    @app.get("/")
    def front(database: Annotated[str, Provide(connection)]) -> Response:
        def blocks() -> Iterator[bytes]:
            steps.append(database)
            yield b"."

        return stream(blocks())

    Client(app).get("/")
    assert steps == ["opened", "connected", "closed"]


def test_hooks_run_before_the_first_request_and_after_the_last() -> None:
    app, steps = App(), []
    app.on_start(lambda: steps.append("start"))
    app.on_stop(lambda: steps.append("stop"))

    @app.get("/")
    def front() -> None:
        steps.append("request")

    with Client(app) as client:
        client.get("/")
        client.get("/")
    assert steps == ["start", "request", "request", "stop"]


def test_a_tuple_is_refused_instead_of_meaning_a_status_in_secret() -> None:
    app = App()

    @app.get("/")
    def front() -> Any:
        return "gone", 410

    with pytest.raises(TypeError, match=r"request\.reply\.status"):
        Client(app).get("/")


def test_the_client_of_tests_finds_what_a_server_would_choke_on() -> None:
    def sloppy(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[Any]:
        start_response("200 OK", [("Content-Type", "text/plain")])
        return ["text instead of bytes"]

    with pytest.raises(ConformanceError, match="not bytes"):
        Client(sloppy).get("/")


@pytest.mark.parametrize(
    ("accept", "wanted"),
    [
        ("text/html", "text/html"),
        ("application/json;q=0.5, text/html;q=0.4", "application/json"),
        ("text/*", "text/html"),
        ("image/png", "None"),
        ("", "application/json"),
    ],
)
def test_content_is_negotiated_by_weight_and_not_by_order(accept: str, wanted: str) -> None:
    app = App()

    @app.get("/")
    def front(request: Request) -> Response:
        return text(str(request.prefers("application/json", "text/html")))

    assert Client(app).get("/", headers={"Accept": accept}).text == wanted
