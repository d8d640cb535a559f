"""The application behind the HTTP/1.1 rules: the first segment of a path chooses what it does.

Everything that reaches it is written to the file that EVENTS names, one line each, so that a
test sees from outside what was called, and that nothing else was. It is plain PEP 3333 and
knows nothing of the server under it.
"""

from __future__ import annotations

import functools
import json
import os
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TypeAlias
from wsgiref.types import StartResponse, WSGIEnvironment

Page: TypeAlias = Callable[[WSGIEnvironment, StartResponse], Iterable[bytes]]

BLOCK = 65536
STREAMED = (b"ab", b"", "\N{SNOWMAN}".encode(), b"x" * 100_000, b"\r\n0\r\n\r\n")


def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """Write down the call and hand it to the page that its path names."""
    path = environ["PATH_INFO"]
    note(f"call {environ['REQUEST_METHOD']} {path}")
    page = PAGES.get(path.split("/")[1] if path else "", root)
    return page(environ, start_response)


def note(event: str) -> None:
    """One line for the event log; a single write, so that threads do not mix theirs."""
    os.write(_log(), event.encode("unicode_escape") + b"\n")


@functools.cache
def _log() -> int:
    return os.open(os.environ["EVENTS"], os.O_WRONLY | os.O_APPEND)


def root(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """Any path without a page of its own: says which it was, and its query."""
    query = environ["QUERY_STRING"]
    target = environ["PATH_INFO"] + (f"?{query}" if query else "")
    return _sized(start_response, f"root:{target}".encode("latin-1"))


def show(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """/env: what the application was told, as JSON."""
    strings = {key: value for key, value in environ.items() if isinstance(value, str)}
    return _sized(start_response, json.dumps(strings).encode())


def echo(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """/echo: the body of the request."""
    return _sized(start_response, environ["wsgi.input"].read())


def count(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """/count: how many bytes the body of the request has."""
    size = sum(map(len, iter(lambda: environ["wsgi.input"].read(BLOCK), b"")))
    return _sized(start_response, str(size).encode())


def one(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """/len1: a body of one byte."""
    return _sized(start_response, b"1")


def stream(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """/stream: blocks of no announced length, an empty one and a treacherous one among them."""
    start_response("200 OK", [("Content-Type", "text/plain")])
    return iter(STREAMED)


def write(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """/write: the same blocks, the first by `write`."""
    send = start_response("200 OK", [("Content-Type", "text/plain")])
    send(STREAMED[0])
    return iter(STREAMED[1:])


def status(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """/status/NNN: that status, with a body where one is allowed."""
    code = environ["PATH_INFO"].split("/")[2]
    if code in ("204", "304"):
        start_response(f"{code} Chosen", [])
        return []
    return _sized(start_response, f"status:{code}".encode(), f"{code} Chosen")


def fail(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """/fail: an application that breaks before it answers."""
    raise RuntimeError("a secret of the application")


def big(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """/big/N: N bytes, in blocks."""
    size = int(environ["PATH_INFO"].split("/")[2])
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(size))])
    return (b"x" * min(BLOCK, size - at) for at in range(0, size, BLOCK))


def slow(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """/slow: longer than a quick call, so that the server hands its other work on."""
    time.sleep(0.03)
    return root(environ, start_response)


def wait(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """/wait: answers when the gate, a named pipe beside the event log, was opened and shut."""
    Path(os.environ["EVENTS"] + ".gate").read_bytes()
    return root(environ, start_response)


class Endless:
    """/forever: blocks until the server closes it."""

    def __init__(self, environ: WSGIEnvironment, start_response: StartResponse) -> None:
        self._path = environ["PATH_INFO"]
        start_response("200 OK", [("Content-Type", "text/plain")])

    def __iter__(self) -> Iterator[bytes]:
        while True:
            yield b"x" * BLOCK

    def close(self) -> None:
        note(f"close {self._path}")


def _sized(start_response: StartResponse, body: bytes, code: str = "200 OK") -> Iterable[bytes]:
    head = [("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", str(len(body)))]
    start_response(code, head)
    return [body]


PAGES: dict[str, Page] = {
    "env": show,
    "echo": echo,
    "count": count,
    "len1": one,
    "stream": stream,
    "write": write,
    "status": status,
    "fail": fail,
    "big": big,
    "slow": slow,
    "wait": wait,
    "forever": Endless,
}
