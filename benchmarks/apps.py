"""The applications that every server under measurement runs."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import TYPE_CHECKING
from wsgiref.types import StartResponse, WSGIEnvironment

if TYPE_CHECKING:
    from flask import Flask

GREETING = b"Hello, world!\n"
BLOCKED_SECONDS = 0.05


def hello(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """Answer a few bytes at once, or after 50 ms of waiting when the path is `/wait`."""
    if environ["PATH_INFO"] == "/wait":
        time.sleep(BLOCKED_SECONDS)
    headers = [("Content-Type", "text/plain"), ("Content-Length", str(len(GREETING)))]
    start_response("200 OK", headers)
    return [GREETING]


def flask() -> Flask:
    """Build the same greeting as a Flask application."""
    from flask import Flask  # only one scenario needs it

    app = Flask(__name__)
    app.add_url_rule("/", "greet", GREETING.decode)
    return app
