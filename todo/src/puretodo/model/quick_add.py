"""A to-do in one line, as it is typed: `milk #shop !1 tomorrow`.

- `#tag` is a tag; it has a letter, so that "bug #5" stays a number
- `!1`, `!2`, `!3` is the priority
- `+List` or `+"Two words"` is the list: its title, or how the title of no other list begins
- days and repeats are said in words (see `days`); a repeat alone begins on the first day that fits

A marker is a whole word; within a word or an address it is text. Of what a to-do has only once the
last counts, and what was said before stays text. A backslash before a marker, a day or a repeat
keeps it as text. Where nothing would be left for the title, the text is the title and nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Annotated, TypeAlias

from msgspec import Meta, Struct

from puretodo.model.day_words import Language
from puretodo.model.quick_line import Kind, QuickLine
from puretodo.model.text import one_line, tag_names
from puretodo.model.values import Priority, Repeat


class Part(Struct, frozen=True, kw_only=True):
    """A piece of the text that was understood."""

    start: Annotated[int, Meta(ge=0, description="In UTF-16 code units, as JavaScript counts.")]
    end: Annotated[int, Meta(ge=0, description="Behind the last code unit.")]
    kind: Kind
    text: str


# `Understood` has a field named `list`, so within it the type has to be named otherwise.
TagNames: TypeAlias = list[str]
Parts: TypeAlias = list[Part]


class Understood(Struct, frozen=True, kw_only=True):
    """What a line says of a to-do."""

    title: Annotated[str, Meta(description="What is left of the text.")]
    list: Annotated[
        str | None, Meta(description="The title of the list that is meant; null: none is named.")
    ] = None
    tags: TagNames = []
    priority: Priority = None
    due: date | None = None
    repeat: Repeat | None = None
    parts: Annotated[
        Parts, Meta(description="What was understood, in the order of the text; none overlap.")
    ] = []


def understand(text: str, *, today: date, language: Language, lists: Sequence[str]) -> Understood:
    """Take a line apart; `lists` are the titles of the lists there are. Any text is understood."""
    line = QuickLine(text, today, language, lists)
    title = line.title()
    if not title:
        return Understood(title=one_line(text))
    repeat = line.repeat.value if line.repeat else None
    first = repeat.first if repeat else None
    return Understood(
        title=title,
        list=line.list.value if line.list else None,
        tags=tag_names(said.value for said in line.tags),
        priority=line.priority.value if line.priority else None,
        due=line.due.value if line.due else first,
        repeat=repeat.repeat if repeat else None,
        parts=_parts(text, line),
    )


def _parts(text: str, line: QuickLine) -> Parts:
    return [
        Part(
            start=_code_units(text[:start]),
            end=_code_units(text[:end]),
            kind=kind,
            text=text[start:end],
        )
        for start, end, kind in line.places()
    ]


def _code_units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
