"""Phrases of several words, recognised in a text that was split into words.

A phrase is written as a regular expression over words that are folded (lower case, no accents) and
one blank apart; a NAME in capitals stands for any word of a table. Each word of a text is asked
once whether a phrase begins there, and a phrase has few words, so the time grows with the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Generic, NamedTuple, TypeVar

from puretodo.model.text import folded

Meaning = TypeVar("Meaning")

_NAME = re.compile("[A-Z]{2,}")
_END = r"[,.;:!?]*(?= |\Z)"
LONGEST = 8
"""The most words that a phrase may have."""


class Heard(NamedTuple, Generic[Meaning]):
    """A phrase that stands in a text: how many words it has, what it means, and what it names."""

    length: int
    meaning: Meaning
    named: Mapping[str, str]


class Phrases(Generic[Meaning]):
    """Phrases of one language; where two begin alike, the one written first is meant."""

    def __init__(
        self, phrases: Iterable[tuple[str, Meaning]], tables: Mapping[str, Iterable[str]]
    ) -> None:
        choices = {name: "|".join(sorted(tables[name], key=len)[::-1]) for name in tables}

        def spelled_out(name: re.Match[str]) -> str:
            return f"(?P<{name[0]}>{choices[name[0]]})"

        self._rules = [
            (re.compile(_NAME.sub(spelled_out, phrase) + _END), meaning)
            for phrase, meaning in phrases
        ]
        nameless = (re.sub(r"\(\?P<\w+>", "(?:", rule.pattern) for rule, _ in self._rules)
        self._any = re.compile("|".join(f"({pattern})" for pattern in nameless))

    def at(self, words: Sequence[str], start: int) -> Heard[Meaning] | None:
        """The phrase that begins with that word, if one does. The words are `plain`."""
        here = " ".join(words[start : start + LONGEST])
        any_of_them = self._any.match(here)
        if any_of_them is None or any_of_them.lastindex is None:
            return None
        rule, meaning = self._rules[any_of_them.lastindex - 1]
        heard = rule.match(here)
        if heard is None:
            return None
        return Heard(heard[0].count(" ") + 1, meaning, heard.groupdict())


def plain(word: str) -> str:
    """A word as phrases know it: without case and accents, and still one word."""
    return folded(word).replace(" ", "_") or "_"
