"""Connections that have had an answer each, and now sit idle."""

from __future__ import annotations

import select
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from benchmarks.figures import NotMeasuredError

PATIENCE = 10  # seconds for one answer


class Crowd:
    """The idle connections of one window."""

    def __init__(self, members: list[socket.socket]) -> None:
        self._poll = select.poll()
        for member in members:
            self._poll.register(member, select.POLLIN)

    def left(self) -> int:
        """How many the server has closed; an idle connection has nothing else to say."""
        return len(self._poll.poll(0))


@contextmanager
def idle(host: str, port: int, number: int, answer: bytes) -> Iterator[Crowd]:
    """Open that many, one after the other, each for an answer with a body as long as this one.

    NotMeasuredError when the server does not take them all.
    """
    request = f"GET / HTTP/1.1\r\nHost: {host}:{port}\r\n\r\n".encode()
    with ExitStack() as stack:
        members: list[socket.socket] = []
        for _ in range(number):
            try:
                member = stack.enter_context(socket.create_connection((host, port), PATIENCE))
                _ask(member, request, answer)
            except OSError as error:
                raise NotMeasuredError(
                    f"took {len(members):,} idle connections: {error}"
                ) from error
            members.append(member)
        yield Crowd(members)


def _ask(member: socket.socket, request: bytes, answer: bytes) -> None:
    member.sendall(request)
    received = b""
    while len(received.partition(b"\r\n\r\n")[2]) < len(answer):
        block = member.recv(4096)
        if not block:
            raise ConnectionResetError("closed instead of answering")
        received += block
