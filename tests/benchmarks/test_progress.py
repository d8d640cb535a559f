"""benchmarks.progress: the time left, judged by the time taken."""

from __future__ import annotations

from benchmarks.progress import Progress
from tests.benchmarks.samples import PACE

SERVERS = 154


class Watch:
    """A clock that is set by hand, and the lines that were told."""

    def __init__(self) -> None:
        self.now = 100.0
        self.lines: list[str] = []
        self.progress = Progress(SERVERS, PACE, lambda: self.now, self.lines.append)


def test_a_whole_run_is_foreseen_before_it_has_begun() -> None:
    # each server: 1 s to start, 1.4 s to warm up, two windows of 3.4 s
    assert Watch().progress.remaining() == f"{SERVERS * 9.2 / 60:.0f} min"


def test_nothing_is_left_when_all_is_done() -> None:
    watch = Watch()
    for _ in range(SERVERS):
        watch.progress.started()
        watch.progress.measured("once")
        watch.progress.measured("twice")
    assert watch.lines[-1] == "[   0 s left] twice"


def test_what_takes_twice_as_long_will_go_on_like_that() -> None:
    watch = Watch()
    for _ in range(SERVERS // 2):
        watch.progress.started()
        watch.progress.measured("")
        watch.progress.measured("")
        watch.now += 2 * 9.2
    assert watch.progress.remaining() == "23 min"


def test_windows_that_will_not_come_are_not_waited_for() -> None:
    watch = Watch()
    for _ in range(SERVERS):
        watch.progress.absent(PACE.rounds, "n/a")
        watch.now += 2.4
        watch.progress.started()
    assert watch.lines[-1].startswith("[   2 s left]")
    assert watch.progress.remaining() == "0 s"
