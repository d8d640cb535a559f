"""The simplest application of PEP 3333, in bytes: `potstill examples.hello:app`."""

from __future__ import annotations

from wsgiref.types import StartResponse, WSGIEnvironment

GREETING = "Hello world!\n"


def app(environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
    """Status and headers are native strings; the body is text that was encoded."""
    body = GREETING.encode()
    headers = [("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", str(len(body)))]
    start_response("200 OK", headers)
    return [body]
