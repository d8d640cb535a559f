from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from icalendar import Calendar

from puretodo.formats import FormatError, ical
from puretodo.model.bundle import Bundle, BundleTodo
from puretodo.model.values import Repeat
from tests.todo.formats.bundles import BUNDLES, NOW, bundle, day, read, titles, todo, written


def as_calendars_say(item: BundleTodo) -> BundleTodo:
    """What a VTODO can say of a to-do."""
    item.anchor = None
    item.created_at = item.created_at.replace(microsecond=0)
    item.updated_at = item.updated_at.replace(microsecond=0)
    item.done_at = item.done_at and item.done_at.replace(microsecond=0)
    return item


@settings(deadline=None)
@given(BUNDLES)
def test_all_that_a_calendar_can_say_comes_back(outgoing: Bundle) -> None:
    data = written("ical", outgoing)
    assert all(len(line) <= 75 for line in data.split(b"\r\n"))
    assert b"\n" not in data.replace(b"\r\n", b"")
    incoming = read("ical", data)
    assert len({item.uid for item in incoming.todos}) == len(outgoing.todos)
    for item in incoming.todos:
        item.uid = ""
    said = {each.title: list(map(as_calendars_say, each.todos)) for each in outgoing.lists}
    came = {each.title: each.todos for each in incoming.lists}
    assert came == {title: items for title, items in said.items() if items}


def test_a_todo_is_a_task_of_a_calendar() -> None:
    item = todo(
        "Milk, fresh; not old",
        notes="two\nlines",
        due="2026-12-05",
        priority=2,
        tags=["shop", "a;b"],
        repeat={"every": 2, "unit": "week", "after": "done"},
        done_at=NOW,
        uid="7@here",
    )
    assert written("ical", bundle(item)).decode().split("\r\n") == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Pure Todo//puretodo//EN",
        "X-WR-CALNAME:Home",
        "BEGIN:VTODO",
        "CATEGORIES:shop,a\\;b",
        "COMPLETED:20261129T183000Z",
        "CREATED:20261129T183000Z",
        "DESCRIPTION:two\\nlines",
        "DTSTAMP:20261129T183000Z",
        "DTSTART;VALUE=DATE:20261205",
        "DUE;VALUE=DATE:20261205",
        "LAST-MODIFIED:20261129T183000Z",
        "PRIORITY:5",
        "RRULE:FREQ=WEEKLY;INTERVAL=2",
        "STATUS:COMPLETED",
        "SUMMARY:Milk\\, fresh\\; not old",
        "UID:7@here",
        "X-PURETODO-COUNTED-FROM:DONE",
        "X-PURETODO-LIST:Home",
        "END:VTODO",
        "END:VCALENDAR",
        "",
    ]


def test_a_name_is_the_same_in_every_export() -> None:
    assert written("ical", bundle(todo())) == written("ical", bundle(todo()))


def test_due_dates_may_be_events_of_the_whole_day() -> None:
    data = ical.write(
        bundle(
            todo("Milk", due="2026-12-05", uid="1@here", repeat={"unit": "month"}),
            todo("Plants", due="2026-12-06", repeat={"unit": "day", "after": "done"}),
            todo("Some day"),
            todo("Done", due="2026-12-05", done_at=NOW),
        ),
        as_events=True,
    )
    milk, plants = Calendar.from_ical(data).walk("VEVENT")
    assert (milk["SUMMARY"], plants["SUMMARY"]) == ("Milk", "Plants")
    assert (milk.decoded("DTSTART"), milk["UID"], milk["TRANSP"]) == (
        day("2026-12-05"),
        "due-1@here",
        "TRANSPARENT",
    )
    assert "RRULE" in milk
    assert "RRULE" not in plants


