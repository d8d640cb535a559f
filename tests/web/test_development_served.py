"""The development page of a server that listens to everybody: only this machine gets to see it."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import suppress

import pytest

from tests.support.server import RunningServer, potstill

SPOOFED = [
    "X-Forwarded-For: 127.0.0.1",
    "X-Forwarded-For: ::1\r\nX-Forwarded-Host: localhost",
    "Forwarded: for=127.0.0.1;host=localhost",
    "X-Real-IP: 127.0.0.1",
    "Client-IP: 127.0.0.1",
    "Remote-Addr: 127.0.0.1",
    "X-Client-IP: 127.0.0.1",
    "Via: 1.1 localhost",
    "Origin: http://localhost",
    "X-Harmless: yes",
]
HOSTS = ["localhost", "127.0.0.1", "[::1]", "localhost:8000"]
REBOUND = [
    "evil.example",
    "localhost.evil.example",
    "127.0.0.1.evil.example",
    "localhost.",
    "0x7f.1",
]


def answered(server: RunningServer, address: str, *lines: str) -> bytes:
    got = b""
    with socket.create_connection((address, server.port), 10) as connection:
        head = ["GET /crash HTTP/1.1", "Connection: close", "Accept: text/html", *lines]
        connection.sendall("\r\n".join([*head, "", ""]).encode())
        while data := connection.recv(1 << 16):
            got += data
    return got


def own_address() -> str | None:
    """Another address of this machine, by which it is no longer its own loopback."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe, suppress(OSError):
        probe.connect(("198.51.100.1", 9))  # nothing is sent
        return str(probe.getsockname()[0])
    return None


@pytest.fixture(scope="module")
def server() -> Iterator[RunningServer]:
    with potstill("tests.web.failing_site:app", bind="0.0.0.0:0", ready=False) as running:
        running.port = int(running.wait_for(r"Listening at http://0\.0\.0\.0:(\d+)")[1])
        yield running


def test_no_header_makes_another_machine_this_one(server: RunningServer) -> None:
    assert b"RuntimeError" in answered(server, "127.0.0.1", "Host: localhost")
    address = own_address()
    for line in SPOOFED if address else ():
        for host in HOSTS:
            assert address
            got = answered(server, address, f"Host: {host}", line)
            assert b" 500 " in got.partition(b"\r\n")[0]
            assert b"RuntimeError" not in got
            assert b"hunter2" not in got


@pytest.mark.parametrize("host", REBOUND)
def test_no_other_name_is_this_machine(server: RunningServer, host: str) -> None:
    assert b"RuntimeError" not in answered(server, "127.0.0.1", f"Host: {host}")


@pytest.mark.parametrize(
    "line",
    [
        "X-Forwarded-For: 127.0.0.1, 203.0.113.9",  # which Potstill takes out
        "X-Forwarded-Proto: https",
        "Forwarded: for=203.0.113.9",
        "X-Real-IP: 127.0.0.1",
        "X-Client-IP: 127.0.0.1",
        "Via: 1.1 localhost",
    ],
)
def test_what_came_through_a_proxy_is_not_shown(server: RunningServer, line: str) -> None:
    got = answered(server, "127.0.0.1", "Host: localhost", line)
    assert b"RuntimeError" not in got
