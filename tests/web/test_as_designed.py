"""One application with what a small product has: verbs, types, files, a mount, pages, errors."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from wsgiref.simple_server import demo_app
from wsgiref.validate import validator

import msgspec
import pytest

from potstill.web import App, HTTPError, Request, Response, created, html, redirect
from potstill.web.testing import Client


class NewTodo(msgspec.Struct, forbid_unknown_fields=True):
    title: str
    due: date | None = None


class Todo(NewTodo, kw_only=True):
    id: int
    done: bool = False


@pytest.fixture
def app(tmp_path: Path) -> App:
    (tmp_path / "app.css").write_text("body { color: black }")
    app = App(title="Todos", version="1.0")
    todos: dict[int, Todo] = {}

    @app.resource("/todos")
    class Todos:
        def get(self, request: Request, done: bool | None = None, limit: int = 50) -> list[Todo]:
            return [each for each in todos.values() if done in (None, each.done)][:limit]

        def post(self, request: Request, body: NewTodo) -> Todo:
            todo = Todo(id=len(todos) + 1, title=body.title, due=body.due)
            todos[todo.id] = todo
            return created(request, todo, request.url_for(OneTodo, id=todo.id))

    @app.resource("/todos/{id:int}")
    class OneTodo:
        def get(self, request: Request, id: int) -> Todo:
            if id not in todos:
                raise HTTPError(404, "There is no such to-do.")
            return todos[id]

        def delete(self, request: Request, id: int) -> None:
            todos.pop(id, None)

    @app.get("/hello/{name}")
    def hello(request: Request, name: str) -> str:
        return f"Hello, {name}!"

    @app.get("/")
    def front(request: Request) -> Response:
        return html("<h1>Todos</h1>") if request.wants_page else redirect("/todos")

    app.static("/assets", tmp_path)
    app.mount("/legacy", demo_app)
    return app


def test_it_all_works_together(app: App) -> None:
    client = Client(app)
    answer = client.post("/todos", json={"title": "milk", "due": "2026-12-24"})
    assert (answer.status, answer.headers["Location"]) == (201, "/todos/1")
    assert client.get("/todos/1").json() == {
        "title": "milk",
        "due": "2026-12-24",
        "id": 1,
        "done": False,
    }
    assert [len(client.get(path).json()) for path in ("/todos?done=no", "/todos?done=yes")] == [
        1,
        0,
    ]
    assert client.delete("/todos/1").status == 204
    assert client.get("/todos/1").json()["detail"] == "There is no such to-do."
    assert client.get("/hello/J%C3%BCrgen").text == "Hello, Jürgen!"
    assert client.get("/", headers={"Accept": "text/html"}).text == "<h1>Todos</h1>"
    assert client.get("/").headers["Location"] == "/todos"
    hashed = client.get(app.asset_url("app.css"))
    assert (hashed.text, hashed.headers["Cache-Control"].rpartition(", ")[2]) == (
        "body { color: black }",
        "immutable",
    )
    assert "SCRIPT_NAME = '/legacy'" in client.get("/legacy/x").text
    assert sorted(client.get("/openapi.json").json()["paths"]) == [
        "/",
        "/hello/{name}",
        "/todos",
        "/todos/{id}",
    ]


@pytest.mark.parametrize(
    ("body", "field"), [({"title": 7}, "title"), ({"title": "x", "dew": 1}, "dew"), ({}, "title")]
)
def test_what_is_wrong_is_named(app: App, body: dict[str, object], field: str) -> None:
    answer = Client(app).post("/todos", json=body)
    assert (answer.status, answer.content_type) == (422, "application/problem+json")
    assert field in str(answer.json()["errors"])


def test_it_keeps_the_letter_of_pep_3333(app: App) -> None:
    from tests.web.support import environ

    checked = validator(app)
    asked = environ("/todos", REQUEST_METHOD="GET", CONTENT_LENGTH="")
    del asked["CONTENT_LENGTH"]
    statuses: list[str] = []

    def start_response(status: str, headers: object, exc_info: object = None) -> object:
        statuses.append(status)
        return lambda block: None

    body = checked(asked, start_response)  # type: ignore[arg-type]
    assert b"".join(body) == b"[]"
    body.close()  # type: ignore[attr-defined]
    assert statuses == ["200 OK"]
