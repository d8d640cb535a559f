"""The server of the library with a thread for each connection: run this module with a site."""

from __future__ import annotations

import sys
from importlib import import_module
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server


class ThreadedServer(ThreadingMixIn, WSGIServer):
    daemon_threads = True
    request_queue_size = 64


class Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *arguments: Any) -> None:
        """Say nothing."""


if __name__ == "__main__":
    app = import_module(sys.argv[1].removesuffix(":app")).app
    with make_server("127.0.0.1", 0, app, ThreadedServer, Quiet) as server:
        print(f"Listening at http://127.0.0.1:{server.server_port}", flush=True)
        server.serve_forever()
