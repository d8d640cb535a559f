"""An application that a test holds in its own process, and clients that read answers piecewise."""

from __future__ import annotations

import re
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self
from wsgiref.types import WSGIApplication

import potstill
from potstill.observe import ErrorLog
from tests.support.wire import Client, WireError, get, parse_head, until

ACCESS_FORMAT = "%(r)s %(s)s %(B)s %(D)s"
PLENTY = 10.0


class Listener(Client):
    """Reads an answer as it comes, where `Client` reads it to its end."""

    _content = b""

    def __enter__(self) -> Self:
        return self

    def head(self) -> tuple[int, list[tuple[str, str]]]:
        """Status and fields (names lower-case) of the next head, interim or final."""
        status, _, fields = parse_head(self._take_head())
        return status, fields

    def hear(self, size: int) -> bytes:
        """So many bytes of a chunked body, however they are cut."""
        while len(self._content) < size:
            chunk = self._take_chunk()
            if not chunk:
                raise WireError(f"the answer ended behind {self._content!r}")
            self._content += chunk
        content, self._content = self._content[:size], self._content[size:]
        return content

    def hears_the_end(self) -> bool:
        """True when the last chunk comes next; the connection is then ready for another request."""
        return not self._content and not self._take_chunk()

    def _take_chunk(self) -> bytes:
        while b"\r\n" not in self._buffer:
            if not self._more():
                raise WireError("the connection ended where a chunk was due")
        line, _, _ = self._buffer.partition(b"\r\n")
        if not re.fullmatch(rb"[0-9A-Fa-f]+", line):
            raise WireError(f"chunk size {line!r}")
        data = self._take(len(line) + 2 + int(line, 16) + 2)[len(line) + 2 :]
        if not data.endswith(b"\r\n"):
            raise WireError(f"chunk data ends in {data[-2:]!r}")
        return data[:-2]


@dataclass(frozen=True)
class Serving:
    """A `potstill.Server` at work on a thread, and the folder of its logs."""

    server: potstill.Server
    folder: Path

    @property
    def port(self) -> int:
        address = self.server.server_address
        assert not isinstance(address, str)
        return int(address[1])

    def client(self, *, receive_buffer: int = 0) -> Listener:
        return Listener(self.port, receive_buffer=receive_buffer)

    def answers(self, path: str = "/quick") -> bytes:
        """The body of the answer to a request on a connection of its own."""
        with self.client() as client:
            client.send(get(path))
            return client.answer().body

    @property
    def errors(self) -> str:
        """The error log so far."""
        return (self.folder / "error.log").read_text()

    @property
    def requests(self) -> list[str]:
        """The access log so far: request line, status, bytes, microseconds."""
        return (self.folder / "access.log").read_text().splitlines()

    def await_error(self, sentence: str) -> None:
        until(lambda: sentence in self.errors)


@contextmanager
def serving(application: WSGIApplication, **settings: Any) -> Iterator[Serving]:
    """Serve until the end of the block, at a port of the kernel's choice."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        logs = {"access_logfile": str(folder / "access.log"), "access_logformat": ACCESS_FORMAT}
        error_log = ErrorLog(str(folder / "error.log"))
        try:
            with potstill.Server(("127.0.0.1", 0), application, **(logs | settings)) as server:
                thread = threading.Thread(target=server.serve_forever)
                thread.start()
                try:
                    yield Serving(server, folder)
                finally:
                    server.shutdown()
                    thread.join(PLENTY)
                    assert not thread.is_alive(), "the server did not end"
        finally:
            error_log.close()
