"""Uploads read as they come: the server keeps nothing of a file but its digest.

    potstill examples.upload_stream:app --request-buffering off
    curl -T big.iso http://127.0.0.1:8000/

A GET says how far the uploads under way are. Without the option it works too, but then each upload
is kept (in memory, or in a temporary file) until it is whole, and only then begins to count.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import count
from wsgiref.types import InputStream, StartResponse, WSGIEnvironment

BLOCK = 65536

_numbers = count(1)
_under_way: dict[int, int] = {}
_lock = threading.Lock()


class AbandonedError(Exception):
    """Nobody waits for the answer any more."""


def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """PUT or POST a file; GET what is under way."""
    if environ["REQUEST_METHOD"] not in ("PUT", "POST"):
        with _lock:
            told = "".join(f"upload {n}: {size} bytes\n" for n, size in _under_way.items())
        return answer(start_response, "200 OK", told or "no upload\n")
    is_gone = environ.get("potstill.client_gone", lambda: False)
    try:
        digest, size = digested(environ["wsgi.input"], is_gone)
    except AbandonedError:
        return answer(start_response, "500 Internal Server Error", "abandoned\n")
    return answer(start_response, "200 OK", f"{digest} {size}\n")


def digested(stream: InputStream, is_gone: Callable[[], bool]) -> tuple[str, int]:
    """SHA-256 and size of what the stream gives.

    OSError when it was cut off, which the server reports; AbandonedError when its sender has left,
    which a stream that was buffered before does not tell.
    """
    digest = hashlib.sha256()
    size = 0
    with progress() as advance:
        while block := stream.read(BLOCK):
            if is_gone():
                raise AbandonedError
            digest.update(block)
            size += len(block)
            advance(size)
    return digest.hexdigest(), size


@contextmanager
def progress() -> Iterator[Callable[[int], None]]:
    """A line of the list of what is under way, and the function that brings it up to date."""
    number = next(_numbers)

    def advance(size: int) -> None:
        with _lock:
            _under_way[number] = size

    advance(0)
    try:
        yield advance
    finally:
        with _lock:
            del _under_way[number]


def answer(start_response: StartResponse, status: str, text: str) -> Iterable[bytes]:
    """A short answer in plain text."""
    body = text.encode()
    headers = [("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", str(len(body)))]
    start_response(status, headers)
    return [body]
