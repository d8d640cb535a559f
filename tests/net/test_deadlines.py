from __future__ import annotations

import math
from typing import NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st

from potstill.net.deadlines import Deadlines

DURATIONS = {"head": 10.0, "body": 3.0, "idle": 20.0}


def deadlines() -> Deadlines[str, int]:
    return Deadlines(DURATIONS)


def test_at_first_nobody_is_due() -> None:
    assert deadlines().next == math.inf
    assert list(deadlines().expired(1e9)) == []


def test_who_started_first_is_late_first() -> None:
    times = deadlines()
    for who, now in ((2, 0.0), (1, 1.0), (3, 2.0)):
        times.start("head", who, now)
    assert times.next == 10.0
    assert list(times.expired(11.0)) == [("head", 2), ("head", 1)]
    assert times.next == 12.0
    assert list(times.expired(12.0)) == [("head", 3)]
    assert times.next == math.inf


def test_nobody_is_late_twice() -> None:
    times = deadlines()
    times.start("head", 1, 0.0)
    assert list(times.expired(10.0)) == [("head", 1)]
    assert not times.holds("head", 1)
    assert list(times.expired(20.0)) == []


def test_to_start_again_gives_the_whole_time_anew() -> None:
    times = deadlines()
    times.start("body", 1, 0.0)
    times.start("body", 2, 1.0)
    times.start("body", 1, 2.0)
    assert list(times.expired(4.0)) == [("body", 2)]
    assert list(times.expired(5.0)) == [("body", 1)]


def test_another_phase_takes_the_place_of_the_one_before() -> None:
    times = deadlines()
    times.start("body", 1, 0.0)
    times.start("idle", 1, 1.0)
    assert not times.holds("body", 1)
    assert times.holds("idle", 1)
    assert list(times.expired(20.9)) == []
    assert list(times.expired(21.0)) == [("idle", 1)]


def test_who_is_stopped_is_never_late() -> None:
    times = deadlines()
    times.start("head", 1, 0.0)
    times.stop(1)
    times.stop(2)  # who was never started
    assert list(times.expired(1e9)) == []


def test_who_is_late_may_be_started_again_meanwhile() -> None:
    times = deadlines()
    for who in (1, 2, 3):
        times.start("body", who, 0.0)
    seen = []
    for phase, who in times.expired(5.0):
        seen.append((phase, who))
        times.stop(2)
        times.start("head", who, 5.0)
    assert seen == [("body", 1), ("body", 3)]
    assert times.next == 15.0
    assert list(times.expired(15.0)) == [("head", 1), ("head", 3)]


class Model:
    """Who is due when, without any thought of speed."""

    def __init__(self) -> None:
        self.due: dict[int, tuple[str, float]] = {}

    def late(self, now: float) -> list[tuple[str, int]]:
        return [(phase, who) for who, (phase, due) in self.due.items() if due <= now]

    @property
    def next(self) -> float:
        return min((due for _, due in self.due.values()), default=math.inf)


class Start(NamedTuple):
    """Somebody enters a phase."""

    phase: str
    who: int


class Stop(NamedTuple):
    """Somebody leaves."""

    who: int


class Pass(NamedTuple):
    """Time passes, and somebody asks who is late."""

    seconds: int


people = st.integers(0, 5)
steps = st.lists(
    st.one_of(
        st.builds(Start, st.sampled_from(sorted(DURATIONS)), people),
        st.builds(Stop, people),
        st.builds(Pass, st.integers(0, 8)),
    ),
    max_size=60,
)


@settings(deadline=None, max_examples=300)
@given(steps)
def test_whatever_happens_all_who_are_late_are_found_and_no_others(
    steps: list[Start | Stop | Pass],
) -> None:
    times, model, now = deadlines(), Model(), 0.0
    for step in steps:
        match step:
            case Start(phase, who):
                times.start(phase, who, now)
                model.due[who] = (phase, now + DURATIONS[phase])
            case Stop(who):
                times.stop(who)
                model.due.pop(who, None)
            case Pass(seconds):
                now += seconds
                late = list(times.expired(now))
                assert sorted(late) == sorted(model.late(now))
                order = [(phase, model.due.pop(who)[1]) for phase, who in late]
                for phase in DURATIONS:
                    dues = [due for of, due in order if of == phase]
                    assert dues == sorted(dues)
        assert times.next <= model.next, "somebody would be found too late"
