"""An application that fails in the way its path names."""

from __future__ import annotations

from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment


def app(environ: WSGIEnvironment, start_response: StartResponse) -> Any:
    """Break PEP 3333 as the path says."""
    way = environ["PATH_INFO"]
    headers = [("Content-Type", "text/plain")]
    if way == "/raise":
        raise RuntimeError("the secret")
    if way == "/silent":
        return [b"text"]
    if way in ("/short", "/long"):
        headers.append(("Content-Length", "7" if way == "/short" else "1"))
    if way == "/header":
        headers.append(("X-A", "a\r\nb"))
    start_response("fine" if way == "/status" else "200 OK", headers)
    wrong: dict[str, Any] = {"/str": ["text"], "/bytes": b"text", "/none": None}
    return wrong.get(way, [b"text"])
