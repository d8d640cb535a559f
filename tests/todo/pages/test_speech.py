from __future__ import annotations

from datetime import date

import pytest

from puretodo.model.day_words import Language
from puretodo.model.values import Repeat
from puretodo.pages.speech import long_day, nearness, said_day, said_repeat
from puretodo.pages.words import words_in

TODAY = date(2026, 12, 1)


@pytest.mark.parametrize(
    ("day", "english", "portuguese"),
    [
        (date(2026, 11, 30), "Yesterday", "Ontem"),
        (TODAY, "Today", "Hoje"),
        (date(2026, 12, 2), "Tomorrow", "Amanhã"),
        (date(2026, 12, 5), "Sat 5 Dec", "sáb, 5 dez"),
        (date(2026, 3, 2), "Mon 2 Mar", "seg, 2 mar"),
        (date(2027, 1, 1), "1 Jan 2027", "1 jan 2027"),
    ],
)
def test_a_day_is_said_as_people_say_it(day: date, english: str, portuguese: str) -> None:
    assert said_day(day, TODAY, words_in("en")) == english
    assert said_day(day, TODAY, words_in("pt")) == portuguese


def test_a_heading_says_the_whole_day() -> None:
    assert long_day(date(2026, 12, 5), words_in("en")) == "Saturday, 5 December"
    assert long_day(date(2026, 12, 5), words_in("pt")) == "Sábado, 5 de dezembro"


@pytest.mark.parametrize(
    ("repeat", "language", "said"),
    [
        (Repeat(every=1, unit="day"), "en", "Every day"),
        (Repeat(every=2, unit="week"), "en", "Every 2 weeks"),
        (Repeat(every=1, unit="month", after="done"), "en", "Every month after it is done"),
        (Repeat(every=1, unit="weekday"), "pt", "Todo dia útil"),
        (Repeat(every=3, unit="month", after="done"), "pt", "A cada 3 meses depois de concluída"),
    ],
)
def test_a_repeat_is_said(repeat: Repeat, language: Language, said: str) -> None:
    assert said_repeat(repeat, words_in(language)) == said


def test_a_day_is_over_here_or_ahead() -> None:
    days = [date(2026, 11, 30), TODAY, date(2026, 12, 2)]
    assert [nearness(day, TODAY) for day in days] == ["late", "now", "ahead"]
