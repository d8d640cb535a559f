"""An application that tells, in JSON, in which process it runs and what it knows of both ends."""

from __future__ import annotations

import json
import os
from wsgiref.types import StartResponse, WSGIEnvironment

KEYS = ("REMOTE_ADDR", "REMOTE_PORT", "SERVER_NAME", "SERVER_PORT", "wsgi.url_scheme")


def app(environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
    told = {key: environ.get(key) for key in KEYS} | {
        "pid": os.getpid(),
        "size": len(environ["wsgi.input"].read()),
        "listen": sorted(name for name in os.environ if name.startswith("LISTEN_")),
    }
    start_response("200 OK", [("Content-Type", "application/json")])
    return [json.dumps(told).encode()]
