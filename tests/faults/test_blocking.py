"""Calls that block beside calls that do not: nothing is lost, and the quick stay quick."""

from __future__ import annotations

import random
from collections.abc import Iterator
from statistics import median

import pytest

from tests.faults.service import accounts, service
from tests.support.load import Exchange, Lane, drive, numbered, repeated
from tests.support.server import RunningServer
from tests.support.wire import get

WINDOWS = 7
SECONDS = 0.4


@pytest.fixture(params=[1, 2, 8], ids="{} threads".format)
def server(request: pytest.FixtureRequest) -> Iterator[RunningServer]:
    with service("--threads", str(request.param)) as running:
        yield running


def test_every_request_is_answered_beside_calls_that_block(server: RunningServer) -> None:
    quick = Lane(16, numbered("/hello", range(1, 3001)))
    slow = Lane(4, numbered("/wait/50", range(3001, 3041)))
    drive(server.port, quick, slow)
    assert_ran_once(server, 3040)


def test_every_request_is_answered_beside_calls_that_compute(server: RunningServer) -> None:
    quick = Lane(16, numbered("/hello", range(1, 1001)))
    busy = Lane(4, numbered("/burn/20", range(1001, 1041)))
    drive(server.port, quick, busy)
    assert_ran_once(server, 1040)


def test_calls_on_both_sides_of_the_hand_over_are_answered_once_each(
    server: RunningServer,
) -> None:
    drive(server.port, Lane(32, mixture(2000)))
    assert_ran_once(server, 2000)


@pytest.mark.parametrize("threads", [1, 2, 3])
def test_no_call_is_lost_when_threads_change_places_at_any_moment(threads: int) -> None:
    # With hardly more clients than runners the queue runs full and empty all the time.
    with service("--threads", str(threads), restless=True) as server:
        for first, clients in ((1, 3), (801, 4), (1601, 10)):
            calls = mixture(800, weights=(30, 35, 35, 0), first=first)
            drive(server.port, Lane(clients, calls))
        assert_ran_once(server, 2400)


@pytest.mark.parametrize("threads", [2, 8])
def test_an_application_may_call_its_own_server(threads: int) -> None:
    callers = threads - 1  # each waits for a call that needs a thread as well
    with service("--threads", str(threads)) as server:
        own = Lane(callers, numbered("/self", range(1, 201)))
        quick = Lane(8, numbered("/hello", range(1001, 2001)))
        drive(server.port, own, quick)
        report = accounts(server)
    assert report["once"] == 1200  # the calls of /self leave the counting to /hello
    assert report["repeated"] == 0


def test_quick_requests_keep_their_pace_beside_calls_that_block() -> None:
    with service("--threads", "8") as server:
        drive(server.port, Lane(32, repeated("/hello", b"hello")), seconds=SECONDS)
        windows = [(pace(server), pace(server, blocking=4)) for _ in range(WINDOWS)]
    alone, beside = zip(*windows, strict=True)
    kept = median(lane.rate for lane in beside) / median(lane.rate for lane in alone)
    delay = median(p99(lane) for lane in beside) / median(p99(lane) for lane in alone)
    assert kept >= 1 / 3, f"only {kept:.0%} of the rate is left"
    assert delay <= 10, f"p99 is {delay:.1f} times as long"


def pace(server: RunningServer, *, blocking: int = 0) -> Lane:
    """One window of quick requests, with so many clients of a 50 ms call beside them."""
    quick = Lane(32, repeated("/hello", b"hello"))
    drive(server.port, quick, Lane(blocking, repeated("/wait/50", b"hello")), seconds=SECONDS)
    return quick


def p99(lane: Lane) -> float:
    return lane.percentile(99)


def mixture(
    count: int, weights: tuple[int, ...] = (68, 15, 15, 2), first: int = 1
) -> Iterator[Exchange]:
    """Calls of 0, 1.9, 2.1 and 50 ms in an order that no memory of paths can foresee."""
    delays = random.Random(first).choices([0, 1.9, 2.1, 50], weights, k=count)
    for number, delay in enumerate(delays, first):
        yield Exchange(get(f"/wait/{delay}/{number}"), b"%d" % number)


def assert_ran_once(server: RunningServer, count: int) -> None:
    report = accounts(server)
    assert report["repeated"] == 0
    assert report["once"] == count
