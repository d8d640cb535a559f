"""Bottle as it comes; nothing validated."""

from __future__ import annotations

from importlib import import_module
from typing import Any
from wsgiref.types import WSGIApplication

bottle: Any = import_module("bottle")


def hello() -> WSGIApplication:
    """Text."""
    app: Any = bottle.Bottle()

    @app.get("/hello")  # type: ignore[untyped-decorator]
    def hello() -> str:
        bottle.response.content_type = "text/plain; charset=utf-8"
        return "Hello, World!"

    made: WSGIApplication = app
    return made


def item() -> WSGIApplication:
    """JSON, and one number out of the path."""
    app: Any = bottle.Bottle()

    @app.get("/items/<id:int>")  # type: ignore[untyped-decorator]
    def item(id: int) -> dict[str, object]:
        return {"id": id, "name": f"item {id}"}

    made: WSGIApplication = app
    return made


def order() -> WSGIApplication:
    """JSON in and out."""
    app: Any = bottle.Bottle()

    @app.post("/orders")  # type: ignore[untyped-decorator]
    def order() -> Any:
        return bottle.request.json

    made: WSGIApplication = app
    return made


def routes(count: int) -> WSGIApplication:
    """So many routes, each with a number in its path."""
    app: Any = bottle.Bottle()

    def entry(id: int) -> str:
        bottle.response.content_type = "text/plain; charset=utf-8"
        return str(id)

    for number in range(count):
        app.get(f"/section{number}/<id:int>")(entry)
    made: WSGIApplication = app
    return made


def static(directory: str) -> WSGIApplication:
    """Files below `/static`."""
    app: Any = bottle.Bottle()

    @app.get("/static/<path:path>")  # type: ignore[untyped-decorator]
    def static(path: str) -> Any:
        return bottle.static_file(path, directory)

    made: WSGIApplication = app
    return made


def upload() -> WSGIApplication:
    """A file of a form, which it keeps on disk."""
    app: Any = bottle.Bottle()

    @app.post("/upload")  # type: ignore[untyped-decorator]
    def upload() -> str:
        file = bottle.request.files.file.file
        bottle.response.content_type = "text/plain; charset=utf-8"
        return str(file.seek(0, 2))

    made: WSGIApplication = app
    return made
