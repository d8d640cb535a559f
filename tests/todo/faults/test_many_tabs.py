"""Five hundred tabs listen: quick requests hardly notice, and one change reaches all.

Two servers side by side take turns in being measured, as in `tests/faults`: what matters is the
ratio of the times. `TODO_TABS=5000` opens more.
"""

from __future__ import annotations

import os
import resource
import shutil
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from time import perf_counter

import pytest

from tests.support.load import Lane, drive, repeated
from tests.support.server import RunningServer
from tests.support.wire import Client, get
from tests.todo.faults.api import Api
from tests.todo.faults.streams import streams
from tests.todo.serving import serving

TABS = int(os.environ.get("TODO_TABS", "500"))
WINDOWS = 5
SECONDS = 1.0
THREADS = ("--hosts", "a", "--", "--threads", "8")
QUICK = "/api/v1/lists"


@pytest.fixture(autouse=True)
def _descriptors() -> Iterator[None]:
    """Room for the tabs."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = min(TABS * 2 + 500, hard) if hard != resource.RLIM_INFINITY else TABS * 2 + 500
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, wanted), hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.fixture
def files(sqlite_template: Path, tmp_path: Path) -> list[str]:
    """Two databases that are the same."""
    return [str(shutil.copy(sqlite_template, tmp_path / name)) for name in ("alone", "crowded")]


def test_quick_requests_hardly_notice_hundreds_of_tabs(files: list[str]) -> None:
    with serving(files[0], *THREADS) as alone, serving(files[1], *THREADS) as crowded:
        bodies = [answer_of(server) for server in (alone, crowded)]
        with streams(crowded.port, number=TABS):
            windows = [(pace(alone, bodies[0]), pace(crowded, bodies[1])) for _ in range(WINDOWS)]
    free, beside = zip(*windows, strict=True)
    kept = median(lane.rate for lane in beside) / median(lane.rate for lane in free)
    delay = median(p99(lane) for lane in beside) / median(p99(lane) for lane in free)
    print(f"{TABS} tabs: {kept:.2f} of the rate, p99 {delay:.2f} times as long")
    assert kept >= 2 / 3, f"only {kept:.0%} of the rate is left"
    assert delay <= 3, f"p99 is {delay:.1f} times as long"


def test_one_change_reaches_hundreds_of_tabs_on_eight_threads(files: list[str]) -> None:
    with serving(files[0], *THREADS) as server, streams(server.port, number=TABS) as tabs:
        with Api(server.port) as api:
            start = perf_counter()
            added = api.post("/lists/1/todos", {"title": "for all"})
            tabs.await_event(1)
            print(f"{TABS} tabs were told within {1000 * (perf_counter() - start):.0f} ms")
        for tab in tabs.members:
            assert [each["todos"] for each in tab.changes()] == [[added]]
        assert server.threads() < 8 + 8, "no tab holds a thread"


def answer_of(server: RunningServer) -> bytes:
    with Client(server.port) as client:
        client.send(get(QUICK))
        answer = client.answer()
    assert answer.status == 200
    return answer.body


def pace(server: RunningServer, body: bytes) -> Lane:
    """One window of quick requests."""
    lane = Lane(8, repeated(QUICK, body))
    drive(server.port, lane, seconds=SECONDS)
    return lane


def p99(lane: Lane) -> float:
    return lane.percentile(99)
