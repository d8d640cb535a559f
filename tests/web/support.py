"""What the tests of the framework share: an environ, and a call of an application by hand."""

from __future__ import annotations

from io import BytesIO
from typing import Any
from wsgiref.types import WSGIEnvironment
from wsgiref.util import setup_testing_defaults


def environ(path: str = "/", body: bytes = b"", /, **more: Any) -> WSGIEnvironment:
    """An environ as a server would make it; `path` with its query, not yet decoded by anybody."""
    path, _, query = path.partition("?")
    made: WSGIEnvironment = {
        "PATH_INFO": path.encode().decode("latin-1"),
        "QUERY_STRING": query,
        "SCRIPT_NAME": "",
        "REMOTE_ADDR": "127.0.0.1",
    }
    if body:
        made["REQUEST_METHOD"] = "POST"
        made["CONTENT_LENGTH"] = str(len(body))
    made["wsgi.input"] = BytesIO(body)
    made.update(more)
    setup_testing_defaults(made)
    return made
