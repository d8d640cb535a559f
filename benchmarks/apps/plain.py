"""Applications that do next to nothing, so that what is measured is the server."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from wsgiref.types import StartResponse, WSGIEnvironment
from wsgiref.util import FileWrapper

GREETING = b"Hello, world!\n"
BLOCKED_SECONDS = 0.05
MEGABYTE = bytes(range(256)) * 4096
FILE = Path(__file__).resolve().parents[2] / ".cache" / "bench" / "megabyte"
BLOCK = b"potstill" * 128  # 1 KiB
BLOCKS = 100
READ_SIZE = 64 * 1024


def hello(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """Answer a few bytes at once, or after 50 ms of waiting when the path is `/wait`."""
    if environ["PATH_INFO"] == "/wait":
        time.sleep(BLOCKED_SECONDS)
    start_response("200 OK", _sized("text/plain", len(GREETING)))
    return [GREETING]


def upload(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """Read the whole body; answer with the number of its bytes."""
    body, received = environ["wsgi.input"], 0
    left = int(environ["CONTENT_LENGTH"])
    while left and (block := body.read(min(left, READ_SIZE))):
        received += len(block)
        left -= len(block)
    answer = b"%d\n" % received
    start_response("200 OK", _sized("text/plain", len(answer)))
    return [answer]


def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """Answer a megabyte that lies in memory."""
    start_response("200 OK", _sized("application/octet-stream", len(MEGABYTE)))
    return [MEGABYTE]


def file(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """Answer a megabyte that lies in a file, by `wsgi.file_wrapper` if the server has one."""
    start_response("200 OK", _sized("application/octet-stream", len(MEGABYTE)))
    wrapper = environ.get("wsgi.file_wrapper", FileWrapper)
    wrapped: Iterable[bytes] = wrapper(FILE.open("rb"), READ_SIZE)
    return wrapped


def generator(environ: WSGIEnvironment, start_response: StartResponse) -> Iterator[bytes]:
    """Answer a hundred blocks of unknown length, one after the other."""
    start_response("200 OK", [("Content-Type", "text/plain")])
    for _ in range(BLOCKS):
        yield BLOCK


def _sized(media_type: str, length: int) -> list[tuple[str, str]]:
    return [("Content-Type", media_type), ("Content-Length", str(length))]
