"""The line of a quick add, taken apart word by word; `quick_add` says what may stand in it.

The time this takes grows with the text, and the text may be anything.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from itertools import pairwise
from typing import Generic, Literal, NamedTuple, TypeAlias, TypeVar

from msgspec import ValidationError, convert

from puretodo.model.day_words import Language
from puretodo.model.days import SPEECHES, RepeatFound
from puretodo.model.list_names import ListNames
from puretodo.model.phrases import LONGEST, plain
from puretodo.model.text import one_line, tag_names
from puretodo.model.values import MAX_TAGS, Priority, Tag

Kind: TypeAlias = Literal["tag", "priority", "list", "due", "repeat"]
Value = TypeVar("Value")

PUNCTUATION = ",.;:!?"
_WORD = re.compile(r'\+"[^"]*"(?!\S)|\S+')
_MARKERS = ("#", "!", "+")
_PRIORITIES: dict[str, Priority] = {"!1": 1, "!2": 2, "!3": 3}


class Said(NamedTuple, Generic[Value]):
    """A value, and where in the text it is said."""

    start: int
    end: int
    value: Value


class QuickLine:
    """A line, and what it says."""

    def __init__(self, text: str, today: date, language: Language, lists: Sequence[str]) -> None:
        self.tags: list[Said[str]] = []
        self.priority: Said[Priority] | None = None
        self.list: Said[str] | None = None
        self.due: Said[date] | None = None
        self.repeat: Said[RepeatFound] | None = None
        self._backslashes: list[int] = []
        self._text = text
        self._today = today
        self._speech = SPEECHES[language]
        self._lists = ListNames(lists)
        self._spans = [word.span() for word in _WORD.finditer(text)]
        self._plain = [plain(text[start:end]) for start, end in self._spans]
        index = 0
        while index < len(self._spans):
            index += self._read(index)

    def places(self) -> list[tuple[int, int, Kind]]:
        """Where something was understood, in the order of the text."""
        once: list[tuple[Kind, Said[Priority] | Said[str] | Said[date] | Said[RepeatFound] | None]]
        once = [
            ("priority", self.priority),
            ("list", self.list),
            ("due", self.due),
            ("repeat", self.repeat),
        ]
        places: list[tuple[int, int, Kind]] = [(tag.start, tag.end, "tag") for tag in self.tags]
        places += [(said.start, said.end, kind) for kind, said in once if said]
        return sorted(places)

    def title(self) -> str:
        """What was not understood, without the backslashes that have done their work."""
        left_out = [(start, end) for start, end, _ in self.places()]
        left_out += [(place, place + 1) for place in self._backslashes]
        edges = [(0, 0), *sorted(left_out), (len(self._text), len(self._text))]
        kept = (self._text[end:start] for (_, end), (start, _) in pairwise(edges))
        return one_line("".join(kept))

    def _read(self, index: int) -> int:
        """Read what begins with that word; how many words it has."""
        start, end = self._spans[index]
        word = self._text[start:end]
        if word.startswith("\\"):
            return self._read_escaped(index, word[1:])
        if word.startswith(_MARKERS):
            self._read_marker(start, end, word)
            return 1
        return self._read_repeat(index) or self._read_day(index) or 1

    def _read_escaped(self, index: int, word: str) -> int:
        words = [plain(word), *self._plain[index + 1 : index + LONGEST]]
        length = 1 if word.startswith(_MARKERS) else self._length_of_phrase(words)
        if length:
            self._backslashes.append(self._spans[index][0])
        return length or 1

    def _length_of_phrase(self, words: Sequence[str]) -> int:
        repeat = self._speech.repeat_at(words, 0, self._today)
        found = repeat or self._speech.day_at(words, 0, self._today)
        return found.length if found else 0

    def _read_marker(self, start: int, end: int, word: str) -> None:
        if word in _PRIORITIES:
            self.priority = Said(start, end, _PRIORITIES[word])
        elif word.startswith("+"):
            title = self._list_title(word[1:])
            self.list = Said(start, end, title) if title is not None else self.list
        else:
            tag = _tag(word)
            if tag is not None and len(self.tags) < MAX_TAGS:
                self.tags.append(Said(start, end, tag))

    def _list_title(self, name: str) -> str | None:
        if name.startswith('"'):
            return self._lists.title(name[1:-1]) if name.endswith('"') else None
        return self._lists.title(name) or self._lists.title(name.rstrip(PUNCTUATION))

    def _read_repeat(self, index: int) -> int:
        found = self._speech.repeat_at(self._plain, index, self._today)
        if found is None:
            return 0
        self.repeat = Said(*self._span(index, found.length), found)
        return found.length

    def _read_day(self, index: int) -> int:
        found = self._speech.day_at(self._plain, index, self._today)
        if found is None:
            return 0
        self.due = Said(*self._span(index, found.length), found.day)
        return found.length

    def _span(self, index: int, count: int) -> tuple[int, int]:
        return self._spans[index][0], self._spans[index + count - 1][1]


def _tag(word: str) -> str | None:
    if not word.startswith("#"):
        return None
    try:
        (tag,) = convert(tag_names([word[1:].rstrip(PUNCTUATION)]), tuple[Tag])
    except ValidationError:
        return None
    return tag if any(letter.isalpha() for letter in tag) else None
