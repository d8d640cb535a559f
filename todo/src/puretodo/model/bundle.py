"""Lists with their to-dos, apart from any database: what is exported, and what is brought in.

Lists and to-dos stand in their order. Texts are cleaned and times brought to UTC as a value is
made; whether a text is too long is found by `msgspec.convert`, as with all values.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Annotated, TypeAlias

from msgspec import Meta, Struct

from puretodo.model.text import one_line, plain_lines, tag_names
from puretodo.model.values import Notes, Priority, Repeat, Tags, Title

Moment: TypeAlias = Annotated[datetime, Meta(tz=True)]
Anchor: TypeAlias = Annotated[
    int, Meta(ge=1, le=31, description="The day of the month that a repeat meant first.")
]


class BundleTodo(Struct, kw_only=True, forbid_unknown_fields=True):
    """A to-do. Its `uid` names it in calendars; empty: it has no such name."""

    title: Title
    notes: Notes = ""
    done_at: Moment | None = None
    due: date | None = None
    priority: Priority = None
    tags: Tags = []
    repeat: Repeat | None = None
    anchor: Anchor | None = None
    created_at: Moment
    updated_at: Moment
    uid: Annotated[str, Meta(max_length=255)] = ""

    def __post_init__(self) -> None:
        self.title = one_line(self.title)
        self.notes = plain_lines(self.notes)
        self.tags = tag_names(self.tags)
        self.created_at = self.created_at.astimezone(UTC)
        self.updated_at = self.updated_at.astimezone(UTC)
        self.done_at = self.done_at and self.done_at.astimezone(UTC)


class BundleList(Struct, kw_only=True, forbid_unknown_fields=True):
    """A list, and its to-dos in their order."""

    title: Title
    archived: bool = False
    created_at: Moment
    updated_at: Moment
    todos: list[BundleTodo] = []

    def __post_init__(self) -> None:
        self.title = one_line(self.title)
        self.created_at = self.created_at.astimezone(UTC)
        self.updated_at = self.updated_at.astimezone(UTC)


class Bundle(Struct):
    """All lists of somebody, or some of them, in their order."""

    lists: list[BundleList] = []

    @property
    def todos(self) -> list[BundleTodo]:
        """The to-dos of all lists."""
        return [todo for each in self.lists for todo in each.todos]
