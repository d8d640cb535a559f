"""An application whose every request opens a connection to a database; it counts how they end."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

from potstill.web import App, Channel, Event, Provide, Request, Response, events, file, stream

FILES = Path(os.environ["SITE_FILES"])
BLOCK = b"x" * 16_384

app = App()
channel = Channel(heartbeat=0.02, max_threads=3, keep=1)
app.on_stop(channel.close)


class Ledger:
    """What was opened, and how it ended; of any thread."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self.counts: dict[str, int] = {
            "opened": 0, "closed": 0, "astray": 0, "begun": 0, "ended": 0,
        }  # fmt: skip

    def add(self, what: str) -> None:
        """One more."""
        with self._turn:
            self.counts[what] += 1


ledger = Ledger()


def connect() -> Iterator[sqlite3.Connection]:
    """A connection, which only the thread that has opened it may use or close."""
    connection = sqlite3.connect(":memory:")
    thread = threading.get_ident()
    ledger.add("opened")
    try:
        yield connection
    finally:
        ledger.add("closed")
        if threading.get_ident() != thread:
            ledger.add("astray")
        connection.close()


Connection = Annotated[sqlite3.Connection, Provide(connect)]


def rows(connection: sqlite3.Connection, count: int) -> Iterator[bytes]:
    """Blocks that each need the connection to be open."""
    ledger.add("begun")
    try:
        for number in range(count):
            yield bytes(connection.execute("SELECT ?", (BLOCK,)).fetchone()[0])
            if count == 3 and number == 1:
                raise RuntimeError("broken on purpose")
    finally:
        connection.execute("SELECT 1")
        ledger.add("ended")


@app.get("/few")
def few(connection: Connection) -> Response:
    """A stream that ends."""
    return stream(rows(connection, 2))


@app.get("/many")
def many(connection: Connection) -> Response:
    """A stream that nobody waits for the end of."""
    return stream(rows(connection, 1 << 30))


@app.get("/breaks")
def breaks(connection: Connection) -> Response:
    """A stream that fails in its middle."""
    return stream(rows(connection, 3))


@app.get("/raises")
def raises(connection: Connection) -> Response:
    """A handler that fails."""
    raise RuntimeError("broken on purpose")


@app.get("/told")
def told(connection: Connection) -> Response:
    """Events of a generator, without an end."""

    def happening() -> Iterator[Event]:
        for _ in rows(connection, 1 << 30):
            yield Event("x" * 10_000)

    return events(happening())


@app.get("/file")
def one_file(connection: Connection) -> Response:
    """A file, for which nothing has to stay open."""
    return file(FILES / "large.bin")


@app.get("/channel")
def listen(request: Request, connection: Connection) -> Response:
    """Whatever is published, for which nothing has to stay open either."""
    return channel.subscribe(request)


@app.get("/state")
def state() -> dict[str, int]:
    """All that is counted."""
    return ledger.counts | {
        "descriptors": len(os.listdir("/proc/self/fd")),  # noqa: PTH208 - names are enough
        "threads": threading.active_count(),
        "subscribers": channel.subscribers,
    }
