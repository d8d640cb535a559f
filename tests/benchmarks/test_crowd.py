"""benchmarks.crowd: connections that have had an answer and stay open."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from benchmarks.crowd import idle
from benchmarks.figures import NotMeasuredError
from tests.support.wire import until

HEAD, BODY = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", b"still"


class Host:
    """Answers the first requests, each on its connection, and keeps the connections."""

    def __init__(self, patience: int) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self.listener.getsockname()[1]
        self.kept: list[socket.socket] = []
        self._patience = patience
        self._thread = threading.Thread(target=self._receive)
        self._thread.start()

    def _receive(self) -> None:
        with ExitStack() as hung_up:
            for number in range(self._patience + 1):
                guest, _ = self.listener.accept()
                guest.recv(4096)
                if number == self._patience:
                    hung_up.enter_context(guest)
                    return
                self.kept.append(guest)
                guest.sendall(HEAD)
                guest.sendall(BODY)

    def close(self) -> None:
        with socket.create_connection(("127.0.0.1", self.port)) as last:
            last.sendall(b"GET / HTTP/1.1\r\n\r\n")
            self._thread.join(5)
        for one in (self.listener, *self.kept):
            one.close()


@pytest.fixture
def host() -> Iterator[Host]:
    opened = Host(patience=3)
    yield opened
    opened.close()


def test_a_crowd_is_answered_and_stays(host: Host) -> None:
    with idle("127.0.0.1", host.port, 3, BODY) as crowd:
        assert crowd.left() == 0


def test_those_that_the_server_closes_are_counted(host: Host) -> None:
    with idle("127.0.0.1", host.port, 3, BODY) as crowd:
        host.kept[0].close()
        host.kept[2].close()
        until(lambda: crowd.left() == 2)


def test_a_server_that_takes_fewer_has_no_figures(host: Host) -> None:
    wanted = pytest.raises(NotMeasuredError, match="took 3 idle connections: closed instead")
    with wanted, idle("127.0.0.1", host.port, 4, BODY):
        pass


def test_no_crowd_is_no_connection() -> None:
    with idle("127.0.0.1", 1, 0, BODY) as crowd:
        assert crowd.left() == 0
