"""The application behind the wire tests: it writes down what it saw before it answers.

Each call appends one line to the file that `WIRE_EVENTS` names, in a single write, so that the
record is complete when the answer arrives.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from wsgiref.types import StartResponse, WSGIEnvironment

from .events import Event

EVENTS = os.open(os.environ["WIRE_EVENTS"], os.O_WRONLY | os.O_APPEND)


def application(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """Answer with the method and the path that arrived."""
    variables = {key: value for key, value in environ.items() if isinstance(value, str)}
    event = Event(variables, environ["wsgi.input"].read())
    os.write(EVENTS, event.line())
    start_response("200 OK", [("Content-Type", "text/plain; charset=latin-1")])
    return [event.answer]
