"""Starts a server that has no command, or none with the options needed: `benchmarks.launch NAME`.

`python -m benchmarks.launch bjoern|cheroot APP HOST PORT [CERTIFICATE KEY]`, with the peers'
interpreter. The servers are imported by name, because only that interpreter has them.
"""

from __future__ import annotations

import sys
from importlib import import_module
from wsgiref.types import WSGIApplication

from benchmarks.commands import MANY, THREADS

BACKLOG = 2048


def main(server: str, target: str, host: str, port: str, *tls: str) -> None:
    """Serve until a signal ends the process."""
    module, _, name = target.partition(":")
    app: WSGIApplication = getattr(import_module(module), name)
    {"bjoern": bjoern, "cheroot": cheroot}[server](app, host, int(port), *tls)


def bjoern(app: WSGIApplication, host: str, port: int) -> None:
    """One thread; nothing to set."""
    import_module("bjoern").run(app, host, port)


def cheroot(app: WSGIApplication, host: str, port: int, *tls: str) -> None:
    """As many threads as the others; it would keep ten connections alive, here all that come."""
    server = import_module("cheroot.wsgi").Server(
        (host, port), app, numthreads=THREADS, max=THREADS, request_queue_size=BACKLOG
    )
    server.keep_alive_conn_limit = MANY
    if tls:
        server.ssl_adapter = import_module("cheroot.ssl.builtin").BuiltinSSLAdapter(*tls)
    server.start()


if __name__ == "__main__":
    main(*sys.argv[1:])
