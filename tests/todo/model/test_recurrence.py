from __future__ import annotations

from datetime import date, timedelta
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from puretodo.model.recurrence import anchor_day, following, parse_repeat, spelled_repeat
from puretodo.model.values import Repeat, Unit

UNITS: Final[list[Unit]] = ["day", "weekday", "week", "month", "year"]
REPEATS = st.builds(
    Repeat,
    every=st.integers(1, 999),
    unit=st.sampled_from(UNITS),
    after=st.sampled_from(["due", "done"]),
)
DAYS = st.dates(date(1900, 1, 1), date(2200, 1, 1))


def day(text: str) -> date:
    return date.fromisoformat(text)


@pytest.mark.parametrize(
    ("spelled", "due", "done", "expected"),
    [
        ("every day", "2026-11-24", "2026-11-29", "2026-11-30"),
        ("every day", "2026-11-29", "2026-11-29", "2026-11-30"),
        ("every day", "2026-12-05", "2026-11-29", "2026-12-06"),
        ("every 3 days", "2026-11-20", "2026-11-29", "2026-12-02"),
        ("every 3 days", "2026-11-20", "2026-11-28", "2026-11-29"),
        ("every 3 days after done", "2026-11-20", "2026-11-28", "2026-12-01"),
        ("every week", "2026-11-23", "2026-11-29", "2026-11-30"),
        ("every week", "2026-11-23", "2026-11-30", "2026-12-07"),
        ("every week", "2026-11-30", "2026-11-24", "2026-12-07"),
        ("every 2 weeks", "2026-11-02", "2026-11-29", "2026-11-30"),
        ("every 2 weeks after done", "2026-11-02", "2026-11-29", "2026-12-13"),
        ("every weekday", "2026-11-27", "2026-11-27", "2026-11-30"),
        ("every weekday", "2026-11-28", "2026-11-29", "2026-11-30"),
        ("every weekday", "2026-11-24", "2026-11-29", "2026-11-30"),
        ("every weekday", "2026-11-25", "2026-11-25", "2026-11-26"),
        ("every 2 weekdays", "2026-11-26", "2026-11-26", "2026-11-30"),
        ("every 5 weekdays", "2026-11-25", "2026-12-03", "2026-12-09"),
        ("every weekday after done", "2026-11-02", "2026-11-28", "2026-11-30"),
        ("every month", "2026-10-15", "2026-11-29", "2026-12-15"),
        ("every month", "2026-10-15", "2026-11-15", "2026-12-15"),
        ("every month", "2026-10-15", "2026-11-14", "2026-11-15"),
        ("every 3 months", "2026-01-31", "2026-11-29", "2027-01-31"),
        ("every month after done", "2026-01-05", "2026-01-31", "2026-02-28"),
        ("every 2 months", "2025-12-31", "2025-12-31", "2026-02-28"),
        ("every year", "2024-02-29", "2024-02-29", "2025-02-28"),
        ("every 4 years", "2024-02-29", "2024-02-29", "2028-02-29"),
        ("every year", "2020-12-24", "2026-11-29", "2026-12-24"),
        ("every 999 years", "2026-11-29", "2026-11-29", "3025-11-29"),
    ],
)
def test_it_is_due_again(spelled: str, due: str, done: str, expected: str) -> None:
    assert following(parse_repeat(spelled), day(due), day(done), None) == day(expected)


@pytest.mark.parametrize("after", ["", " after done"])
def test_without_a_due_date_it_is_counted_from_the_day_of_completion(after: str) -> None:
    repeat = parse_repeat(f"every 2 weeks{after}")
    assert following(repeat, None, day("2026-11-29"), None) == day("2026-12-13")


def test_the_end_of_the_month_comes_back_after_a_short_one() -> None:
    due, anchor, seen = day("2026-01-31"), None, []
    for _ in range(5):
        anchor = anchor_day(due, anchor)
        due = following(parse_repeat("every month"), due, due, anchor)
        seen.append(due.isoformat())
    assert seen == ["2026-02-28", "2026-03-31", "2026-04-30", "2026-05-31", "2026-06-30"]


def test_a_leap_day_comes_back_in_the_next_leap_year() -> None:
    due, anchor, seen = day("2024-02-29"), None, []
    for _ in range(4):
        anchor = anchor_day(due, anchor)
        due = following(parse_repeat("every year"), due, due, anchor)
        seen.append(due.isoformat())
    assert seen == ["2025-02-28", "2026-02-28", "2027-02-28", "2028-02-29"]


def test_a_due_date_moved_by_hand_is_meant_as_it_is() -> None:
    moved = following(parse_repeat("every month"), day("2026-02-10"), day("2026-02-10"), 31)
    assert moved == day("2026-03-10")
    assert anchor_day(day("2026-02-10"), 31) == 10
    assert anchor_day(day("2026-02-28"), 31) == 31


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("after", ["due", "done"])
def test_when_time_is_over_the_last_day_follows(unit: Unit, after: str) -> None:
    repeat = Repeat(999, unit, "due" if after == "due" else "done")
    assert following(repeat, date(9999, 12, 1), date.max, None) == date.max


@settings(deadline=None)
@given(REPEATS, st.one_of(st.none(), DAYS), DAYS, st.one_of(st.none(), st.integers(1, 31)))
def test_what_follows_lies_behind_both_days(
    repeat: Repeat, due: date | None, done: date, anchor: int | None
) -> None:
    follower = following(repeat, due, done, anchor)
    assert follower > done
    assert repeat.after == "done" or due is None or follower > due


@settings(deadline=None)
@given(REPEATS, st.dates(), st.dates(), st.integers(1, 31))
def test_any_day_is_followed_by_a_day(repeat: Repeat, due: date, done: date, anchor: int) -> None:
    assert following(repeat, due, done, anchor) <= date.max


@settings(deadline=None)
@given(st.integers(1, 60), DAYS, st.integers(0, 700))
def test_the_rhythm_of_days_is_kept(every: int, due: date, late: int) -> None:
    done = due + timedelta(days=late)
    follower = following(Repeat(every, "day"), due, done, None)
    assert (follower - due).days % every == 0
    assert (follower - done).days <= every


@settings(deadline=None)
@given(st.integers(1, 30), DAYS, st.integers(0, 400))
def test_weekdays_are_counted_one_by_one(every: int, due: date, late: int) -> None:
    done = due + timedelta(days=late)
    expected = due
    while expected <= done:
        for _ in range(every):
            expected += timedelta(days=7 - expected.weekday() if expected.weekday() > 3 else 1)
    assert following(Repeat(every, "weekday"), due, done, None) == expected


@settings(deadline=None)
@given(REPEATS)
def test_a_repeat_is_read_as_it_was_spelled(repeat: Repeat) -> None:
    assert parse_repeat(spelled_repeat(repeat)) == repeat


@pytest.mark.parametrize(
    ("repeat", "spelled"),
    [
        (Repeat(), "every week"),
        (Repeat(2, "week"), "every 2 weeks"),
        (Repeat(1, "month", "done"), "every month after done"),
        (Repeat(3, "weekday", "done"), "every 3 weekdays after done"),
    ],
)
def test_a_repeat_is_spelled_in_words(repeat: Repeat, spelled: str) -> None:
    assert spelled_repeat(repeat) == spelled
    assert parse_repeat(f"  {spelled.upper().replace(' ', '  ')} ") == repeat


@pytest.mark.parametrize(
    "text",
    ["", "every", "every 0 days", "every 1000 days", "every fortnight", "2 weeks", "every -1 day"],
)
def test_a_repeat_spelled_otherwise_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="every 2 weeks"):
        parse_repeat(text)
