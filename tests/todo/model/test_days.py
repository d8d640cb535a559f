from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from puretodo.model.day_words import WORDS, Language
from puretodo.model.days import understood_day, understood_repeat
from puretodo.model.values import Repeat

WEDNESDAY = date(2026, 11, 25)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("today", "2026-11-25"),
        ("Tonight", "2026-11-25"),
        ("TOMORROW", "2026-11-26"),
        ("day after tomorrow", "2026-11-27"),
        ("the day after tomorrow", "2026-11-27"),
        ("mon", "2026-11-30"),
        ("monday", "2026-11-30"),
        ("on monday", "2026-11-30"),
        ("by friday", "2026-11-27"),
        ("this friday", "2026-11-27"),
        ("wednesday", "2026-12-02"),
        ("thurs", "2026-11-26"),
        ("saturday", "2026-11-28"),
        ("on sat", "2026-11-28"),
        ("next sun", "2026-12-06"),
        ("next monday", "2026-11-30"),
        ("next friday", "2026-12-04"),
        ("in 3 days", "2026-11-28"),
        ("in a week", "2026-12-02"),
        ("in two weeks", "2026-12-09"),
        ("in 3 months", "2027-02-25"),
        ("in 1 year", "2027-11-25"),
        ("5 dec", "2026-12-05"),
        ("dec 5", "2026-12-05"),
        ("Dec 5th,", "2026-12-05"),
        ("on the 5th of December", "2026-12-05"),
        ("december 5, 2027", "2027-12-05"),
        ("5 december 2025", "2025-12-05"),
        ("25 nov", "2026-11-25"),
        ("24 nov", "2027-11-24"),
        ("29 feb", "2028-02-29"),
        ("may 1", "2027-05-01"),
        ("on the 1st", "2026-12-01"),
        ("by the 30th", "2026-11-30"),
        ("on the 31st", "2026-12-31"),
        ("2026-12-05", "2026-12-05"),
        ("by 2026-12-05", "2026-12-05"),
        ("next week", "2026-11-30"),
        ("next month", "2026-12-01"),
        ("next year", "2027-01-01"),
        ("end of month", "2026-11-30"),
        ("by the end of the month", "2026-11-30"),
        ("end of the year", "2026-12-31"),
    ],
)
def test_a_day_is_said_in_english(text: str, expected: str) -> None:
    assert understood_day(text, WEDNESDAY, "en") == date.fromisoformat(expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("hoje", "2026-11-25"),
        ("hoje à noite", "2026-11-25"),
        ("amanhã", "2026-11-26"),
        ("Amanha", "2026-11-26"),
        ("para amanhã", "2026-11-26"),
        ("depois de amanhã", "2026-11-27"),
        ("segunda", "2026-11-30"),
        ("segunda-feira", "2026-11-30"),
        ("terça feira", "2026-12-01"),
        ("na quarta", "2026-12-02"),
        ("até sexta", "2026-11-27"),
        ("no sábado", "2026-11-28"),
        ("sab", "2026-11-28"),
        ("no dom", "2026-11-29"),
        ("próxima segunda", "2026-11-30"),
        ("próxima sexta-feira", "2026-11-27"),
        ("no próximo domingo", "2026-11-29"),
        ("segunda que vem", "2026-11-30"),
        ("em 3 dias", "2026-11-28"),
        ("daqui a duas semanas", "2026-12-09"),
        ("dentro de um mês", "2026-12-25"),
        ("em 2 anos", "2028-11-25"),
        ("dia 5", "2026-12-05"),
        ("no dia 25", "2026-11-25"),
        ("dia 31", "2026-12-31"),
        ("5 de dezembro", "2026-12-05"),
        ("5 dez", "2026-12-05"),
        ("1º de maio", "2027-05-01"),
        ("dia 5 de março de 2028", "2028-03-05"),
        ("para o dia 5 de janeiro de 2027", "2027-01-05"),
        ("29 de fevereiro", "2028-02-29"),
        ("5/12", "2026-12-05"),
        ("05/12/2027", "2027-12-05"),
        ("2026-12-05", "2026-12-05"),
        ("semana que vem", "2026-11-30"),
        ("próxima semana", "2026-11-30"),
        ("mês que vem", "2026-12-01"),
        ("próximo mês", "2026-12-01"),
        ("ano que vem", "2027-01-01"),
        ("fim do mês", "2026-11-30"),
        ("até o final do mês", "2026-11-30"),
        ("fim do ano", "2026-12-31"),
    ],
)
def test_a_day_is_said_in_portuguese(text: str, expected: str) -> None:
    assert understood_day(text, WEDNESDAY, "pt") == date.fromisoformat(expected)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", ""),
        ("en", "sun"),
        ("en", "sat"),
        ("en", "may"),
        ("en", "5/12"),
        ("en", "24/7"),
        ("en", "31 feb"),
        ("en", "2026-02-30"),
        ("en", "2026-13-01"),
        ("en", "32 dec"),
        ("en", "in 0 days"),
        ("en", "in 1000 days"),
        ("en", "tomorrow morning"),
        ("en", "mondays"),
        ("en", "amanhã"),
        ("pt", "ter"),
        ("pt", "sex"),
        ("pt", "dom"),
        ("pt", "dia 32"),
        ("pt", "31/2"),
        ("pt", "1/2/3"),
        ("pt", "segunda via"),
        ("pt", "terceira"),
        ("pt", "tomorrow"),
    ],
)
def test_what_says_no_day_is_none(language: Language, text: str) -> None:
    assert understood_day(text, WEDNESDAY, language) is None


