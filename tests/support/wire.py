"""A client that sends exact bytes and reads answers strictly: what a careful peer would see."""

from __future__ import annotations

import re
import select
import socket
import time
from collections.abc import Iterable
from dataclasses import dataclass
from types import TracebackType

HEAD_END = b"\r\n\r\n"
STATUS_LINE = re.compile(rb"HTTP/1\.1 ([1-5][0-9]{2}) ([\t\x20-\x7e\x80-\xff]*)")
FIELD_LINE = re.compile(rb"([!#$%&'*+\-.^_`|~0-9A-Za-z]+):[ \t]*([\t\x20-\x7e\x80-\xff]*)")


class WireError(AssertionError):
    """What arrived is not an answer a strict client accepts."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One response as it came over the wire; field names are lower-case."""

    status: int
    reason: str
    fields: list[tuple[str, str]]
    body: bytes
    framing: str  # "none", "sized", "chunked" or "close"
    head: bytes

    def all(self, name: str) -> list[str]:
        return [value for key, value in self.fields if key == name.lower()]

    def get(self, name: str) -> str | None:
        values = self.all(name)
        if len(values) > 1:
            raise WireError(f"{name} stands {len(values)} times: {values}")
        return values[0] if values else None

    @property
    def closes(self) -> bool:
        return "close" in (self.get("connection") or "").lower()


class Client:
    """One TCP connection to the server under test."""

    def __init__(
        self, port: int, *, host: str = "127.0.0.1", timeout: float = 10, receive_buffer: int = 0
    ) -> None:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self.sock = socket.socket(family, socket.SOCK_STREAM)
        if receive_buffer:
            self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.sock.settimeout(timeout)
        try:
            self.sock.connect((host, port))
        except OSError:
            self.sock.close()
            raise
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._buffer = b""

    def __enter__(self) -> Client:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        self.sock.close()

    def send(self, data: bytes) -> None:
        self.sock.sendall(data)

    def send_in_pieces(self, pieces: Iterable[bytes]) -> None:
        """Each piece in a segment of its own (Nagle's algorithm is off)."""
        for piece in pieces:
            self.sock.sendall(piece)

    def half_close(self) -> None:
        self.sock.shutdown(socket.SHUT_WR)

    def reset(self) -> None:
        """Close with RST rather than FIN."""
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        self.sock.close()

    def answer(self, method: str = "GET") -> Answer:
        """The next final response, read to its end; an interim one (1xx) is a WireError."""
        head = self._take_head()
        status, reason, fields = parse_head(head)
        if status < 200:
            raise WireError(f"interim response {status} where a final one was due")
        body, framing = self._take_body(method, status, fields)
        return Answer(status, reason, fields, body, framing, head)

    def interim(self) -> int:
        """The status of the next interim response (1xx)."""
        status, _, _ = parse_head(self._take_head())
        if status >= 200:
            raise WireError(f"final response {status} where an interim one was due")
        return status

    def is_silent(self, seconds: float = 0.2) -> bool:
        """True when nothing arrives, not even the end of the connection, for so long."""
        return not self._buffer and not select.select([self.sock], [], [], seconds)[0]

    def rest(self) -> bytes:
        """All that still arrives until the server closes; a reset counts as an error."""
        while self._more():
            pass
        data, self._buffer = self._buffer, b""
        return data

    def at_end(self) -> bool:
        """True when the server has closed, or closes, without sending anything more."""
        return self.rest() == b""

    def _take_head(self) -> bytes:
        while (end := self._buffer.find(HEAD_END)) < 0:
            if not self._more():
                raise WireError(f"the connection ended in a head: {self._buffer!r}")
        return self._take(end + 4)

    def _take_body(
        self, method: str, status: int, fields: list[tuple[str, str]]
    ) -> tuple[bytes, str]:
        lengths = [value for key, value in fields if key == "content-length"]
        codings = [value for key, value in fields if key == "transfer-encoding"]
        if len(lengths) + len(codings) > 1:
            raise WireError(f"ambiguous framing: {lengths} {codings}")
        if method == "HEAD" or status in (204, 304):
            return b"", "none"
        if codings:
            if codings != ["chunked"]:
                raise WireError(f"unknown transfer coding {codings}")
            return self._take_chunks(), "chunked"
        if lengths:
            if not re.fullmatch("[0-9]+", lengths[0]):
                raise WireError(f"Content-Length {lengths[0]!r}")
            return self._take(int(lengths[0])), "sized"
        if not any(key == "connection" and "close" in value.lower() for key, value in fields):
            raise WireError("neither a length nor Connection: close")
        return self.rest(), "close"

    def _take_chunks(self) -> bytes:
        body = b""
        while True:
            while (end := self._buffer.find(b"\r\n")) < 0:
                if not self._more():
                    raise WireError("the connection ended in a chunk's size line")
            line = self._take(end + 2)[:-2]
            if not re.fullmatch(rb"[0-9A-Fa-f]+", line):
                raise WireError(f"chunk size {line!r}")
            size = int(line, 16)
            data = self._take(size + 2)
            if data[-2:] != b"\r\n":
                raise WireError(f"chunk data ends in {data[-2:]!r}")
            if not size:
                return body
            body += data[:-2]

    def _take(self, size: int) -> bytes:
        while len(self._buffer) < size:
            if not self._more():
                raise WireError(f"the connection ended {size - len(self._buffer)} bytes early")
        data, self._buffer = self._buffer[:size], self._buffer[size:]
        return data

    def _more(self) -> bool:
        data = self.sock.recv(262144)
        self._buffer += data
        return bool(data)


def parse_head(head: bytes) -> tuple[int, str, list[tuple[str, str]]]:
    """Status, reason and fields (names lower-case) of one head; WireError when it is malformed."""
    status_line, *lines = head[:-4].split(b"\r\n")
    start = STATUS_LINE.fullmatch(status_line)
    if not start:
        raise WireError(f"status line {status_line!r}")
    fields = []
    for line in lines:
        field = FIELD_LINE.fullmatch(line)
        if not field:
            raise WireError(f"field line {line!r}")
        fields.append((field[1].decode().lower(), field[2].rstrip(b" \t").decode("latin-1")))
    return int(start[1]), start[2].decode("latin-1"), fields


def get(path: str = "/", *lines: str, version: str = "1.1", method: str = "GET") -> bytes:
    """A request without a body; `lines` are further field lines."""
    head = [f"{method} {path} HTTP/{version}", "Host: a", *lines, "", ""]
    return "\r\n".join(head).encode("latin-1")


def post(path: str, body: bytes, *lines: str) -> bytes:
    """A request with a body and its Content-Length."""
    return get(path, f"Content-Length: {len(body)}", *lines, method="POST") + body


def chunked(path: str, encoded: bytes, *lines: str) -> bytes:
    """A request whose body is sent as the chunked bytes given."""
    return get(path, "Transfer-Encoding: chunked", *lines, method="POST") + encoded


def until(condition: object, timeout: float = 5) -> None:
    """Wait until a callable is true, in steps of 10 ms; AssertionError when it never is."""
    assert callable(condition)
    deadline = time.monotonic() + timeout
    tick = select.poll()
    while not condition():
        assert time.monotonic() < deadline, "the awaited condition never came"
        tick.poll(10)
