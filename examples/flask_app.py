"""A few routes in Flask: `potstill examples.flask_app:app`."""

from __future__ import annotations

from flask import Flask, Response, jsonify, request

app = Flask(__name__)


@app.get("/")
def page() -> str:
    return "<!doctype html><title>Flask</title><h1>Flask on Potstill</h1>"


@app.post("/echo")
def echo() -> Response:
    return jsonify(request.get_json())


@app.post("/upload")
def upload() -> Response:
    size = sum(len(block) for block in request.files["file"].stream)
    return jsonify(name=request.files["file"].filename, size=size, note=request.form["note"])


@app.get("/stream")
def stream() -> Response:
    return Response((f"line {number}\n" for number in range(5)), content_type="text/plain")


@app.get("/error")
def error() -> str:
    raise RuntimeError("raised on purpose")
