"""What stands behind the proxies: it tells what it was told, and sends what was asked."""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from wsgiref.types import StartResponse, WSGIEnvironment

from tests.clients.target import blocks
from tests.support.wire import until

ETAG = '"malt"'
STEPS = (b"one\n", b"two\n", b"three\n")
BINARY = ("Content-Type", "application/octet-stream")


def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """One of the routes below by the last words of the path; else the environ in JSON."""
    path = environ["PATH_INFO"]
    match path.removeprefix("/unbuffered").split("/"):
        case ["", "sized", length]:
            start_response("200 OK", [BINARY, ("Content-Length", length)])
            return [] if environ["REQUEST_METHOD"] == "HEAD" else blocks(int(length))
        case ["", "streamed", length]:
            start_response("200 OK", [BINARY])
            return blocks(int(length))
        case ["", "broken", kind]:
            length = [("Content-Length", "8000000")] if kind == "sized" else []
            start_response("200 OK", [BINARY, *length])
            return broken()
        case ["", "steps"]:
            start_response("200 OK", [BINARY, ("X-Accel-Buffering", "no")])
            return steps(Path(environ["QUERY_STRING"]))
        case ["", "validated"] if environ.get("HTTP_IF_NONE_MATCH") == ETAG:
            start_response("304 Not Modified", [("ETag", ETAG)])
            return []
        case ["", "gate"]:
            print("waiting", file=sys.stderr, flush=True)
            until(Path(environ["QUERY_STRING"]).exists, timeout=20)
    body = json.dumps(described(environ)).encode()
    headers = [("Content-Type", "application/json"), ("Content-Length", str(len(body)))]
    start_response("200 OK", [*headers, ("ETag", ETAG)])
    return [body]


def steps(gate: Path) -> Iterator[bytes]:
    """Three blocks; each of the last two waits for a file of its name in the gate's directory."""
    yield STEPS[0]
    for block in STEPS[1:]:
        until((gate / block.decode().strip()).exists, timeout=20)
        yield block


def broken() -> Iterator[bytes]:
    """A good begin."""
    yield from blocks(1_000_000)
    raise RuntimeError("malted too long")


def described(environ: WSGIEnvironment) -> dict[str, str]:
    """Every variable that is text, and the size and SHA-256 of the body."""
    sha, size = hashlib.sha256(), 0
    while block := environ["wsgi.input"].read(65536):
        sha.update(block)
        size += len(block)
    told = {key: value for key, value in environ.items() if isinstance(value, str)}
    return told | {"size": str(size), "sha256": sha.hexdigest()}
