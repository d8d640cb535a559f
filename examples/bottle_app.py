"""A few routes in Bottle: `potstill examples.bottle_app:app`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bottle import Bottle, request, response


def page() -> str:
    return "<!doctype html><title>Bottle</title><h1>Bottle on Potstill</h1>"


def echo() -> Any:
    return request.json


def upload() -> dict[str, object]:
    size = sum(len(block) for block in request.files["file"].file)
    return {"name": request.files["file"].raw_filename, "size": size, "note": request.forms["note"]}


def stream() -> Iterator[str]:
    response.content_type = "text/plain"
    yield from (f"line {number}\n" for number in range(5))


def error() -> str:
    raise RuntimeError("raised on purpose")


app = Bottle()
app.get("/", callback=page)
app.post("/echo", callback=echo)
app.post("/upload", callback=upload)
app.get("/stream", callback=stream)
app.get("/error", callback=error)
