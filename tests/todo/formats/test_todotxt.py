from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings

from puretodo.model.bundle import Bundle, BundleTodo
from puretodo.model.values import Repeat
from tests.todo.formats.bundles import BUNDLES, NOW, bundle, day, read, titles, todo, written


def noon(moment: datetime) -> datetime:
    return moment.replace(hour=12, minute=0, second=0, microsecond=0)


def as_lines_say(item: BundleTodo) -> BundleTodo:
    """What a line can say of a to-do."""
    item.anchor = None
    item.created_at = item.updated_at = noon(item.created_at)
    item.done_at = item.done_at and noon(item.done_at)
    return item


@settings(deadline=None)
@given(BUNDLES)
def test_all_that_lines_can_say_comes_back(outgoing: Bundle) -> None:
    file = written("todotxt", outgoing)
    assert file.count(b"\n") == len(outgoing.todos)
    said = {
        each.title: list(map(as_lines_say, each.todos)) for each in outgoing.lists if each.todos
    }
    assert {each.title: each.todos for each in read("todotxt", file).lists} == said


def test_a_line_is_written_as_the_rules_say() -> None:
    rich = {"due": "2026-12-05", "priority": 1, "tags": ["plot"], "notes": "50%\na b"}
    repeat = {"every": 2, "unit": "week", "after": "due"}
    outgoing = bundle(
        todo("Water plants", repeat=repeat, **rich),
        todo("x-ray", done_at=NOW, priority=2),
        todo("x +1 due:now", repeat=repeat | {"every": 1, "unit": "weekday", "after": "done"}),
        title="Home work",
    )
    assert written("todotxt", outgoing).decode().splitlines() == [
        "(A) 2026-11-29 Water plants +Home_work @plot due:2026-12-05 rec:+2w note:50%25%0Aa_b",
        "x 2026-11-29 2026-11-29 x-ray +Home_work pri:B",
        "2026-11-29 \\x \\+1 \\due:now +Home_work rec:b",
    ]


def test_a_file_of_other_tools_is_read() -> None:
    incoming = read(
        "todotxt",
        "(A) Thank Mom for the meatballs @phone\n"
        "(B) 2026-11-01 Schedule Goodwill pickup +GarageSale @phone due:2026-12-05\r\n"
        "\n"
        "Post signs around the neighborhood +GarageSale +Spring t:2026-11-20\n"
        "x 2026-11-20 2026-11-01 Review Tim's pull request +TodoTxtTouch @github pri:A\n"
        "x 2026-11-20 Call Ana\n"
        "x Call Eva\n"
        "xylophone lesson rec:1m due:2026-12-01 h:1\n"
        "(D) Email a@b.com https://x.org/a:b due:someday\n"
        "(A)x is no priority\n",
    )
    assert titles(incoming) == {
        "Inbox": [
            "Thank Mom for the meatballs",
            "Call Ana",
            "Call Eva",
            "xylophone lesson h:1",
            "Email a@b.com https://x.org/a:b due:someday",
            "(A)x is no priority",
        ],
        "GarageSale": [
            "Schedule Goodwill pickup",
            "Post signs around the neighborhood +Spring t:2026-11-20",
        ],
        "TodoTxtTouch": ["Review Tim's pull request"],
    }
    mom, ana, eva, lesson, mail, _, pickup, _, review = incoming.todos
    assert (mom.priority, mom.tags) == (1, ["phone"])
    assert (pickup.priority, pickup.due) == (2, day("2026-12-05"))
    assert pickup.created_at == datetime(2026, 11, 1, 12, tzinfo=UTC)
    assert (review.priority, review.done_at) == (1, datetime(2026, 11, 20, 12, tzinfo=UTC))
    assert (ana.done_at, eva.done_at) == (review.done_at, NOW)
    assert (lesson.repeat, lesson.due) == (Repeat(1, "month", "done"), day("2026-12-01"))
    assert (mail.priority, mail.due) == (None, None)


@pytest.mark.parametrize(
    ("rec", "repeat"),
    [
        ("rec:1w", Repeat(1, "week", "done")),
        ("rec:+1w", Repeat(1, "week")),
        ("rec:d", Repeat(1, "day", "done")),
        ("rec:+3b", Repeat(3, "weekday")),
        ("rec:12m", Repeat(12, "month", "done")),
        ("rec:+1y", Repeat(1, "year")),
    ],
)
def test_a_repeat_is_read(rec: str, repeat: Repeat) -> None:
    (item,) = read("todotxt", f"Milk {rec}").todos
    assert (item.title, item.repeat) == ("Milk", repeat)


@pytest.mark.parametrize(
    "line", ["rec:0d", "rec:1000d", "rec:1q", "due:2026-02-30", "pri:AB", "note:", "+", "@"]
)
def test_what_is_not_understood_stays_in_the_title(line: str) -> None:
    (item,) = read("todotxt", f"Milk {line}").todos
    assert item.title == f"Milk {line}"


@pytest.mark.parametrize(
    "line", ["x", "(A)", "2026-12-05", "+Shop", "@home due:2026-12-05", "x 2026-12-05"]
)
def test_a_line_of_markers_only_has_them_as_its_title(line: str) -> None:
    (item,) = read("todotxt", line).todos
    assert item.title in {line, "2026-12-05"}
