"""iCalendar (RFC 5545): to-dos as VTODO, or their due dates as VEVENT for calendars without to-dos.

The list is named by `X-PURETODO-LIST`, a repeat is an RRULE, and `X-PURETODO-COUNTED-FROM:DONE`
says of it what a rule cannot. Lost are: microseconds, lists that are empty, which are archived,
and day anchors.

A UID is the `uid` of the to-do; without one it is made of its title and the time when it was made,
so that it is the same in every export until somebody changes the title. `ical_reader` reads.
"""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from hashlib import sha256
from typing import Final

from icalendar import Calendar, Component, Event, Todo, vDuration, vRecur, vText

from puretodo.model.bundle import Bundle, BundleTodo
from puretodo.model.rrules import rrule
from puretodo.model.values import Priority

PRODUCT = "-//Pure Todo//puretodo//EN"
NAME = "X-WR-CALNAME"
LIST = "X-PURETODO-LIST"
COUNTED_FROM = "X-PURETODO-COUNTED-FROM"
_PRIORITIES: Final[dict[Priority, int]] = {1: 1, 2: 5, 3: 9}


def write(bundle: Bundle, *, as_events: bool = False, refresh: timedelta | None = None) -> bytes:
    """The calendar of all to-dos; as events, of those that are open and due.

    `refresh` tells those who subscribe how often to ask again (RFC 7986, 5.7).
    """
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    name = bundle.lists[0].title if len(bundle.lists) == 1 else "Pure Todo"
    calendar.add(NAME, vText(name))
    if refresh is not None:
        calendar.add("refresh-interval", refresh, parameters={"VALUE": "DURATION"})
        calendar.add("x-published-ttl", vDuration(refresh))  # what Outlook asks for
    uids = _Uids()
    for each in bundle.lists:
        for todo in each.todos:
            uid = uids.of(todo)
            if not as_events:
                calendar.add_component(_task(todo, uid, each.title))
            elif todo.due and not todo.done_at:
                calendar.add_component(_event(todo, uid, todo.due))
    data: bytes = calendar.to_ical()
    return data


class _Uids:
    """Names that no two to-dos of a calendar share."""

    def __init__(self) -> None:
        self._made: Counter[str] = Counter()

    def of(self, todo: BundleTodo) -> str:
        """The name of a to-do, asked once for each."""
        if todo.uid:
            return todo.uid
        made_of = f"{todo.created_at.isoformat()} {todo.title}"
        self._made[made_of] += 1
        digest = sha256(f"{made_of} {self._made[made_of]}".encode()).hexdigest()
        return f"{digest[:32]}@puretodo"


def _task(todo: BundleTodo, uid: str, list_title: str) -> Todo:
    task = Todo()
    _describe(task, todo, uid)
    task.add(LIST, vText(list_title))
    task.add("status", "COMPLETED" if todo.done_at else "NEEDS-ACTION")
    if todo.done_at:
        task.add("completed", todo.done_at)
    if todo.due:
        task.add("due", todo.due)
    if todo.repeat and todo.due:
        task.add("dtstart", todo.due)  # a rule needs one (3.6.2), and others write the due date
    if todo.repeat:
        task.add("rrule", vRecur.from_ical(rrule(todo.repeat)))
    if todo.repeat and todo.repeat.after == "done":
        task.add(COUNTED_FROM, vText("DONE"))
    return task


def _event(todo: BundleTodo, uid: str, due: date) -> Event:
    event = Event()
    _describe(event, todo, f"due-{uid}")
    event.add("dtstart", due)
    event.add("transp", "TRANSPARENT")
    if todo.repeat and todo.repeat.after == "due":
        event.add("rrule", vRecur.from_ical(rrule(todo.repeat)))
    return event


def _describe(component: Component, todo: BundleTodo, uid: str) -> None:
    component.add("uid", uid)
    component.add("dtstamp", todo.updated_at)
    component.add("created", todo.created_at)
    component.add("last-modified", todo.updated_at)
    component.add("summary", todo.title)
    if todo.notes:
        component.add("description", todo.notes)
    if todo.priority:
        component.add("priority", _PRIORITIES[todo.priority])
    if todo.tags:
        component.add("categories", todo.tags)
