"""Dates as HTTP writes them (RFC 9110, 5.6.7): seconds since the epoch to text and back.

One form is written, three are read: today's, and two obsolete ones that RFC 9110 asks recipients to
understand. Anything else is no date.
"""

from __future__ import annotations

import re
import time
from functools import lru_cache

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_LONG_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    *("Jan", "Feb", "Mar", "Apr", "May", "Jun"),
    *("Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
)
_NUMBERS = {name: number for number, name in enumerate(_MONTHS, 1)}

_DAY, _LONG_DAY, _MONTH = ("|".join(names) for names in (_DAYS, _LONG_DAYS, _MONTHS))
_SHORT_DATE = f"(?P<day>[0-9]{{2}})-(?P<month>{_MONTH})-(?P<year>[0-9]{{2}})"
_CLOCK = "(?P<clock>[0-9]{2}:[0-9]{2}:[0-9]{2})"
_FORMS = tuple(
    re.compile(form).fullmatch
    for form in (
        f"(?:{_DAY}), (?P<day>[0-9]{{2}}) (?P<month>{_MONTH}) (?P<year>[0-9]{{4}}) {_CLOCK} GMT",
        f"(?:{_LONG_DAY}), {_SHORT_DATE} {_CLOCK} GMT",
        f"(?:{_DAY}) (?P<month>{_MONTH}) (?P<day>[0-9]{{2}}| [0-9]) {_CLOCK} (?P<year>[0-9]{{4}})",
    )
)
_EPOCH_DAY = 719163
"""1 January 1970, counted from 1 January of the year 1."""


def http_date(seconds: float) -> str:
    """Seconds since the epoch as an IMF-fixdate; fractions are cut off, towards the past."""
    return _written(int(seconds // 1))


def modification_date(seconds: float) -> str:
    """A Last-Modified of now at the latest: a later one is not to be sent (RFC 9110, 8.8.2.1)."""
    return _written(int(min(seconds, time.time()) // 1))


@lru_cache(maxsize=1024)
def _written(seconds: int) -> str:
    year, month, day, hour, minute, second, weekday, _, _ = time.gmtime(seconds)
    date = f"{_DAYS[weekday]}, {day:02} {_MONTHS[month - 1]} {year:04}"
    return f"{date} {hour:02}:{minute:02}:{second:02} GMT"


def parse_http_date(text: str) -> int | None:
    """Seconds since the epoch; None for what is no HTTP date.

    The name of the weekday has to be one, but need not be that day's.
    """
    for form in _FORMS:
        found = form(text.strip(" \t"))
        if found:
            year = int(found["year"])
            if len(found["year"]) == 2:
                year = _full_year(year)
            hour, minute, second = map(int, found["clock"].split(":"))
            return _seconds(
                (year, _NUMBERS[found["month"]], int(found["day"])), (hour, minute, second)
            )
    return None


def _seconds(day: tuple[int, int, int], clock: tuple[int, int, int]) -> int | None:
    from datetime import date

    hour, minute, second = clock
    if hour > 23 or minute > 59 or second > 60:  # 60: a leap second
        return None
    try:
        days = date(*day).toordinal() - _EPOCH_DAY
    except ValueError:
        return None
    return days * 86400 + hour * 3600 + minute * 60 + second


def _full_year(last_two: int) -> int:
    """The year that ends so and is at most 50 years ahead, as RFC 9110, 5.6.7 has it."""
    this_year = time.gmtime().tm_year
    year = this_year // 100 * 100 + last_two
    return year - 100 if year > this_year + 50 else year
