"""No framework: what Python itself takes for the answer, and the loop that calls it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment


def _answered(start_response: StartResponse, kind: str, body: bytes) -> list[bytes]:
    start_response("200 OK", [("Content-Type", kind), ("Content-Length", str(len(body)))])
    return [body]


def hello() -> WSGIApplication:
    """Text, whatever was asked."""

    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        return _answered(start_response, "text/plain; charset=utf-8", b"Hello, World!")

    return app


def item() -> WSGIApplication:
    """A number out of the path, and an object."""

    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        number = int(environ["PATH_INFO"].rpartition("/")[2])
        body = json.dumps({"id": number, "name": f"item {number}"}).encode()
        return _answered(start_response, "application/json", body)

    return app


def order() -> WSGIApplication:
    """JSON in and out, nothing checked."""

    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        order = json.loads(environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])))
        return _answered(start_response, "application/json", json.dumps(order).encode())

    return app
