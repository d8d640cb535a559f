"""Days and repeats as people say them, in the words of a language."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Literal

from puretodo.model.values import Repeat
from puretodo.pages.words import Words

Nearness = Literal["late", "now", "ahead"]

DAY = timedelta(days=1)


def said_day(day: date, today: date, words: Words) -> str:
    """`Today`, `Mon 5 Dec`, and with the year when it is another one."""
    if abs(day - today) <= DAY:
        return words(("yesterday", "today", "tomorrow")[(day - today).days + 1])
    weekday = words.names("weekdays_short")[day.weekday()]
    month = words.names("months_short")[day.month - 1]
    key = "day" if day.year == today.year else "day_of_year"
    return words(key, weekday=weekday, day=day.day, month=month, year=day.year)


def long_day(day: date, words: Words) -> str:
    """`Monday, 5 December`: a heading."""
    weekday = words.names("weekdays")[day.weekday()]
    return words(
        "long_day", weekday=weekday, day=day.day, month=words.names("months")[day.month - 1]
    )


def nearness(day: date, today: date) -> Nearness:
    """Is it over, is it now, or does it come?"""
    return "late" if day < today else "now" if day == today else "ahead"


def said_repeat(repeat: Repeat, words: Words) -> str:
    """`Every 2 weeks`, and whether it is counted from the day that it is done."""
    said = words(f"every_{repeat.unit}", repeat.every)
    return f"{said} {words('after_done')}" if repeat.after == "done" else said
