"""An application whose call waits until the process gets SIGUSR1."""

from __future__ import annotations

import signal
import sys
import threading
from types import FrameType
from wsgiref.types import StartResponse, WSGIEnvironment

opened = threading.Event()


def _open(signum: int, frame: FrameType | None) -> None:
    opened.set()


signal.signal(signal.SIGUSR1, _open)


def app(environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
    """`/gate` waits; everything else answers with the body of its request."""
    body = environ["wsgi.input"].read()
    if environ["PATH_INFO"] == "/gate":
        print("waiting", file=sys.stderr, flush=True)
        opened.wait()
        body = b"through"
    start_response("200 OK", [("Content-Type", "application/octet-stream")])
    return [body]
