"""What the clients talk to: an application that tells what reached it and sends what was asked."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from wsgiref.types import StartResponse, WSGIEnvironment

BLOCK = bytes(range(256)) * 256


def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """/sized/N and /streamed/N: N bytes; any other path: the request, described in JSON."""
    _, kind, *rest = environ["PATH_INFO"].split("/")
    if kind in ("sized", "streamed"):
        length = int(rest[0])
        headers = [("Content-Type", "application/octet-stream")]
        if kind == "sized":
            headers.append(("Content-Length", rest[0]))
        start_response("200 OK", headers)
        return [] if environ["REQUEST_METHOD"] == "HEAD" else blocks(length)
    body = json.dumps(describe(environ)).encode()
    headers = [("Content-Type", "application/json"), ("X-Method", environ["REQUEST_METHOD"])]
    start_response("200 OK", [*headers, ("Content-Length", str(len(body)))])
    return [body]


def blocks(length: int) -> Iterator[bytes]:
    """The same `length` bytes each time, in blocks of 64 KiB."""
    for start in range(0, length, len(BLOCK)):
        yield BLOCK[: length - start]


def digest(length: int) -> str:
    """The SHA-256 of what /sized/N and /streamed/N send."""
    sha = hashlib.sha256()
    for block in blocks(length):
        sha.update(block)
    return sha.hexdigest()


def describe(environ: WSGIEnvironment) -> dict[str, object]:
    """What reached the application; `port` is the client's, and so tells its connections apart."""
    sha, size = hashlib.sha256(), 0
    while block := environ["wsgi.input"].read(65536):
        sha.update(block)
        size += len(block)
    return {
        "method": environ["REQUEST_METHOD"],
        "path": environ["PATH_INFO"],
        "query": environ["QUERY_STRING"],
        "protocol": environ["SERVER_PROTOCOL"],
        "port": environ["REMOTE_PORT"],
        "length": environ.get("CONTENT_LENGTH"),
        "size": size,
        "sha256": sha.hexdigest(),
        "headers": {key[5:]: environ[key] for key in environ if key.startswith("HTTP_")},
    }
