"""A transport that keeps what is sent: the other side of a gateway, without a socket."""

from __future__ import annotations

import os
from io import BytesIO
from typing import Any, BinaryIO
from wsgiref.types import WSGIApplication

from potstill.http11.errors import Disconnected
from potstill.http11.head import HeadParser
from potstill.http11.request_line import RequestLine
from potstill.http11.response import Stamp
from potstill.wsgi.environ import EnvironMaker
from potstill.wsgi.errors import ErrorStream
from potstill.wsgi.forwarded import Forwarding
from potstill.wsgi.gateway import Gateway
from tests.support.wire import get

NOBODY = Forwarding(headers=(), hops=1, believes=lambda address: False, strips=True)
"""Nobody's forwarded fields are believed."""


class FakeTransport:
    """One request, and the bytes of its answer; it goes away after `patience` pieces."""

    peer = ("192.0.2.1", "40000")
    server = ("198.51.100.1", "8000")
    is_secure = False
    security: dict[str, str] = {}  # noqa: RUF012 - nobody changes it

    def __init__(self, request: bytes = get("/"), body: bytes = b"", patience: int = 1 << 30):
        head = HeadParser().read(request)
        assert head is not None
        self.line, self.fields, _ = head
        self.body: BinaryIO | None = BytesIO(body) if body else None
        self.body_size: int | None = len(body)
        self.persists = True
        self.began = 0.0
        self.derived: dict[str, Any] | None = None
        self.pushed: Any = None
        self.push_is_over = False
        self.is_last_answer = False
        self.pieces: list[bytes] = []
        self.broken: bool | None = None
        self._patience = patience

    @property
    def sent(self) -> bytes:
        return b"".join(self.pieces)

    def is_gone(self) -> bool:
        return len(self.pieces) >= self._patience

    def announce_end(self) -> None:
        self.is_last_answer = True
        self.persists = False

    def begin_push(self, pushed: Any) -> None:
        self.pushed = pushed

    def end_push(self) -> None:
        self.push_is_over = True

    def send(self, data: bytes) -> None:
        if len(self.pieces) == self._patience:
            raise Disconnected
        self.pieces.append(bytes(data))

    def send_file(self, descriptor: int, offset: int, count: int) -> None:
        self.send(os.pread(descriptor, count, offset))

    def break_off(self, *, visibly: bool) -> None:
        self.persists = False
        self.broken = visibly


class Failures(list[BaseException]):
    """What the gateway reports."""

    def __call__(self, error: BaseException, line: RequestLine) -> None:
        self.append(error)


def gateway(app: WSGIApplication, failures: Failures, root_path: str = "") -> Gateway:
    maker = EnvironMaker(
        root_path=root_path,
        multithread=True,
        multiprocess=False,
        errors=ErrorStream(lambda text: None),
        forwarding=NOBODY,
    )
    return Gateway(app, maker, Stamp("potstill", 0), failures, root_path)
