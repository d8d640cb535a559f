"""Falcon 4: media handlers of the standard library's `json`, as it comes; nothing validated."""

from __future__ import annotations

import tempfile
from importlib import import_module
from typing import Any
from wsgiref.types import WSGIApplication

BLOCK = 65536

falcon: Any = import_module("falcon")


class Hello:
    """Text."""

    def on_get(self, req: Any, resp: Any) -> None:
        """Answer it."""
        resp.content_type = "text/plain; charset=utf-8"
        resp.text = "Hello, World!"


class Item:
    """JSON, and one number out of the path."""

    def on_get(self, req: Any, resp: Any, id: int) -> None:
        """Answer it."""
        resp.media = {"id": id, "name": f"item {id}"}


class Order:
    """JSON in and out."""

    def on_post(self, req: Any, resp: Any) -> None:
        """Send back what came."""
        resp.media = req.media


class Entry:
    """A number of the path as text."""

    def on_get(self, req: Any, resp: Any, id: int) -> None:
        """Answer it."""
        resp.content_type = "text/plain; charset=utf-8"
        resp.text = str(id)


class Upload:
    """A file of a form, streamed to disk."""

    def on_post(self, req: Any, resp: Any) -> None:
        """Tell its size."""
        for part in req.media:
            with tempfile.TemporaryFile() as file:
                while block := part.stream.read(BLOCK):
                    file.write(block)
                resp.text = str(file.tell())
        resp.content_type = "text/plain; charset=utf-8"


def _app(pattern: str, resource: object) -> Any:
    app = falcon.App()
    app.add_route(pattern, resource)
    return app


def hello() -> WSGIApplication:
    """Text."""
    app: WSGIApplication = _app("/hello", Hello())
    return app


def item() -> WSGIApplication:
    """JSON, and one number out of the path."""
    app: WSGIApplication = _app("/items/{id:int}", Item())
    return app


def order() -> WSGIApplication:
    """JSON in and out."""
    app: WSGIApplication = _app("/orders", Order())
    return app


def routes(count: int) -> WSGIApplication:
    """So many routes, each with a number in its path."""
    app: Any = falcon.App()
    for number in range(count):
        app.add_route(f"/section{number}/{{id:int}}", Entry())
    made: WSGIApplication = app
    return made


def static(directory: str) -> WSGIApplication:
    """Files below `/static`."""
    app: Any = falcon.App()
    app.add_static_route("/static", directory)
    made: WSGIApplication = app
    return made


def upload() -> WSGIApplication:
    """A file of a form, streamed to disk."""
    app: WSGIApplication = _app("/upload", Upload())
    return app
