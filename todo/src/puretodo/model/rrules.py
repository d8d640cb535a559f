"""Repeats as recurrence rules of calendars (RFC 5545, 3.3.10), as far as both can say the same.

A rule has no word for "counted from the day it was done"; who writes one has to say that beside it.
"""

from __future__ import annotations

import re
from typing import Final

from puretodo.model.values import Repeat, Unit

_FREQUENCIES: Final[dict[str, Unit]] = {
    "DAILY": "day",
    "WEEKLY": "week",
    "MONTHLY": "month",
    "YEARLY": "year",
}
_NAMES: Final[dict[Unit, str]] = {unit: name for name, unit in _FREQUENCIES.items()}
_WORKDAYS = "MO,TU,WE,TH,FR"
_INTERVAL = re.compile("[1-9][0-9]{0,2}")
_ONE_DAY = {
    "BYDAY": re.compile("MO|TU|WE|TH|FR|SA|SU"),
    "BYMONTHDAY": re.compile("[0-9]{1,2}"),
    "BYMONTH": re.compile("[0-9]{1,2}"),
}
_HARMLESS = {"FREQ", "INTERVAL", "WKST", "COUNT", "UNTIL"}


def rrule(repeat: Repeat) -> str:
    """The rule. Every so many weekdays has none; it becomes the nearest that there is."""
    if repeat.unit == "weekday" and repeat.every == 1:
        return f"FREQ=WEEKLY;BYDAY={_WORKDAYS}"
    interval = f";INTERVAL={repeat.every}" if repeat.every > 1 else ""
    if repeat.unit == "weekday":
        return f"FREQ=DAILY{interval};BYDAY={_WORKDAYS}"
    return f"FREQ={_NAMES[repeat.unit]}{interval}"


def from_rrule(rule: str) -> Repeat | None:
    """The repeat, counted from the due date; None for a rule that a `Repeat` cannot say.

    A single BYDAY, BYMONTHDAY or BYMONTH is taken for what the due date says as well. When the rule
    ends (COUNT, UNTIL) is left out: a to-do repeats until somebody stops it.
    """
    parts = dict(part.split("=", 1) for part in rule.upper().split(";") if "=" in part)
    unit = _FREQUENCIES.get(parts.get("FREQ", ""))
    interval = parts.get("INTERVAL", "1")
    if unit is None or not _INTERVAL.fullmatch(interval):
        return None
    if unit in {"day", "week"} and _names_workdays(parts.get("BYDAY", "")):
        return Repeat(int(interval), "weekday") if unit == "day" or interval == "1" else None
    narrowing = parts.keys() - _HARMLESS
    if all(name in _ONE_DAY and _ONE_DAY[name].fullmatch(parts[name]) for name in narrowing):
        return Repeat(int(interval), unit) if unit != "day" or not narrowing else None
    return None


def _names_workdays(days: str) -> bool:
    return sorted(days.split(",")) == sorted(_WORKDAYS.split(","))
