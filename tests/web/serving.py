"""A Potstill on a thread, for what only a real server does."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from wsgiref.types import WSGIApplication

import potstill
from tests.support import wire


@contextmanager
def served(application: WSGIApplication) -> Iterator[wire.Client]:
    """A connection to a server that has this application."""
    with potstill.Server(("127.0.0.1", 0), application, threads=2) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            assert isinstance(server.server_address, tuple)
            with wire.Client(server.server_address[1]) as client:
                yield client
        finally:
            server.shutdown()
            thread.join(10)
            assert not thread.is_alive()
