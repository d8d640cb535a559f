"""What is asked, and the right answer: a table.

Each request carries what a browser sends. A row makes its application by the function `maker` of
the contender's module in `apps`, with `arguments`.
"""

from __future__ import annotations

import io
import json
from dataclasses import dataclass, field
from typing import Any

CONTENT = (b"/* a style sheet of a kilobyte */\n.rule { color: #123456; }\n" * 20)[:1024]
FILE_NAME = "style.css"
FILES = "FILES"
"""Stands for the directory that holds such a file."""

UPLOAD_SIZE = 1_000_000
BOUNDARY = "----a-boundary-of-a-browser-7MA4YWxkTrZu0gW"
ORDER = {
    "customer": "Anna Müller",
    "lines": [
        {"article": "copper still", "count": 2, "price": 129.5},
        {"article": "glass", "count": 12, "price": 4.75},
        {"article": "cork", "count": 100, "price": 0.25},
    ],
    "note": "to the back door",
}


@dataclass(frozen=True, slots=True)
class Call:
    """One request, and what has to be answered."""

    path: str
    answer: Any  # bytes, or what JSON means
    method: str = "GET"
    kind: str = ""  # of the body
    body: bytes = b""

    def environ(self) -> dict[str, Any]:
        """All but `wsgi.input`: what is copied for each call."""
        posted = {"CONTENT_TYPE": self.kind, "CONTENT_LENGTH": str(len(self.body))}
        own = {"REQUEST_METHOD": self.method, "PATH_INFO": self.path}
        return ENVIRON | own | (posted if self.body else {})

    def is_answered_by(self, status: str, body: bytes) -> bool:
        """Is this the answer?"""
        if not status.startswith("200 "):
            return False
        if isinstance(self.answer, bytes):
            return body == self.answer
        try:
            return bool(json.loads(body) == self.answer)
        except ValueError:
            return False


@dataclass(frozen=True, slots=True)
class Row:
    """One kind of work; its calls are made in turns."""

    key: str
    title: str
    maker: str
    calls: tuple[Call, ...]
    arguments: tuple[Any, ...] = field(default=())


ENVIRON: dict[str, Any] = {
    "SCRIPT_NAME": "",
    "QUERY_STRING": "",
    "SERVER_NAME": "shop.example",
    "SERVER_PORT": "80",
    "SERVER_PROTOCOL": "HTTP/1.1",
    "REMOTE_ADDR": "192.0.2.7",
    "wsgi.version": (1, 0),
    "wsgi.url_scheme": "http",
    "wsgi.errors": io.StringIO(),
    "wsgi.multithread": True,
    "wsgi.multiprocess": False,
    "wsgi.run_once": False,
    "HTTP_HOST": "shop.example",
    "HTTP_USER_AGENT": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
    "HTTP_ACCEPT": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "HTTP_ACCEPT_LANGUAGE": "en-GB,en;q=0.7,de;q=0.3",
    "HTTP_ACCEPT_ENCODING": "gzip, deflate, br, zstd",
    "HTTP_REFERER": "http://shop.example/",
    "HTTP_COOKIE": "theme=dark; visited=1763850000",
    "HTTP_SEC_FETCH_SITE": "same-origin",
    "HTTP_SEC_FETCH_MODE": "navigate",
    "HTTP_SEC_FETCH_DEST": "document",
}


def _sections(count: int) -> tuple[Call, ...]:
    return tuple(Call(f"/section{n}/{n + 1000}", b"%d" % (n + 1000)) for n in range(count))


def _form() -> bytes:
    head = (
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="photo.jpg"\r\n'
        "Content-Type: image/jpeg\r\n\r\n"
    )
    content = (bytes(range(256)) * (UPLOAD_SIZE // 256 + 1))[:UPLOAD_SIZE]
    return head.encode() + content + f"\r\n--{BOUNDARY}--\r\n".encode()


def _routes(count: int) -> Row:
    title = f"one of {count:,} routes, each in turn"
    return Row(f"routes-{count}", title, "routes", _sections(count), (count,))


ROWS = (
    Row("hello", "text", "hello", (Call("/hello", b"Hello, World!"),)),
    Row(
        "json",
        "JSON, one number in the path",
        "item",
        (Call("/items/42", {"id": 42, "name": "item 42"}),),
    ),
    Row(
        "typed",
        "JSON in and out (Potstill: validated)",
        "order",
        (Call("/orders", ORDER, "POST", "application/json", json.dumps(ORDER).encode()),),
    ),
    _routes(10),
    _routes(100),
    _routes(1000),
    Row("static", "a file of 1 KB", "static", (Call(f"/static/{FILE_NAME}", CONTENT),), (FILES,)),
    Row(
        "upload",
        "a form with a file of 1 MB, kept on disk",
        "upload",
        (
            Call(
                "/upload",
                b"%d" % UPLOAD_SIZE,
                "POST",
                f"multipart/form-data; boundary={BOUNDARY}",
                _form(),
            ),
        ),
    ),
)
