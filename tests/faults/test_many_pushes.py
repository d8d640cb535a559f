"""A thousand open pushes on eight threads: all hear everything, and nobody else hears of them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from statistics import median

from tests.faults.listeners import listeners, pushes, say
from tests.faults.service import Footprint
from tests.support.load import Lane, drive, repeated
from tests.support.server import RunningServer, potstill
from tests.support.wire import until

OPEN = 1000
EVENTS = 30
WINDOWS = 7
SECONDS = 0.3
MOST = 16 * 1024
"""Bytes of memory for an open push, with its connection."""


@contextmanager
def service(*arguments: str) -> Iterator[RunningServer]:
    log = ("--access-logfile", os.devnull)
    target = "tests.faults.broadcast:application"
    with potstill(target, "--threads", "8", *log, *arguments) as server:
        drive(server.port, Lane(32, repeated("/hello", b"hello")), seconds=0.5)
        yield server


def test_a_thousand_hear_every_event_in_order_and_take_no_thread() -> None:
    with service() as server:
        threads = server.threads()
        with listeners(server.port, OPEN) as crowd:
            assert pushes(server.port) == {"open": OPEN, "left": 0, "repeated": 0}
            for first in range(1, EVENTS, 10):
                say(server.port, first, first + 9)
                crowd.await_event(first + 9)
            assert server.threads() == threads


def test_an_open_push_takes_a_bounded_memory() -> None:
    with service() as server:
        with listeners(server.port, OPEN // 10) as crowd:  # what is loaded and pooled once
            say(server.port, 1, 10)
            crowd.await_event(10)
        until(lambda: pushes(server.port)["open"] == 0)
        before = server.resident()
        with listeners(server.port, OPEN) as crowd:
            say(server.port, 1, 10)
            crowd.await_event(10)
            each = (server.resident() - before) / OPEN
    assert each < MOST, f"{each:,.0f} bytes of memory for each open push"


def test_those_who_leave_are_noticed_once_each_and_nothing_of_them_stays() -> None:
    with service() as server:
        start = Footprint.of(server)
        with listeners(server.port, OPEN) as crowd:
            say(server.port, 1, 1)
            crowd.await_event(1)
        until(lambda: pushes(server.port)["left"] == OPEN, timeout=2)
        assert pushes(server.port) == {"open": 0, "left": OPEN, "repeated": 0}
        start.await_return(server)


def test_some_may_leave_while_the_others_are_being_told() -> None:
    with service() as server, listeners(server.port, OPEN // 2) as stayers:
        with listeners(server.port, OPEN // 2) as leavers:
            say(server.port, 1, 1)
            leavers.await_event(1)
        say(server.port, 2, EVENTS)
        stayers.await_event(EVENTS)
        until(lambda: pushes(server.port)["left"] == OPEN // 2, timeout=2)
        assert pushes(server.port) == {"open": OPEN // 2, "left": OPEN // 2, "repeated": 0}


def test_quick_requests_hardly_notice_a_thousand_open_pushes() -> None:
    with service() as alone, service() as beside, listeners(beside.port, OPEN):
        windows = [(pace(alone), pace(beside)) for _ in range(WINDOWS)]
    free, crowded = zip(*windows, strict=True)
    kept = median(lane.rate for lane in crowded) / median(lane.rate for lane in free)
    delay = median(p99(lane) for lane in crowded) / median(p99(lane) for lane in free)
    assert kept >= 2 / 3, f"only {kept:.0%} of the rate is left"
    assert delay <= 3, f"p99 is {delay:.1f} times as long"


def pace(server: RunningServer) -> Lane:
    """One window of quick requests."""
    lane = Lane(32, repeated("/hello", b"hello"))
    drive(server.port, lane, seconds=SECONDS)
    return lane


def p99(lane: Lane) -> float:
    return lane.percentile(99)
