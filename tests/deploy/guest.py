"""A client that chooses its own address, so that it can be told from the proxy it speaks to."""

from __future__ import annotations

import json
import socket
import ssl
from typing import Self

from tests.support.wire import Client, get

GUEST = "127.0.0.2"
"""Where clients come from; proxies come from 127.0.0.1, unless a test says otherwise."""


class Guest(Client):
    """A `Client` on a connection of any kind: another source address, TLS, a Unix socket."""

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock
        self._buffer = b""

    def __enter__(self) -> Self:
        return self

    def told(self, *lines: str, path: str = "/") -> dict[str, str]:
        """Ask on this connection what the application is told of the request."""
        self.send(get(path, *lines))
        return self.environ()

    def environ(self) -> dict[str, str]:
        """The next answer, which is what the application is told of its request."""
        answer = self.answer()
        assert answer.status == 200, (answer.head, answer.body)
        told: dict[str, str] = json.loads(answer.body)
        return told


def visit(
    port: int,
    *,
    source: str = GUEST,
    tls: ssl.SSLContext | None = None,
    receive_buffer: int = 0,
) -> Guest:
    """A connection from `source` to a port of this machine, over TLS when there is a context."""
    is_6 = ":" in source
    sock = socket.socket(socket.AF_INET6 if is_6 else socket.AF_INET)
    try:
        if receive_buffer:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        sock.settimeout(20)
        sock.bind((source, 0))
        sock.connect(("::1" if is_6 else "127.0.0.1", port))
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return Guest(tls.wrap_socket(sock, server_hostname="localhost") if tls else sock)
    except OSError:
        sock.close()
        raise


def visit_unix(path: str) -> Guest:
    """A connection to a Unix socket."""
    sock = socket.socket(socket.AF_UNIX)
    sock.settimeout(20)
    try:
        sock.connect(path)
    except OSError:
        sock.close()
        raise
    return Guest(sock)
