"""Flask as it comes; nothing validated."""

from __future__ import annotations

from wsgiref.types import WSGIApplication

from flask import Flask, Response, jsonify, request, send_from_directory

TEXT = "text/plain"


def _new() -> Flask:
    return Flask("benchmarks", static_folder=None)


def hello() -> WSGIApplication:
    """Text."""
    app = _new()

    @app.get("/hello")
    def hello() -> Response:
        return Response("Hello, World!", mimetype=TEXT)

    return app


def item() -> WSGIApplication:
    """JSON, and one number out of the path."""
    app = _new()

    @app.get("/items/<int:id>")
    def item(id: int) -> dict[str, object]:
        return {"id": id, "name": f"item {id}"}

    return app


def order() -> WSGIApplication:
    """JSON in and out."""
    app = _new()

    @app.post("/orders")
    def order() -> Response:
        return jsonify(request.get_json())

    return app


def routes(count: int) -> WSGIApplication:
    """So many routes, each with a number in its path."""
    app = _new()

    def entry(id: int) -> Response:
        return Response(str(id), mimetype=TEXT)

    for number in range(count):
        app.get(f"/section{number}/<int:id>", endpoint=f"entry{number}")(entry)
    return app


def static(directory: str) -> WSGIApplication:
    """Files below `/static`."""
    app = _new()

    @app.get("/static/<path:path>")
    def static(path: str) -> Response:
        return send_from_directory(directory, path)

    return app


def upload() -> WSGIApplication:
    """A file of a form, which it keeps on disk."""
    app = _new()

    @app.post("/upload")
    def upload() -> Response:
        return Response(str(request.files["file"].stream.seek(0, 2)), mimetype=TEXT)

    return app
