"""Slow clients by the hundred, all at once: they cost little, hinder nobody and do not stay."""

from __future__ import annotations

from statistics import median

from tests.faults.crowd import crowd
from tests.faults.service import Footprint, accounts, service, unsent
from tests.support.load import Lane, drive, numbered, repeated
from tests.support.server import RunningServer
from tests.support.wire import Client, get, until

WINDOWS = 9
WINDOW = 1500
KIBIBYTE = 1024
WAITING = 16 * KIBIBYTE
"""Memory for a connection that sends slowly, or nothing."""
OUTPUT = 128 * KIBIBYTE
"""--output-memory: what is kept in memory for one slow reader, beside WAITING."""
ALLOCATOR = 48 << 20
"""Twelve answers of /big/4: built by the application, freed, and kept by malloc for the next."""


def test_a_healthy_client_hardly_notices_a_crowd_of_slow_ones() -> None:
    with service() as idle, service() as crowded:
        before = crowded.descriptors()
        with crowd(crowded.port, head=500, body=500, reader=200, silent=100, lingerer=4):
            until(lambda: crowded.descriptors() >= before + 1300, timeout=20)
            windows = [(p99(idle), p99(crowded)) for _ in range(WINDOWS)]
            assert crowded.descriptors() >= before + 1300, "the crowd has left too early"
    alone, beside = (median(times) for times in zip(*windows, strict=True))
    assert beside <= 3 * alone, f"p99 is {beside / alone:.1f} times an idle server's"


def test_a_crowd_of_slow_clients_takes_a_bounded_memory() -> None:
    with service("--output-memory", str(OUTPUT)) as server:
        descriptors = server.descriptors()
        drive(server.port, Lane(32, numbered("/hello", range(1, 5001))))
        resident = server.resident()
        with crowd(server.port, head=500, body=500, silent=100):
            until(lambda: server.descriptors() >= descriptors + 1100, timeout=20)
            waiting = server.resident() - resident
            with crowd(server.port, reader=200):
                until(lambda: server.descriptors() >= descriptors + 1300, timeout=20)
                drive(server.port, Lane(8, numbered("/hello", range(5001, 6001))))
                reading = server.resident() - resident
    assert waiting <= 1100 * WAITING, f"{waiting / 1100:.0f} bytes for each that sends slowly"
    assert reading <= 1300 * WAITING + 200 * OUTPUT + ALLOCATOR, f"{reading >> 20} MiB in all"


def test_slow_clients_are_gone_when_their_time_is_over() -> None:
    patience = ("--head-timeout", "1", "--body-timeout", "0.4", "--write-timeout", "1")
    with service(*patience, "--keep-alive", "1") as server:
        start = Footprint.at_start(server)
        # A head may not be saved by its progress, so its bytes come quickly; a body may.
        with (
            crowd(server.port, 0.1, head=100),
            crowd(server.port, body=100, reader=50, silent=50, lingerer=4),
        ):
            until(lambda: server.descriptors() > start.descriptors)
            start.await_return(server)
            assert unsent(server.port) == 0, "the kernel still keeps what nobody will read"
            report = accounts(server)
    assert report["uploads"] == 0, "a body that was cut off reached the application"


def test_a_kept_connection_is_not_hurried_by_the_time_for_a_head() -> None:
    with service("--head-timeout", "0.5") as server:
        alone = server.descriptors()
        with Client(server.port) as client:
            until(lambda: server.descriptors() > alone)  # now it is waited for
            for number in (1, 2):
                client.send(get(f"/hello/{number}"))
                assert client.answer().body == b"%d" % number
                assert client.is_silent(1)


def p99(server: RunningServer) -> float:
    """In one window of one client's requests, one after the other."""
    lane = Lane(1, repeated("/hello", b"hello"))
    lane.exchanges = (exchange for exchange, _ in zip(lane.exchanges, range(WINDOW), strict=False))
    drive(server.port, lane)
    return lane.percentile(99)
