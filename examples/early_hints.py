"""Early hints: the browser fetches the style sheet while the page is still being made (RFC 8297).

potstill examples.early_hints:app
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from wsgiref.types import StartResponse, WSGIEnvironment

STYLE = b"body { font: 1.2rem/1.5 serif; max-width: 40rem; margin: auto }\n"
LINK = ("Link", "</style.css>; rel=preload; as=style")
SECONDS = 0.2
"""What a page may take that asks a database or two."""


def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """The page and its style sheet."""
    if environ["PATH_INFO"] == "/style.css":
        return answer(start_response, "text/css", STYLE)
    hint_at(environ, LINK)
    return answer(start_response, "text/html", report())


def hint_at(environ: WSGIEnvironment, link: tuple[str, str]) -> None:
    """Say what the page will need, where a server can and a browser asks.

    Only browsers that open a page know what to do with it. Others have to ignore a 103, but some
    old clients, Python's `http.client` among them, take it for the answer.
    """
    if "wsgi.early_hints" in environ and environ.get("HTTP_SEC_FETCH_MODE") == "navigate":
        environ["wsgi.early_hints"]([link])


def report() -> bytes:
    """A page that takes its time."""
    time.sleep(SECONDS)
    return (
        b'<!doctype html><title>Report</title><link rel="stylesheet" href="/style.css">'
        b"<h1>Report</h1><p>The style sheet was here before this page.</p>"
    )


def answer(start_response: StartResponse, kind: str, body: bytes) -> Iterable[bytes]:
    """An answer of known length."""
    headers = [("Content-Type", f"{kind}; charset=utf-8"), ("Content-Length", str(len(body)))]
    start_response("200 OK", headers)
    return [body]
