from __future__ import annotations

import pytest
from hypothesis import given, settings

from puretodo.model.rrules import from_rrule, rrule
from puretodo.model.values import Repeat
from tests.todo.model.test_recurrence import REPEATS


@pytest.mark.parametrize(
    ("repeat", "rule"),
    [
        (Repeat(1, "day"), "FREQ=DAILY"),
        (Repeat(2, "week"), "FREQ=WEEKLY;INTERVAL=2"),
        (Repeat(1, "weekday"), "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"),
        (Repeat(3, "weekday"), "FREQ=DAILY;INTERVAL=3;BYDAY=MO,TU,WE,TH,FR"),
        (Repeat(6, "month"), "FREQ=MONTHLY;INTERVAL=6"),
        (Repeat(1, "year"), "FREQ=YEARLY"),
    ],
)
def test_a_repeat_has_a_rule(repeat: Repeat, rule: str) -> None:
    assert rrule(repeat) == rule


@settings(deadline=None)
@given(REPEATS)
def test_a_rule_says_all_but_what_it_is_counted_from(repeat: Repeat) -> None:
    assert from_rrule(rrule(repeat)) == Repeat(repeat.every, repeat.unit)


@pytest.mark.parametrize(
    ("rule", "repeat"),
    [
        ("freq=weekly;byday=mo", Repeat(1, "week")),
        ("FREQ=WEEKLY;WKST=SU;INTERVAL=2;BYDAY=TU", Repeat(2, "week")),
        ("FREQ=MONTHLY;BYMONTHDAY=15", Repeat(1, "month")),
        ("FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=24", Repeat(1, "year")),
        ("FREQ=DAILY;COUNT=10", Repeat(1, "day")),
        ("FREQ=DAILY;UNTIL=20271231T000000Z", Repeat(1, "day")),
        ("FREQ=DAILY;BYDAY=FR,TH,WE,TU,MO", Repeat(1, "weekday")),
    ],
)
def test_a_rule_of_others_is_understood(rule: str, repeat: Repeat) -> None:
    assert from_rrule(rule) == repeat


@pytest.mark.parametrize(
    "rule",
    [
        "",
        "nonsense",
        "FREQ=HOURLY",
        "FREQ=DAILY;INTERVAL=0",
        "FREQ=DAILY;INTERVAL=1000",
        "FREQ=WEEKLY;BYDAY=MO,WE",
        "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TU,WE,TH,FR",
        "FREQ=MONTHLY;BYDAY=2TU",
        "FREQ=MONTHLY;BYMONTHDAY=-1",
        "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
        "FREQ=DAILY;BYDAY=MO",
    ],
)
def test_a_rule_that_no_repeat_can_say_is_none(rule: str) -> None:
    assert from_rrule(rule) is None
