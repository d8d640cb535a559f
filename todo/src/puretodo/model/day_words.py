"""The words of days and repeats, one table per language; what they mean is in `days`.

Words are written without accents, as they are compared. A phrase names words of the tables by a
NAME in capitals. Abbreviations that are words of their own (sun, sat; ter, sex, dom) count only
behind a word like "on", so that sun cream is bought on any day; and a "segunda via" is no Monday.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from puretodo.model.values import Unit

Language: TypeAlias = Literal["en", "pt"]

DayMeaning: TypeAlias = Literal[
    "today", "tomorrow", "day after tomorrow", "later", "weekday", "weekday of next week",
    "next week", "next month", "next year", "end of month", "end of year", "date",
]  # fmt: skip
RepeatMeaning: TypeAlias = Literal["every", "every other", "every weekday of the week"]


@dataclass(frozen=True)
class DayWords:
    """The tables of one language."""

    units: dict[str, Unit]
    repeated_units: dict[str, Unit]
    adverbs: dict[str, Unit]
    weekdays: dict[str, int]
    short_weekdays: dict[str, int]
    months: dict[str, int]
    numbers: dict[str, int]
    days: tuple[tuple[str, DayMeaning], ...]
    repeats: tuple[tuple[str, RepeatMeaning], ...]


def _numbered(words: str, first: int) -> dict[str, int]:
    """Groups of words apart by blanks, the words of a group by `|`: each to its number."""
    groups = enumerate(words.split(), first)
    return {word: number for number, group in groups for word in group.split("|")}


_ISO: tuple[str, DayMeaning] = ("ISOYEAR-MONTHNUMBER-DAY", "date")

_ON = "(?:(?:on|by|due|for|this) )"
ENGLISH = DayWords(
    units={
        "day": "day", "days": "day", "week": "week", "weeks": "week",
        "month": "month", "months": "month", "year": "year", "years": "year",
    },
    repeated_units={
        "day": "day", "days": "day", "weekday": "weekday", "weekdays": "weekday",
        "workday": "weekday", "workdays": "weekday", "week": "week", "weeks": "week",
        "month": "month", "months": "month", "year": "year", "years": "year",
    },
    adverbs={"daily": "day", "weekly": "week", "monthly": "month", "yearly": "year",
             "annually": "year"},
    weekdays=_numbered(
        "monday|mon tuesday|tue|tues wednesday|wed thursday|thu|thur|thurs friday|fri "
        "saturday sunday", 0,
    ),
    short_weekdays={"sat": 5, "sun": 6},
    months=_numbered(
        "january|jan february|feb march|mar april|apr may june|jun july|jul august|aug "
        "september|sep|sept october|oct november|nov december|dec", 1,
    ),
    numbers=_numbered("a|an|one two three four five six seven eight nine ten", 1),
    days=(
        _ISO,
        (rf"{_ON}?(?:today|tonight)", "today"),
        (rf"{_ON}?(?:the )?day after tomorrow", "day after tomorrow"),
        (rf"{_ON}?tomorrow", "tomorrow"),
        (r"in NUMBER UNIT", "later"),
        (rf"{_ON}?next (?:WEEKDAY|SHORTWEEKDAY)", "weekday of next week"),
        (rf"{_ON}?next week", "next week"),
        (rf"{_ON}?next month", "next month"),
        (rf"{_ON}?next year", "next year"),
        (r"(?:at |by )?(?:the )?end of (?:the |this )?month", "end of month"),
        (r"(?:at |by )?(?:the )?end of (?:the |this )?year", "end of year"),
        (rf"{_ON}?(?:the )?DAY(?:st|nd|rd|th)?(?: of)? MONTH(?:,? YEAR)?", "date"),
        (rf"{_ON}?MONTH DAY(?:st|nd|rd|th)?(?:,? YEAR)?", "date"),
        (rf"{_ON}the DAY(?:st|nd|rd|th)", "date"),
        (rf"{_ON}?WEEKDAY", "weekday"),
        (rf"{_ON}SHORTWEEKDAY", "weekday"),
        (rf"{_ON}ISOYEAR-MONTHNUMBER-DAY", "date"),
    ),
    repeats=(
        (r"every!? other REPEATED", "every other"),
        (r"every(?P<done>!)? (?:NUMBER )?REPEATED", "every"),
        (r"every(?P<done>!)? (?:WEEKDAY|SHORTWEEKDAY)", "every weekday of the week"),
        (r"ADVERB(?P<done>!)?", "every"),
    ),
)  # fmt: skip

_EM = "(?:(?:na|no|ate|ate a|ate o|em|para|pra|para a|para o|neste|nesta) )"
_NO_ORDINAL = "(?! (?:via|vez|parte|dose)s?\\b)"
PORTUGUESE = DayWords(
    units={
        "dia": "day", "dias": "day", "semana": "week", "semanas": "week",
        "mes": "month", "meses": "month", "ano": "year", "anos": "year",
    },
    repeated_units={
        "dia util": "weekday", "dias uteis": "weekday", "dia": "day", "dias": "day",
        "semana": "week", "semanas": "week", "mes": "month", "meses": "month",
        "ano": "year", "anos": "year",
    },
    adverbs={"diariamente": "day", "semanalmente": "week", "mensalmente": "month",
             "anualmente": "year", "dias uteis": "weekday"},
    weekdays=_numbered(
        "segunda|segundas|segunda-feira|segundas-feiras|seg "
        "terca|tercas|terca-feira|tercas-feiras "
        "quarta|quartas|quarta-feira|quartas-feiras|qua "
        "quinta|quintas|quinta-feira|quintas-feiras|qui "
        "sexta|sextas|sexta-feira|sextas-feiras "
        "sabado|sabados|sab domingo|domingos", 0,
    ),
    short_weekdays={"ter": 1, "sex": 4, "dom": 6},
    months=_numbered(
        "janeiro|jan fevereiro|fev marco|mar abril|abr maio|mai junho|jun julho|jul agosto|ago "
        "setembro|set outubro|out novembro|nov dezembro|dez", 1,
    ),
    numbers=_numbered("um|uma dois|duas tres quatro cinco seis sete oito nove dez", 1),
    days=(
        _ISO,
        (rf"{_EM}?hoje(?: a noite)?", "today"),
        (rf"{_EM}?depois de amanha", "day after tomorrow"),
        (rf"{_EM}?amanha", "tomorrow"),
        (r"(?:em|daqui a|dentro de) NUMBER UNIT", "later"),
        (rf"{_EM}?proxim[ao] (?:WEEKDAY|SHORTWEEKDAY)(?: feira)?", "weekday"),
        (rf"{_EM}?(?:proxima semana|(?:a )?semana que vem)", "next week"),
        (rf"{_EM}?(?:proximo mes|(?:o )?mes que vem)", "next month"),
        (rf"{_EM}?(?:proximo ano|(?:o )?ano que vem)", "next year"),
        (rf"{_EM}?(?:fim|final) d[oe](?:ste)? mes", "end of month"),
        (rf"{_EM}?(?:fim|final) d[oe](?:ste)? ano", "end of year"),
        (rf"{_EM}?(?:dia )?DAY[ºo]?(?: de)? MONTH(?:(?: de)? YEAR)?", "date"),
        (rf"{_EM}?(?:dia )?DAY/MONTHNUMBER(?:/YEAR)?", "date"),
        (rf"{_EM}?dia DAY", "date"),
        (rf"{_EM}?WEEKDAY(?: feira)?(?: que vem)?{_NO_ORDINAL}", "weekday"),
        (rf"{_EM}SHORTWEEKDAY", "weekday"),
        (rf"{_EM}ISOYEAR-MONTHNUMBER-DAY", "date"),
    ),
    repeats=(
        (r"(?:tod[oa]|a cada|cada)(?P<done>!)? (?:NUMBER )?REPEATED", "every"),
        (r"tod[oa]s(?P<done>!)? (?:[oa]s )?(?:NUMBER )?REPEATED", "every"),
        (r"tod[oa]s?(?P<done>!)? (?:[oa]s )?(?:WEEKDAY|SHORTWEEKDAY)(?: feira)?",
         "every weekday of the week"),
        (r"(?:(?:em|nos) )?ADVERB(?P<done>!)?", "every"),
    ),
)  # fmt: skip

WORDS: dict[Language, DayWords] = {"en": ENGLISH, "pt": PORTUGUESE}
