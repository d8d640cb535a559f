"""A great many requests, each with an id of its own, after which the process is as it was.

SOAK_REQUESTS=1000000 makes the run a long one.
"""

from __future__ import annotations

import os

import pytest

from tests.faults.service import Footprint, accounts, service
from tests.support.load import Lane, drive, numbered
from tests.support.server import RunningServer

REQUESTS = int(os.environ.get("SOAK_REQUESTS", "100000"))
WARM_UP = 20_000
GROWTH = 2 << 20  # what allocators may still take after the warm-up, whatever the number


@pytest.mark.timeout(900)
def test_many_requests_are_answered_once_each_and_leave_no_trace() -> None:
    with service("--threads", "8") as server:
        start = Footprint.at_start(server)
        send(server, 1, WARM_UP)
        resident = server.resident()
        send(server, WARM_UP + 1, WARM_UP + REQUESTS)
        start.await_return(server)
        growth = server.resident() - resident
        report = accounts(server)
    assert report["once"] == WARM_UP + REQUESTS
    assert report["repeated"] == 0
    assert growth <= GROWTH, f"{growth / REQUESTS:.1f} bytes more for each request"


def send(server: RunningServer, first: int, last: int) -> None:
    """The ids from first to last, one in a hundred as a call long enough to be handed over."""
    slow = (last - first) // 100
    lanes = (
        Lane(32, numbered("/hello", range(first, last + 1 - slow))),
        Lane(4, numbered("/wait/2.5", range(last + 1 - slow, last + 1))),
    )
    drive(server.port, *lanes)
