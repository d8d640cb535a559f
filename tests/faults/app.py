"""An application that is as slow, greedy and talkative as its callers ask, and keeps accounts.

Most routes end in an id. The id is counted when its call ends and is the body of the answer, so a
client can tell whether its own question was answered, and the accounts whether it was run once.
"""

from __future__ import annotations

import hashlib
import http.client
import json
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from wsgiref.types import StartResponse, WSGIEnvironment

IDS = 2_000_000
MEBIBYTE = 1 << 20
BLOCK = b"x" * 65536


class Accounts:
    """What has happened in this process; its memory is written once, here, and never grows."""

    def __init__(self) -> None:
        self._runs = bytearray(b"\0") * IDS
        self._lock = threading.Lock()
        self._streams = self._closed = self._blocks = self._uploads = 0

    def run(self, number: int) -> None:
        with self._lock:
            self._runs[number] += 1

    def stream_opened(self) -> None:
        with self._lock:
            self._streams += 1

    def stream_closed(self) -> None:
        with self._lock:
            self._closed += 1

    def block_yielded(self) -> None:
        with self._lock:
            self._blocks += 1

    def uploaded(self) -> None:
        with self._lock:
            self._uploads += 1

    def report(self) -> dict[str, int]:
        """Every account by name; `once` ids ran once, `repeated` ones more often."""
        with self._lock:
            once = self._runs.count(1)
            return {
                "once": once,
                "repeated": IDS - self._runs.count(0) - once,
                "streams": self._streams,
                "closed": self._closed,
                "blocks": self._blocks,
                "uploads": self._uploads,
            }


ACCOUNTS = Accounts()


class Stream:
    """`count` blocks of 64 KiB, or blocks for ever, and an account of its `close()`."""

    def __init__(self, count: int | None, pause: float = 0) -> None:
        self._left = count
        self._pause = pause
        ACCOUNTS.stream_opened()

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        if self._left == 0:
            raise StopIteration
        if self._left is not None:
            self._left -= 1
        if self._pause:
            time.sleep(self._pause)
        ACCOUNTS.block_yielded()
        return BLOCK

    def close(self) -> None:
        ACCOUNTS.stream_closed()


def application(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    _, route, *arguments = environ["PATH_INFO"].split("/")
    body = ROUTES[route](environ, *arguments)
    headers = [("Content-Type", "application/octet-stream")]
    if isinstance(body, bytes):
        headers.append(("Content-Length", str(len(body))))
        body = [body]
    start_response("200 OK", headers)
    return body


def hello(_environ: WSGIEnvironment, number: str = "") -> bytes:
    return signed(number)


def wait(_environ: WSGIEnvironment, milliseconds: str, number: str = "") -> bytes:
    """Block as a database or another service would make it."""
    time.sleep(float(milliseconds) / 1000)
    return signed(number)


def burn(_environ: WSGIEnvironment, milliseconds: str, number: str = "") -> bytes:
    """Compute for so much of this thread's own CPU time."""
    end = time.thread_time() + float(milliseconds) / 1000
    while time.thread_time() < end:
        pass
    return signed(number)


def ask_itself(environ: WSGIEnvironment, number: str = "") -> bytes:
    """Be a client of the server that runs this call, which needs another thread to answer."""
    own = http.client.HTTPConnection("127.0.0.1", int(environ["SERVER_PORT"]), timeout=20)
    try:
        own.request("GET", "/hello/" + number)
        return own.getresponse().read()
    finally:
        own.close()


def stream(_environ: WSGIEnvironment, count: str, microseconds: str = "0") -> Iterable[bytes]:
    """So many blocks, each after a pause."""
    return Stream(None if count == "endless" else int(count), int(microseconds) / 1e6)


def big(_environ: WSGIEnvironment, mebibytes: str) -> bytes:
    """One block, built anew by each call, so that memory kept for it is memory seen."""
    return b"x" * (int(mebibytes) * MEBIBYTE)


def echo(environ: WSGIEnvironment) -> bytes:
    return upload(environ)


def digest(environ: WSGIEnvironment) -> bytes:
    return hashlib.sha256(upload(environ)).hexdigest().encode()


def restless(_environ: WSGIEnvironment) -> bytes:
    """From now on threads change places nearly anywhere, which finds races in seconds."""
    sys.setswitchinterval(1e-6)
    return b"restless"


def accounts(_environ: WSGIEnvironment) -> bytes:
    return json.dumps(ACCOUNTS.report()).encode()


def signed(number: str) -> bytes:
    if number:
        ACCOUNTS.run(int(number))
    return number.encode() or b"hello"


def upload(environ: WSGIEnvironment) -> bytes:
    body: bytes = environ["wsgi.input"].read()
    ACCOUNTS.uploaded()
    return body


ROUTES: dict[str, Callable[..., bytes | Iterable[bytes]]] = {
    "hello": hello,
    "wait": wait,
    "burn": burn,
    "self": ask_itself,
    "stream": stream,
    "big": big,
    "echo": echo,
    "digest": digest,
    "restless": restless,
    "accounts": accounts,
}
