"""Potstill web as it comes: its security header fields and its CSRF check included."""

from __future__ import annotations

from wsgiref.types import WSGIApplication

import msgspec

from potstill.web import App
from potstill.web.forms.form import Upload


class Line(msgspec.Struct):
    """One line of an order."""

    article: str
    count: int
    price: float


class Order(msgspec.Struct):
    """What is sent, checked, and sent back."""

    customer: str
    lines: list[Line]
    note: str | None = None


def hello() -> WSGIApplication:
    """Text."""
    app = App()

    @app.get("/hello")
    def hello() -> str:
        return "Hello, World!"

    return app


def item() -> WSGIApplication:
    """JSON, and one number out of the path."""
    app = App()

    @app.get("/items/{id:int}")
    def item(id: int) -> dict[str, object]:
        return {"id": id, "name": f"item {id}"}

    return app


def order() -> WSGIApplication:
    """A validated structure in and out."""
    app = App()

    @app.post("/orders")
    def order(body: Order) -> Order:
        return body

    return app


def routes(count: int) -> WSGIApplication:
    """So many routes, each with a number in its path."""
    app = App()

    def entry(id: int) -> str:
        return str(id)

    for number in range(count):
        app.get(f"/section{number}/{{id:int}}", name=f"entry{number}")(entry)
    return app


def static(directory: str) -> WSGIApplication:
    """Files below `/static`."""
    app = App()
    app.static("/static", directory)
    return app


def upload() -> WSGIApplication:
    """A file of a form, which it keeps on disk."""
    app = App()

    @app.post("/upload")
    def upload(file: Upload) -> str:
        return str(file.size)

    return app
