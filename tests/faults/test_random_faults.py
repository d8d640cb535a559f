"""Clients that break off wherever chance has it: none leaves anything behind."""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import suppress

import pytest

from tests.faults.service import Footprint, accounts, service
from tests.support.server import RunningServer
from tests.support.wire import Client, chunked, get, post

ROUNDS = 30
CLIENTS = 20

UPLOADS = (
    post("/digest", b"u" * 2000),
    post("/digest", b"u" * 700_000),
    chunked("/digest", b"".join([b"1000\r\n", b"c" * 4096, b"\r\n"] * 50) + b"0\r\n\r\n"),
)
DOWNLOADS = (
    get("/hello"),
    get("/wait/3"),
    get("/stream/40"),
    get("/big/1"),
    get("/hello") + get("/wait/1") + get("/hello"),
)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_clients_that_break_off_anywhere_leave_no_trace(seed: int) -> None:
    chance = random.Random(seed)
    with service("--threads", "4") as server:
        start = Footprint.at_start(server)
        complete = sum(break_off(server, chance) for _ in range(ROUNDS))
        start.await_return(server)
        report = accounts(server)
        assert "Traceback" not in server.output
    assert report["streams"] == report["closed"]
    assert report["uploads"] <= complete, "a cut upload reached the application as a whole one"


def break_off(server: RunningServer, chance: random.Random) -> int:
    """A round of faulty clients, all connected at once; how many uploads they sent whole."""
    clients = [Client(server.port, receive_buffer=8192) for _ in range(CLIENTS)]
    complete = sum(begin(client, chance) for client in clients)
    chance.shuffle(clients)
    for client in clients:
        with suppress(OSError):
            chance.choice(ENDINGS)(client)
        client.close()
    return complete


def begin(client: Client, chance: random.Random) -> bool:
    """Send a request or a part of it; True when it was an upload and all of it went."""
    message = chance.choice(UPLOADS + DOWNLOADS)
    whole = chance.random() < 0.4
    with suppress(OSError):
        client.send(message if whole else message[: chance.randrange(len(message))])
    return whole and message in UPLOADS


def half_close_and_wait(client: Client) -> None:
    client.half_close()
    client.rest()


def half_close_and_go(client: Client) -> None:
    client.half_close()
    client.reset()


def read_a_little(client: Client) -> None:
    client.sock.settimeout(0.02)  # nothing may be due
    client.sock.recv(1000)
    client.reset()


ENDINGS: tuple[Callable[[Client], None], ...] = (
    Client.reset,
    Client.close,
    half_close_and_wait,
    half_close_and_go,
    read_a_little,
)
