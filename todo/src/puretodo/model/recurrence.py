"""When a repeating to-do is due again, and how its rhythm is spelled.

A rhythm counted from the due date is kept whatever happens: steps are taken from the due date until
one lies behind both it and the day of completion. A daily to-do that is five days overdue and done
today comes back tomorrow, and what is due on Mondays stays due on Mondays. One counted from the day
of completion begins anew there.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Final

from puretodo.model.months import day_in_month, days_later, month_number
from puretodo.model.values import Repeat, Unit

_DAYS: Final[dict[Unit, int]] = {"day": 1, "week": 7}
_MONTHS: Final[dict[Unit, int]] = {"month": 1, "year": 12}
_SPELLED = re.compile(
    r"every (?:([1-9][0-9]{0,2}) )?(day|weekday|week|month|year)s?( after done)?", re.IGNORECASE
)
_UNITS: Final[dict[str, Unit]] = {
    "day": "day",
    "weekday": "weekday",
    "week": "week",
    "month": "month",
    "year": "year",
}


def following(repeat: Repeat, due: date | None, done: date, anchor: int | None) -> date:
    """The day when what was due then and is done now is due again.

    `anchor` is the day of the month that was meant first: 31 January is followed by 28 February and
    that by 31 March. It counts only as long as `due` fits it; a due date moved by hand is meant as
    it is. The last day there is (`date.max`) follows when time is over.
    """
    if due is None or repeat.after == "done":
        due, anchor = done, None
    latest = max(due, done)
    if repeat.unit in _MONTHS:
        step = repeat.every * _MONTHS[repeat.unit]
        day = _month_after(latest, due, step, anchor_day(due, anchor))
    elif repeat.unit in _DAYS:
        step = repeat.every * _DAYS[repeat.unit]
        day = days_later(due, ((latest - due).days // step + 1) * step)
    else:
        day = _weekday_after(latest, due, repeat.every)
    return date.max if day is None else day


def anchor_day(due: date, anchor: int | None) -> int:
    """The day of the month that is meant by a due date: to be kept for the one that follows."""
    if anchor is not None and day_in_month(month_number(due), anchor) == due:
        return anchor
    return due.day


def parse_repeat(text: str) -> Repeat:
    """What `spelled_repeat` wrote; ValueError for anything else."""
    spelled = _SPELLED.fullmatch(" ".join(text.split()))
    if spelled is None:
        raise ValueError("a repeat is spelled like “every 2 weeks” or “every month after done”")
    every, unit, after_done = spelled.groups()
    return Repeat(int(every or 1), _UNITS[unit.lower()], "done" if after_done else "due")


def spelled_repeat(repeat: Repeat) -> str:
    """The form that is stored and exported: `every 2 weeks`, `every month after done`."""
    rhythm = repeat.unit if repeat.every == 1 else f"{repeat.every} {repeat.unit}s"
    return f"every {rhythm} after done" if repeat.after == "done" else f"every {rhythm}"


def _month_after(latest: date, due: date, step: int, anchor: int) -> date | None:
    start = month_number(due)
    steps = max(1, (month_number(latest) - start) // step)
    day = day_in_month(start + steps * step, anchor)
    if day is None or day > latest:
        return day
    return day_in_month(start + (steps + 1) * step, anchor)


def _weekday_after(latest: date, due: date, every: int) -> date | None:
    """Counted in days from Monday to Friday; a weekend counts as the Friday before it."""
    start = _weekdays_until(due)
    weeks, weekday = divmod(start + ((_weekdays_until(latest) - start) // every + 1) * every, 5)
    return days_later(date.min, weeks * 7 + weekday)


def _weekdays_until(day: date) -> int:
    weeks, weekday = divmod(day.toordinal() - 1, 7)  # the first day of the year 1 was a Monday
    return weeks * 5 + min(weekday, 4)