@pytest.mark.parametrize(
    ("language", "text", "repeat", "first"),
    [
        ("en", "every day", Repeat(1, "day"), "2026-11-25"),
        ("en", "daily", Repeat(1, "day"), "2026-11-25"),
        ("en", "weekly", Repeat(1, "week"), "2026-11-25"),
        ("en", "monthly!", Repeat(1, "month", "done"), "2026-11-25"),
        ("en", "annually", Repeat(1, "year"), "2026-11-25"),
        ("en", "every 2 weeks", Repeat(2, "week"), "2026-11-25"),
        ("en", "every three months", Repeat(3, "month"), "2026-11-25"),
        ("en", "every other day", Repeat(2, "day"), "2026-11-25"),
        ("en", "every monday", Repeat(1, "week"), "2026-11-30"),
        ("en", "every wed", Repeat(1, "week"), "2026-11-25"),
        ("en", "every sun", Repeat(1, "week"), "2026-11-29"),
        ("en", "every weekday", Repeat(1, "weekday"), "2026-11-25"),
        ("en", "every 2 workdays", Repeat(2, "weekday"), "2026-11-25"),
        ("en", "every! month", Repeat(1, "month", "done"), "2026-11-25"),
        ("en", "every! friday", Repeat(1, "week", "done"), "2026-11-27"),
        ("pt", "todo dia", Repeat(1, "day"), "2026-11-25"),
        ("pt", "todos os dias", Repeat(1, "day"), "2026-11-25"),
        ("pt", "diariamente", Repeat(1, "day"), "2026-11-25"),
        ("pt", "toda semana", Repeat(1, "week"), "2026-11-25"),
        ("pt", "a cada 2 semanas", Repeat(2, "week"), "2026-11-25"),
        ("pt", "a cada duas semanas", Repeat(2, "week"), "2026-11-25"),
        ("pt", "cada mês", Repeat(1, "month"), "2026-11-25"),
        ("pt", "todo! mês", Repeat(1, "month", "done"), "2026-11-25"),
        ("pt", "a cada! 3 dias", Repeat(3, "day", "done"), "2026-11-25"),
        ("pt", "toda segunda", Repeat(1, "week"), "2026-11-30"),
        ("pt", "toda segunda-feira", Repeat(1, "week"), "2026-11-30"),
        ("pt", "todas as terças", Repeat(1, "week"), "2026-12-01"),
        ("pt", "todo sábado", Repeat(1, "week"), "2026-11-28"),
        ("pt", "todo dom", Repeat(1, "week"), "2026-11-29"),
        ("pt", "dias úteis", Repeat(1, "weekday"), "2026-11-25"),
        ("pt", "todo dia útil", Repeat(1, "weekday"), "2026-11-25"),
        ("pt", "todos os dias úteis", Repeat(1, "weekday"), "2026-11-25"),
        ("pt", "mensalmente", Repeat(1, "month"), "2026-11-25"),
    ],
)
def test_a_repeat_is_said_with_its_first_day(
    language: Language, text: str, repeat: Repeat, first: str
) -> None:
    found = understood_repeat(text, WEDNESDAY, language)
    assert found is not None
    assert (found.repeat, found.first) == (repeat, date.fromisoformat(first))


@pytest.mark.parametrize(
    "text", ["", "every", "every 0 days", "everyday", "every 1000 days", "every may"]
)
def test_what_says_no_repeat_is_none(text: str) -> None:
    assert understood_repeat(text, WEDNESDAY, "en") is None


def test_on_weekdays_begins_on_monday_when_said_at_the_weekend() -> None:
    found = understood_repeat("every weekday", date(2026, 11, 28), "en")
    assert found is not None
    assert found.first == date(2026, 11, 30)


@pytest.mark.parametrize(
    "text", ["tomorrow", "next week", "next month", "next year", "in 1 day", "monday"]
)
def test_no_day_comes_after_the_last(text: str) -> None:
    assert understood_day(text, date.max, "en") is None


@settings(deadline=None)
@given(st.sampled_from(["en", "pt"]), st.dates(), st.data())
def test_any_words_of_the_tables_are_asked_without_harm(
    language: Language, today: date, data: st.DataObject
) -> None:
    words = WORDS[language]
    known = [*words.units, *words.weekdays, *words.months, *words.numbers, *words.adverbs]
    known += ["in", "em", "every", "todo", "next", "dia", "31", "2026-02-29", "5/12", "of", "de"]
    text = " ".join(data.draw(st.lists(st.sampled_from(known), max_size=6)))
    understood_day(text, today, language)
    understood_repeat(text, today, language)
