"""To-dos out of iCalendar (RFC 5545): our own, and those of Nextcloud, Apple and others.

Due dates have no time of day here: it is left out, in the zone of the person. What is cancelled
counts as done. Reminders, sub-tasks, attachments and rules that a `Repeat` cannot say are left out.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time

from icalendar import Component, Todo, vRecur, vUnknown

from puretodo.formats.errors import FormatError
from puretodo.formats.ical import COUNTED_FROM, LIST, NAME
from puretodo.formats.intake import Found, Intake, decoded
from puretodo.model.bundle import Bundle
from puretodo.model.rrules import from_rrule
from puretodo.model.values import Priority, Repeat

MAX_LINES = 300_000
"""The library takes some 40 µs for a line, so these take it a good ten seconds."""

_ESCAPED = re.compile(r"\\([\\;,Nn])")


def read(data: bytes, *, default_list: str, now: datetime) -> Bundle:
    """The bundle of all VTODO; those of a calendar without a name go to the default list."""
    intake = Intake(default_list, now)
    try:
        for calendar in _calendars(decoded(data)):
            name = _text(calendar, NAME)
            for task in calendar.walk("VTODO"):
                if isinstance(task, Todo):
                    intake.put(None, _found(task, now), title=_text(task, LIST) or name)
    except FormatError:
        raise
    except (ValueError, OverflowError, LookupError) as error:
        raise FormatError(None, f"This is not iCalendar: {str(error)[:200]}.") from None
    return intake.bundle


def _calendars(text: str) -> list[Component]:
    if text.count("\n") > MAX_LINES:
        raise FormatError(None, f"The file has more than {MAX_LINES:,} lines; bring it in parts.")
    calendars = Component.from_ical(text, multiple=True)
    if not calendars:
        raise FormatError(None, "This is not an iCalendar file, or it is cut off.")
    return calendars


def _found(task: Todo, now: datetime) -> Found:
    notes = _text(task, "description")
    updated_at = _moment(task, "last-modified", now)
    is_done = _text(task, "status").upper() in {"COMPLETED", "CANCELLED"}
    completed = _moment(task, "completed", now)
    return Found(
        title=_text(task, "summary") or notes.split("\n", 1)[0],
        notes=notes,
        done_at=completed or (updated_at or now if is_done else None),
        due=_day(task, "due", now),
        priority=_priority(_text(task, "priority")),
        tags=task.categories,
        repeat=_repeat(task),
        created_at=_moment(task, "created", now),
        updated_at=updated_at,
        uid=_text(task, "uid")[:255],
    )


def _one(component: Component, name: str) -> object:
    """The value of that property; the first, if others wrote several."""
    value: object = component.get(name)
    return value[0] if isinstance(value, list) and value else value


def _text(component: Component, name: str) -> str:
    value = _one(component, name)
    if isinstance(value, vUnknown):
        # the library does not know that names with X- are text (3.8.8.2)
        return _ESCAPED.sub(lambda found: "\n" if found[1] in "Nn" else found[1], str(value))
    return "" if value is None else str(value)


def _time(component: Component, name: str) -> date | datetime | None:
    value = getattr(_one(component, name), "dt", None)
    return value if isinstance(value, date) else None


def _day(component: Component, name: str, now: datetime) -> date | None:
    value = _time(component, name)
    if isinstance(value, datetime):
        return (value.astimezone(now.tzinfo) if value.tzinfo else value).date()
    return value


def _moment(component: Component, name: str, now: datetime) -> datetime | None:
    value = _time(component, name)
    if value is None:
        return None
    if not isinstance(value, datetime):
        value = datetime.combine(value, time(12))
    return value if value.tzinfo else value.replace(tzinfo=now.tzinfo)


def _priority(text: str) -> Priority:
    """1 to 4 is high, 5 medium, 6 to 9 low, 0 none (3.8.1.9)."""
    if not re.fullmatch("[1-9]", text):
        return None
    return 1 if text < "5" else 2 if text == "5" else 3


def _repeat(task: Todo) -> Repeat | None:
    rule = _one(task, "rrule")
    if not isinstance(rule, vRecur):
        return None
    parts = (f"{name}={','.join(map(str, values))}" for name, values in rule.items())
    repeat = from_rrule(";".join(parts))
    if repeat and _text(task, COUNTED_FROM).upper() == "DONE":
        return Repeat(repeat.every, repeat.unit, "done")
    return repeat
