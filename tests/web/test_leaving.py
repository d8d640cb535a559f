"""What a request has opened is closed once, on its thread, however the answer ends, everywhere."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from tests.support.server import RunningServer
from tests.support.wire import until
from tests.web.servers.processes import serving

SITE = "tests.web.servers.leaving"
SERVERS = ("potstill", "gunicorn", "waitress", "wsgiref")
AT_ONCE = 16
SOON = 30.0
ROUNDS = 500
LISTENERS = 100

Visit = Callable[[int], bytes]


def begin(port: int, method: str, path: str) -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", port), SOON)
    connection.sendall(
        f"{method} {path} HTTP/1.1\r\nHost: a.example\r\nConnection: close\r\n\r\n".encode()
    )
    return connection


def reads(method: str, path: str) -> Visit:
    """A client that takes all there is."""

    def visit(port: int) -> bytes:
        got = b""
        with begin(port, method, path) as connection, suppress(ConnectionError):
            while data := connection.recv(1 << 16):
                got += data
        return got

    return visit


def leaves(path: str, size: int = 1) -> Visit:
    """A client that has seen enough."""

    def visit(port: int) -> bytes:
        got = b""
        with begin(port, "GET", path) as connection:
            while b"\r\n\r\n" not in got or len(got) < size:
                data = connection.recv(1 << 14)
                assert data, f"the answer ended behind {got!r}"
                got += data
        return got

    return visit


def vanishes(path: str) -> Visit:
    """A client that does not even wait for the head."""

    def visit(port: int) -> bytes:
        begin(port, "GET", path).close()
        return b""

    return visit


WAYS: dict[str, tuple[Visit, bytes]] = {
    "all is read": (reads("GET", "/few"), b" 200 "),
    "only the head is asked for": (reads("HEAD", "/few"), b" 200 "),
    "the client leaves at the head": (leaves("/many"), b" 200 "),
    "the client leaves in the middle": (leaves("/many", 100_000), b" 200 "),
    "the client leaves before the head": (vanishes("/many"), b""),
    "the client leaves a stream of events": (leaves("/told", 20_000), b" 200 "),
    "the handler raises": (reads("GET", "/raises"), b" 500 "),
    "the stream raises": (reads("GET", "/breaks"), b" 200 "),
    "a file is read": (reads("GET", "/file"), b" 200 "),
    "a file is left": (leaves("/file"), b" 200 "),
    "only the head of a file is asked for": (reads("HEAD", "/file"), b" 200 "),
}


@pytest.fixture(scope="module", params=SERVERS)
def server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningServer]:
    files = tmp_path_factory.mktemp("files")
    Path(files, "large.bin").write_bytes(bytes(300_000))
    with serving(request.param, files, SITE) as server:
        crowd(server, reads("GET", "/few"), 4 * AT_ONCE)
        yield server


def crowd(server: RunningServer, visit: Visit, rounds: int) -> list[bytes]:
    """What so many clients got, of which some are there at a time."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(visit, [server.port] * rounds))


def state(server: RunningServer) -> dict[str, int]:
    _, _, body = reads("GET", "/state")(server.port).partition(b"\r\n\r\n")
    counted: dict[str, Any] = json.loads(body[body.index(b"{") : body.rindex(b"}") + 1])
    return counted


def settled(server: RunningServer) -> dict[str, int]:
    """The state as soon as nobody is served any more."""

    def is_quiet() -> bool:
        now = state(server)
        return (now["opened"], now["begun"]) == (now["closed"], now["ended"])

    until(is_quiet, SOON)
    return state(server)


@pytest.mark.parametrize("way", WAYS)
def test_what_was_opened_is_closed_once_on_its_thread(server: RunningServer, way: str) -> None:
    visit, expected = WAYS[way]
    before = settled(server)
    answers = crowd(server, visit, ROUNDS)
    assert all(expected in got.partition(b"\r\n")[0] for got in answers)
    until(lambda: state(server)["opened"] >= before["opened"] + ROUNDS * bool(expected), SOON)
    after = settled(server)
    assert after["closed"] - before["closed"] <= ROUNDS
    assert after["astray"] == 0
    assert_nothing_is_left(server, before)


def test_who_listens_to_a_channel_keeps_nothing_open(server: RunningServer) -> None:
    before = settled(server)
    with begin(server.port, "GET", "/channel") as connection:
        connection.recv(1)
        until(lambda: state(server)["subscribers"] == 1, SOON)
        now = state(server)
        assert now["opened"] == now["closed"] == before["closed"] + 1
    for got in crowd(server, leaves("/channel"), LISTENERS):
        assert got.split()[1] in (b"200", b"503")
    until(lambda: state(server)["subscribers"] == 0, SOON)
    assert state(server)["astray"] == 0
    assert_nothing_is_left(server, before)


def assert_nothing_is_left(server: RunningServer, before: dict[str, int]) -> None:
    """Neither descriptors nor threads, beyond a few that come and go."""

    def is_as_before() -> bool:
        now = state(server)
        return all(now[what] <= before[what] + 4 for what in ("descriptors", "threads"))

    until(is_as_before, SOON)


def test_nothing_is_complained_about_but_the_failures_on_purpose(server: RunningServer) -> None:
    output = server.output
    assert "ProgrammingError" not in output, "a connection was used on another thread"
    assert "Warning" not in output
