"""Answers without an end: the reader sets the pace, and the application learns that he has gone."""

from __future__ import annotations

import random
import time
from contextlib import ExitStack
from pathlib import Path

from tests.faults.app import BLOCK, MEBIBYTE
from tests.faults.service import Footprint, accounts, service
from tests.support.server import RunningServer
from tests.support.wire import Client, get, until

READERS = 4
MEMORY = 64 * 1024
SPILL = MEBIBYTE
KERNEL = int(Path("/proc/sys/net/ipv4/tcp_wmem").read_text().split()[2])
SMALL_BUFFERS = ("--output-memory", str(MEMORY), "--output-spill", str(SPILL))


def test_an_endless_answer_goes_on_only_as_fast_as_it_is_read() -> None:
    with service(*SMALL_BUFFERS) as server, ExitStack() as stack:
        accounts(server)
        resident = server.resident()
        readers = [stack.enter_context(stream_reader(server)) for _ in range(READERS)]
        until(lambda: stands_still(server))
        stalled = accounts(server)["blocks"]
        growth = server.resident() - resident
        for reader in readers:
            take(reader, 4 * KERNEL)
        moved = accounts(server)["blocks"]
    assert stalled * len(BLOCK) <= READERS * (KERNEL + MEMORY + SPILL + 4 * len(BLOCK))
    assert growth <= READERS * (MEMORY + 8 * len(BLOCK)) + 4 * MEBIBYTE
    assert moved > stalled


def test_an_endless_answer_is_closed_when_its_reader_vanishes() -> None:
    with service(*SMALL_BUFFERS) as server:
        start = Footprint.at_start(server)
        readers = [stream_reader(server) for _ in range(READERS)]
        until(lambda: accounts(server)["streams"] == READERS)
        for reader in readers:
            take(reader, MEBIBYTE)
            reader.reset()
        until(lambda: accounts(server)["closed"] == READERS)
        start.await_return(server)
        assert "Traceback" not in server.output


def test_an_endless_answer_is_closed_when_its_reader_stands_still() -> None:
    with service(*SMALL_BUFFERS, "--write-timeout", "1") as server, ExitStack() as stack:
        for _ in range(READERS):
            stack.enter_context(stream_reader(server))
        until(lambda: accounts(server)["streams"] == READERS)
        until(lambda: accounts(server)["closed"] == READERS, timeout=15)
        assert "Traceback" not in server.output


def test_readers_may_vanish_while_the_application_produces_for_them() -> None:
    chance = random.Random(1)
    with service(restless=True) as server:
        start = Footprint.at_start(server)
        for _ in range(150):
            readers = [Client(server.port, receive_buffer=4096) for _ in range(6)]
            for reader in readers:
                reader.send(get("/stream/2000/300"))
            time.sleep(chance.uniform(0.005, 0.03))  # any moment of the answer is the right one
            for reader in readers:
                reader.reset()
        start.await_return(server)
        report = accounts(server)
    assert report["streams"] == report["closed"]


def stream_reader(server: RunningServer) -> Client:
    reader = Client(server.port, receive_buffer=4096)
    reader.send(get("/stream/endless"))
    return reader


def take(reader: Client, size: int) -> None:
    """Read so many bytes of the answer and throw them away."""
    while size > 0:
        data = reader.sock.recv(65536)
        assert data, "the endless answer ended"
        size -= len(data)


def stands_still(server: RunningServer, seconds: float = 0.3) -> bool:
    """True when the application has been asked for nothing in so long."""
    blocks = accounts(server)["blocks"]
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if accounts(server)["blocks"] != blocks:
            return False
    return blocks > 0
