"""What a class that speaks HTTP to a socket gets instead of one.

Only reading and writing do something: what is set of a socket is set by the server, who has it.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from wsgiref.types import WSGIEnvironment

    from _typeshed import ReadableBuffer

    from potstill.web.handlers.raw_answer import RawAnswer
    from potstill.web.handlers.raw_request import RequestStream


class Connection:
    """What a handler has for a socket: `makefile` and `sendall` work, settings are the server's."""

    def __init__(self, request: RequestStream, answer: RawAnswer, environ: WSGIEnvironment) -> None:
        self._request = request
        self._answer = answer
        self._own = (environ.get("SERVER_NAME", ""), _port(environ.get("SERVER_PORT")))
        address, port = environ.get("REMOTE_ADDR", ""), _port(environ.get("REMOTE_PORT"))
        self.peer: tuple[Any, int] = (address, port)
        self.errors: Any = environ["wsgi.errors"]

    def makefile(self, mode: str = "r", buffering: int = -1, **_: object) -> io.IOBase:
        """The request for reading bytes, or the answer for writing them."""
        if "w" in mode:
            raw = Writer(self._answer)
            if buffering == 0:
                return raw
            return io.BufferedWriter(raw, buffering if buffering > 0 else io.DEFAULT_BUFFER_SIZE)
        return io.BufferedReader(self._request)

    def sendall(self, data: ReadableBuffer, _flags: int = 0) -> None:
        """Take a piece of the answer, head and body alike."""
        self._answer.send(bytes(data))

    def send(self, data: ReadableBuffer, flags: int = 0) -> int:
        """As `sendall`; how many bytes that were."""
        self.sendall(data, flags)
        return len(bytes(data))

    def getpeername(self) -> tuple[str, int]:
        """The client, as far as the server knows."""
        return self.peer

    def getsockname(self) -> tuple[str, int]:
        """Where it was asked."""
        return self._own

    def gettimeout(self) -> float | None:
        """None: the time limits are the server's."""
        return None

    def settimeout(self, value: float | None) -> None:
        """Nothing: as above."""

    def setsockopt(self, *_: object) -> None:
        """Nothing: the socket is the server's."""

    def shutdown(self, how: int) -> None:
        """Nothing: the connection is the server's."""

    def close(self) -> None:
        """Nothing: as above."""


class Writer(io.RawIOBase):
    """`wfile` of a handler that wants it buffered."""

    def __init__(self, answer: RawAnswer) -> None:
        self._answer = answer

    def writable(self) -> bool:
        """It is."""
        return True

    def write(self, data: ReadableBuffer, /) -> int:
        """Take all of it."""
        block = bytes(data)
        self._answer.send(block)
        return len(block)


class StandIn:
    """What a handler sees as its server: the names that `http.server.HTTPServer` has."""

    def __init__(self, environ: WSGIEnvironment, cls: type) -> None:
        self.server_name: str = environ.get("SERVER_NAME", "")
        self.server_port: int = _port(environ.get("SERVER_PORT"))
        self.server_address: tuple[str, int] = (self.server_name, self.server_port)
        self.RequestHandlerClass = cls


def _port(text: Any) -> int:
    return int(text) if text and str(text).isdigit() else 0
