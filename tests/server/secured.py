"""An application that tells what it knows of its caller, and moves bytes both ways."""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TypeAlias
from wsgiref.types import StartResponse, WSGIEnvironment

Page: TypeAlias = Callable[[WSGIEnvironment, StartResponse], Iterable[bytes]]

BLOCK = bytes(range(256)) * 256


def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """The first segment of the path chooses a page; any other is answered with the path itself."""
    return PAGES.get(environ["PATH_INFO"].split("/")[1], path)(environ, start_response)


def path(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    return _sized(start_response, environ["PATH_INFO"].encode("latin-1"))


def show(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """/env: every string of environ, as JSON."""
    strings = {key: value for key, value in environ.items() if isinstance(value, str)}
    return _sized(start_response, json.dumps(strings).encode())


def upload(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """/digest: the SHA-256 of the body of the request."""
    sha = hashlib.sha256()
    while block := environ["wsgi.input"].read(65536):
        sha.update(block)
    return _sized(start_response, sha.hexdigest().encode())


def big(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """/big/N: N bytes at once."""
    return _sized(start_response, content(int(environ["PATH_INFO"].split("/")[2])))


def stream(environ: WSGIEnvironment, start_response: StartResponse) -> Iterator[bytes]:
    """/stream/N: N bytes, in blocks and of no announced length."""
    data = content(int(environ["PATH_INFO"].split("/")[2]))
    start_response("200 OK", [("Content-Type", "application/octet-stream")])
    return (data[at : at + len(BLOCK)] for at in range(0, len(data), len(BLOCK)))


def file(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """/file: the file that FILE names."""
    opened = Path(os.environ["FILE"]).open("rb")  # noqa: SIM115 - the wrapper closes it
    size = str(os.fstat(opened.fileno()).st_size)
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", size)])
    wrapped: Iterable[bytes] = environ["wsgi.file_wrapper"](opened)
    return wrapped


def broken(environ: WSGIEnvironment, start_response: StartResponse) -> Iterator[bytes]:
    """/broken: fails after its first block."""
    start_response("200 OK", [("Content-Type", "text/plain")])
    yield BLOCK
    raise RuntimeError("broken off")


def nap(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """/nap: about as long as a call may take before others are served beside it."""
    time.sleep(0.003)
    return path(environ, start_response)


def wait(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """/wait: answers when the named pipe GATE was opened and shut."""
    Path(os.environ["GATE"]).read_bytes()
    return path(environ, start_response)


def content(size: int) -> bytes:
    """The same bytes each time."""
    return (BLOCK * (size // len(BLOCK) + 1))[:size]


def _sized(start_response: StartResponse, body: bytes) -> Iterable[bytes]:
    headers = [("Content-Type", "text/plain"), ("Content-Length", str(len(body)))]
    start_response("200 OK", headers)
    return [body]


PAGES: dict[str, Page] = {
    "env": show,
    "digest": upload,
    "big": big,
    "stream": stream,
    "file": file,
    "broken": broken,
    "nap": nap,
    "wait": wait,
}
