"""Small applications that several of these tests ask."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import msgspec

from potstill.web import (
    App,
    Request,
    created,
)


class NewTodo(msgspec.Struct, forbid_unknown_fields=True):
    title: str
    due: date | None = None


class Todo(NewTodo, kw_only=True):
    id: int


def todos() -> App:
    """Two resources, as most applications have them."""
    app = App(title="Todos", version="1")

    @app.resource("/todos")
    class Todos:
        def get(self, limit: int = 2) -> list[Todo]:
            return [Todo(id=number, title="milk") for number in range(limit)]

        def post(self, request: Request, body: NewTodo) -> Todo:
            return created(request, Todo(id=7, title=body.title), "/todos/7")

    @app.resource("/todos/{id:int}")
    class OneTodo:
        def get(self, id: int) -> Todo:
            return Todo(id=id, title="milk")

        def delete(self, id: int) -> None:
            return None

    return app


def echo(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """Tells where it was called."""
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [f"{environ['SCRIPT_NAME']}|{environ['PATH_INFO']}".encode("latin-1")]


def call(app: WSGIApplication, environ: WSGIEnvironment) -> tuple[str, bytes]:
    """Status and body, by hand: with an environ that no client would send."""
    seen: list[str] = []

    def start_response(
        status: str, headers: list[tuple[str, str]], exc_info: object = None, /
    ) -> Callable[[bytes], object]:
        seen.append(status)
        return lambda block: None

    body = app(environ, start_response)
    try:
        blocks = b"".join(body)
    finally:
        close = getattr(body, "close", None)
        if close is not None:
            close()
    return seen[-1], blocks
