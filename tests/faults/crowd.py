"""A crowd of clients that are slow in every way a client can be, in a process of its own.

`python -m tests.faults.crowd PORT PERIOD NAME=COUNT...` connects them all, prints `ready`, and lets
each make its small step once in PERIOD seconds, evenly spread, until its standard input ends.
"""

from __future__ import annotations

import select
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from itertools import count
from typing import NamedTuple

from tests.support.server import ROOT
from tests.support.wire import get

TICK = 0.02


class Slow(NamedTuple):
    """A way to be slow: what is sent at once, then the step made in each period."""

    opening: bytes
    step: Callable[[socket.socket, int], object]


def drip(message: bytes) -> Callable[[socket.socket, int], object]:
    """Send the message byte by byte, and its last byte for ever."""
    return lambda sock, turn: sock.send(message[turn : turn + 1] or message[-1:])


def sip(sock: socket.socket, _turn: int) -> object:
    return sock.recv(1)


def rest(_sock: socket.socket, _turn: int) -> object:
    return None


WAYS = {
    "head": Slow(b"", drip(b"GET /hello HTTP/1.1\r\nHost: a\r\nX-Slow: aaa")),
    "body": Slow(get("/digest", "Content-Length: 100000", method="POST"), drip(b"b")),
    "reader": Slow(get("/big/4"), sip),
    "silent": Slow(b"", rest),
    "lingerer": Slow(get("/hello", "Connection: close"), rest),
}


@contextmanager
def crowd(port: int, period: float = 1, **counts: int) -> Iterator[None]:
    """The named numbers of slow clients, all connected when this yields, gone afterwards."""
    wanted = [f"{name}={number}" for name, number in counts.items()]
    command = [sys.executable, "-m", "tests.faults.crowd", str(port), str(period), *wanted]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        try:
            yield
        finally:
            process.stdin.close()


def main(port: str, period: str, *wanted: str) -> None:
    members = []
    for way, _, number in (entry.partition("=") for entry in wanted):
        members += [(_connect(int(port), WAYS[way]), WAYS[way].step) for _ in range(int(number))]
    print("ready", flush=True)
    ticks = max(1, round(float(period) / TICK))
    for tick in count():
        if select.select([sys.stdin], [], [], TICK)[0]:
            break
        for sock, step in members[tick % ticks :: ticks]:
            with suppress(OSError):  # a full buffer, or a server that has lost patience
                step(sock, tick // ticks)


def _connect(port: int, way: Slow) -> socket.socket:
    sock = socket.socket()
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    sock.connect(("127.0.0.1", port))
    sock.sendall(way.opening)
    sock.setblocking(False)
    return sock


if __name__ == "__main__":
    main(*sys.argv[1:])
