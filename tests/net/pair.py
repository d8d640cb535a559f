"""Both ends of one connection within a test, over small kernel buffers when asked for."""

from __future__ import annotations

import select
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

Pair = tuple[socket.socket, socket.socket]


@contextmanager
def narrow(size: int = 4096) -> Iterator[Pair]:
    """The server's end, which never blocks, and the client's; the kernel keeps little between."""
    near, far = socket.socketpair()
    with near, far:
        near.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, size)
        near.setblocking(False)
        far.settimeout(5)
        yield near, far


@contextmanager
def tcp() -> Iterator[Pair]:
    """The same over TCP, where a connection can also end by a reset."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        far = socket.create_connection(listener.getsockname(), timeout=5)
        near, _ = listener.accept()
    with near, far:
        near.setblocking(False)
        for end in (near, far):
            end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        yield near, far


def available(sock: socket.socket, most: int = 1 << 20) -> bytes:
    """What has arrived already; never waits."""
    return sock.recv(most) if select.select([sock], [], [], 0)[0] else b""


def descriptors() -> int:
    """How many descriptors this process has open."""
    return len([*Path("/dev/fd").iterdir()])
