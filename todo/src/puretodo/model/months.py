"""Months and years as steps: a day that a month does not have becomes its last."""

from __future__ import annotations

from calendar import monthrange
from datetime import MAXYEAR, date, timedelta


def month_number(day: date) -> int:
    """The months since the year 0."""
    return day.year * 12 + day.month - 1


def day_in_month(number: int, day: int) -> date | None:
    """That day of the month of that number, or its last; None when time is over."""
    year, month = divmod(number, 12)
    if year > MAXYEAR:
        return None
    return date(year, month + 1, min(day, monthrange(year, month + 1)[1]))


def months_later(day: date, months: int) -> date | None:
    """The same day of a later month, or its last; None when time is over."""
    return day_in_month(month_number(day) + months, day.day)


def days_later(day: date, days: int) -> date | None:
    """None when time is over."""
    ordinal = day.toordinal() + days
    return date.fromordinal(ordinal) if ordinal <= date.max.toordinal() else None


def last_of_month(day: date) -> date:
    """The last day of its month."""
    return day + timedelta(days=monthrange(day.year, day.month)[1] - day.day)