def test_tasks_of_nextcloud_are_read() -> None:
    incoming = read(
        "ical",
        """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Nextcloud Tasks v0.16.1
X-WR-CALNAME:Casa\\, etc.
BEGIN:VTODO
UID:c9ae2ab1-6c5b-4a3a-8a27-4df0ad4f5d1b
CREATED:20261101T101500
LAST-MODIFIED:20261102T080000
DTSTAMP:20261102T080000
SUMMARY:Comprar pão\\, leite e um texto que é tão longo que a linha tem de ser do
 brada
PRIORITY:1
PERCENT-COMPLETE:20
STATUS:IN-PROCESS
DUE;VALUE=DATE:20261205
CATEGORIES:Casa,Lista de compras
DESCRIPTION:Integral\\nse houver
X-OC-HIDESUBTASKS:0
END:VTODO
BEGIN:VTODO
UID:b0cbd6ed-0a3c-4ca7-9d62-a6b0e5a4f3dd
RELATED-TO:c9ae2ab1-6c5b-4a3a-8a27-4df0ad4f5d1b
SUMMARY:Dentista
DUE;TZID=America/Sao_Paulo:20261205T233000
PRIORITY:9
STATUS:COMPLETED
COMPLETED:20261105T120000Z
PERCENT-COMPLETE:100
BEGIN:VALARM
ACTION:DISPLAY
TRIGGER;RELATED=END:-PT15M
DESCRIPTION:Dentista
END:VALARM
END:VTODO
END:VCALENDAR
""",
        datetime(2026, 11, 29, 12, tzinfo=ZoneInfo("America/Sao_Paulo")),
    )
    assert titles(incoming) == {
        "Casa, etc.": [
            "Comprar pão, leite e um texto que é tão longo que a linha tem de ser dobrada",
            "Dentista",
        ]
    }
    bread, dentist = incoming.todos
    assert (bread.priority, bread.due, bread.done_at) == (1, day("2026-12-05"), None)
    assert (bread.tags, bread.notes) == (["casa", "lista-de-compras"], "Integral\nse houver")
    assert bread.created_at == datetime(2026, 11, 1, 13, 15, tzinfo=UTC)
    assert bread.uid == "c9ae2ab1-6c5b-4a3a-8a27-4df0ad4f5d1b"
    assert (dentist.priority, dentist.due) == (3, day("2026-12-05"))
    assert dentist.done_at == datetime(2026, 11, 5, 12, tzinfo=UTC)


def test_reminders_of_apple_are_read() -> None:
    incoming = read(
        "ical",
        """BEGIN:VCALENDAR\r
CALSCALE:GREGORIAN\r
PRODID:-//Apple Inc.//macOS 15.1//EN\r
VERSION:2.0\r
BEGIN:VTIMEZONE\r
TZID:Europe/Berlin\r
BEGIN:STANDARD\r
TZOFFSETFROM:+0200\r
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU\r
DTSTART:19961027T030000\r
TZNAME:CET\r
TZOFFSETTO:+0100\r
END:STANDARD\r
END:VTIMEZONE\r
BEGIN:VTODO\r
CREATED:20261120T090000Z\r
UID:0B5E2A66-3A1C-4F4A-B0C3-7A0A6C1D9E11\r
SUMMARY:Take out the bins\r
DTSTART;TZID=Europe/Berlin:20261201T003000\r
DUE;TZID=Europe/Berlin:20261201T003000\r
RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=TU\r
X-APPLE-SORT-ORDER:754912345\r
STATUS:NEEDS-ACTION\r
SEQUENCE:1\r
PRIORITY:5\r
END:VTODO\r
BEGIN:VTODO\r
UID:1\r
SUMMARY:Gym\r
RRULE:FREQ=WEEKLY;BYDAY=MO,WE\r
STATUS:CANCELLED\r
END:VTODO\r
BEGIN:VTODO\r
UID:2\r
DESCRIPTION:Only a note\\nof two lines\r
END:VTODO\r
END:VCALENDAR\r
""",
    )
    assert titles(incoming) == {"Inbox": ["Take out the bins", "Gym", "Only a note"]}
    bins, gym, note = incoming.todos
    assert (bins.repeat, bins.priority) == (Repeat(2, "week"), 2)
    assert bins.due == day("2026-11-30"), "in Berlin it is already December; in UTC it is not"
    assert (gym.repeat, gym.done_at) == (None, NOW)
    assert note.notes == "Only a note\nof two lines"


def test_several_calendars_in_a_file_are_several_lists() -> None:
    calendar = (
        "BEGIN:VCALENDAR\nX-WR-CALNAME:{0}\nBEGIN:VTODO\nSUMMARY:{0}\nEND:VTODO\nEND:VCALENDAR\n"
    )
    incoming = read("ical", calendar.format("A") + calendar.format("B"))
    assert titles(incoming) == {"A": ["A"], "B": ["B"]}


@pytest.mark.parametrize(
    ("file", "sentence"),
    [
        ("", "not an iCalendar file"),
        ("title\nMilk\n", "This is not iCalendar"),
        ("BEGIN:VCALENDAR\nBEGIN:VTODO\nSUMMARY:Milk\n", "cut off"),
        ("BEGIN:VTODO\nSUMMARY:Milk\nDUE:soon\nEND:VTODO\n", "This is not iCalendar: .*soon"),
        ("BEGIN:VTODO\nDUE:20261205\nEND:VTODO\n", "This to-do has no title"),
        ("\n" * 300_001, "more than 300,000 lines"),
    ],
)
def test_a_bad_calendar_is_refused(file: str, sentence: str) -> None:
    with pytest.raises(FormatError, match=sentence):
        read("ical", file)
