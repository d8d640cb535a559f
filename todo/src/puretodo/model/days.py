"""Days and repeats as people write them: "next monday", "em 3 dias", "every 2 weeks", "dia 5".

Weeks begin on Monday. A day of the week is the nearest after today; in English "next friday" is the
one of next week, in Portuguese "próxima sexta" is the nearest. "Next week" is its Monday, "next
month" its first day. A date without a year is the next one from today on. "5/12" is a day and a
month in Portuguese, and nothing in English, where both orders are in use; ISO dates always count.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Final, NamedTuple

from puretodo.model.day_words import WORDS, DayMeaning, DayWords, Language, RepeatMeaning
from puretodo.model.months import (
    day_in_month,
    days_later,
    last_of_month,
    month_number,
    months_later,
)
from puretodo.model.phrases import Phrases, plain
from puretodo.model.values import Repeat

Named = Mapping[str, str]


class DayFound(NamedTuple):
    """A day, and how many words say so."""

    length: int
    day: date


class RepeatFound(NamedTuple):
    """A repeat, how many words say so, and the first day that it speaks of."""

    length: int
    repeat: Repeat
    first: date


class DaySpeech:
    """What one language says of days."""

    def __init__(self, words: DayWords) -> None:
        self._words = words
        self._weekdays = words.weekdays | words.short_weekdays
        tables: dict[str, Iterable[str]] = {
            "UNIT": words.units,
            "REPEATED": words.repeated_units,
            "ADVERB": words.adverbs,
            "WEEKDAY": words.weekdays,
            "SHORTWEEKDAY": words.short_weekdays,
            "MONTH": words.months,
            "NUMBER": [*words.numbers, "[1-9][0-9]{0,2}"],
            "DAY": ["0?[1-9]|[12][0-9]|3[01]"],
            "MONTHNUMBER": ["0?[1-9]|1[0-2]"],
            "YEAR": ["[12][0-9]{3}"],
            "ISOYEAR": ["[12][0-9]{3}"],
        }
        self._days = Phrases(words.days, tables)
        self._repeats = Phrases(words.repeats, tables)

    def day_at(self, words: Sequence[str], start: int, today: date) -> DayFound | None:
        """The day that is said from that word on. The words are `plain`."""
        heard = self._days.at(words, start)
        if heard is None:
            return None
        simple = _SIMPLE.get(heard.meaning)
        day = simple(today) if simple else self._named_day(heard.meaning, heard.named, today)
        return None if day is None else DayFound(heard.length, day)

    def repeat_at(self, words: Sequence[str], start: int, today: date) -> RepeatFound | None:
        """The repeat that is said from that word on. The words are `plain`."""
        heard = self._repeats.at(words, start)
        if heard is None:
            return None
        repeat = self._repeat(heard.meaning, heard.named)
        return RepeatFound(heard.length, repeat, self._first(repeat, heard.named, today))

    def _named_day(self, meaning: DayMeaning, named: Named, today: date) -> date | None:
        if meaning == "later":
            return _later(self._number(named), self._words.units[named["UNIT"]], today)
        if meaning == "date":
            return _next_date(self._month(named), int(named["DAY"]), _year(named), today)
        weekday = self._weekday(named)
        if meaning == "weekday of next week":
            return days_later(today, 7 - today.weekday() + weekday)
        return days_later(today, (weekday - today.weekday() - 1) % 7 + 1)

    def _repeat(self, meaning: RepeatMeaning, named: Named) -> Repeat:
        if meaning == "every weekday of the week":
            return Repeat(1, "week", "done" if named.get("done") else "due")
        adverb = named.get("ADVERB")
        units = self._words.repeated_units
        unit = self._words.adverbs[adverb] if adverb else units[named["REPEATED"]]
        every = 2 if meaning == "every other" else self._number(named)
        return Repeat(every, unit, "done" if named.get("done") else "due")

    def _first(self, repeat: Repeat, named: Named, today: date) -> date:
        """Today, or the nearest day that fits."""
        wait = 0
        if named.get("WEEKDAY") or named.get("SHORTWEEKDAY"):
            wait = (self._weekday(named) - today.weekday()) % 7
        elif repeat.unit == "weekday" and today.weekday() > 4:
            wait = 7 - today.weekday()
        return days_later(today, wait) or date.max

    def _number(self, named: Named) -> int:
        number = named.get("NUMBER") or "1"
        return self._words.numbers.get(number) or int(number)

    def _weekday(self, named: Named) -> int:
        return self._weekdays[named.get("WEEKDAY") or named["SHORTWEEKDAY"]]

    def _month(self, named: Named) -> int | None:
        if named.get("MONTHNUMBER"):
            return int(named["MONTHNUMBER"])
        return self._words.months[named["MONTH"]] if "MONTH" in named else None


_SIMPLE: Final[dict[DayMeaning, Callable[[date], date | None]]] = {
    "today": lambda today: today,
    "tomorrow": lambda today: days_later(today, 1),
    "day after tomorrow": lambda today: days_later(today, 2),
    "next week": lambda today: days_later(today, 7 - today.weekday()),
    "next month": lambda today: day_in_month(month_number(today) + 1, 1),
    "next year": lambda today: day_in_month((today.year + 1) * 12, 1),
    "end of month": last_of_month,
    "end of year": lambda today: today.replace(month=12, day=31),
}

SPEECHES: Final[dict[Language, DaySpeech]] = {name: DaySpeech(WORDS[name]) for name in WORDS}


def understood_day(text: str, today: date, language: Language) -> date | None:
    """The day that the whole text says, if it says one."""
    words = [plain(word) for word in text.split()]
    found = SPEECHES[language].day_at(words, 0, today) if words else None
    return found.day if found and found.length == len(words) else None


def understood_repeat(text: str, today: date, language: Language) -> RepeatFound | None:
    """The repeat that the whole text says, if it says one."""
    words = [plain(word) for word in text.split()]
    found = SPEECHES[language].repeat_at(words, 0, today) if words else None
    return found if found and found.length == len(words) else None


def _later(count: int, unit: str, today: date) -> date | None:
    if unit in {"month", "year"}:
        return months_later(today, count * (12 if unit == "year" else 1))
    return days_later(today, count * (7 if unit == "week" else 1))


def _year(named: Named) -> int | None:
    year = named.get("YEAR") or named.get("ISOYEAR")
    return int(year) if year else None


def _next_date(month: int | None, day: int, year: int | None, today: date) -> date | None:
    """The date, or without a year the first such from today on; None if there is no such day."""
    if year is not None and month is not None:
        return _exact(year * 12 + month - 1, day)
    number = month_number(today)
    step = 1 if month is None else 12
    if month is not None:
        number += (month - today.month) % 12
    coming = (_exact(number + passed * step, day) for passed in range(10))
    return next((date for date in coming if date is not None and date >= today), None)


def _exact(number: int, day: int) -> date | None:
    found = day_in_month(number, day)
    return found if found is not None and found.day == day else None
