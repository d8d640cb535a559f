"""To-dos and lists as values: what is stored, sent and received.

The same types bind the bodies of the API and the forms of the pages, and describe both in OpenAPI;
so a text is cleaned here, once, whichever way it came. What is optional in a change is `UNSET`
when nothing was said about it, and None when it is taken away.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal, TypeAlias

from msgspec import UNSET, Meta, Struct, UnsetType

from puretodo.model.text import one_line, plain_lines, tag_names

MAX_TITLE = 500
MAX_NOTES = 20_000
MAX_TAGS = 20

VISIBLE = r"[^\s\x00-\x20\x7f-\xa0\u2028\u2029\ufeff\u200b-\u200f]"
"""A character that is left when a text has been cleaned."""

Title: TypeAlias = Annotated[
    str, Meta(min_length=1, max_length=MAX_TITLE, pattern=VISIBLE, description="One line of text.")
]
Notes: TypeAlias = Annotated[str, Meta(max_length=MAX_NOTES, description="Any number of lines.")]
Tag: TypeAlias = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=50,
        pattern=r"^[^\s#,\x00-\x20\x7f-\xa0\u2028\u2029\ufeff\u200b-\u200f]+$",
        description="A word without `#` and comma; kept in lower case.",
    ),
]
Tags: TypeAlias = Annotated[list[Tag], Meta(max_length=MAX_TAGS)]
Priority: TypeAlias = Annotated[
    Literal[1, 2, 3] | None, Meta(description="1 is the most urgent; null: none.")
]
Unit: TypeAlias = Literal["day", "weekday", "week", "month", "year"]
Id: TypeAlias = Annotated[int, Meta(ge=1, le=2**63 - 1)]


class Repeat(Struct, frozen=True, forbid_unknown_fields=True):
    """How a to-do comes back when it is done: a new one is made, due that much later."""

    every: Annotated[int, Meta(ge=1, le=999)] = 1
    unit: Unit = "week"
    after: Annotated[
        Literal["due", "done"],
        Meta(description="Counted from the day it was due, or from the day it was done."),
    ] = "due"


class NewTodo(Struct, forbid_unknown_fields=True, kw_only=True):
    """A to-do that is to be added."""

    title: Title
    notes: Notes = ""
    due: date | None = None
    priority: Priority = None
    tags: Tags = []
    repeat: Repeat | None = None

    def __post_init__(self) -> None:
        self.title = one_line(self.title)
        self.notes = plain_lines(self.notes)
        self.tags = tag_names(self.tags)


class TodoChange(Struct, forbid_unknown_fields=True, kw_only=True):
    """What is to be different; what is left out stays as it is."""

    title: Title | UnsetType = UNSET
    notes: Notes | UnsetType = UNSET
    done: bool | UnsetType = UNSET
    due: date | UnsetType | None = UNSET
    priority: Priority | UnsetType = UNSET
    tags: Tags | UnsetType = UNSET
    repeat: Repeat | UnsetType | None = UNSET

    def __post_init__(self) -> None:
        if isinstance(self.title, str):
            self.title = one_line(self.title)
        if isinstance(self.notes, str):
            self.notes = plain_lines(self.notes)
        if isinstance(self.tags, list):
            self.tags = tag_names(self.tags)


class Todo(Struct, kw_only=True, frozen=True):
    """A to-do, as it is kept."""

    id: Id
    list_id: Id
    title: Title
    notes: Notes = ""
    done: bool = False
    due: date | None = None
    priority: Priority = None
    tags: Tags = []
    repeat: Repeat | None = None
    version: Annotated[int, Meta(ge=1, description="Grows with each change; it is the ETag.")] = 1
    created_at: datetime
    updated_at: datetime
    done_at: datetime | None = None


class NewList(Struct, forbid_unknown_fields=True, kw_only=True):
    """A list that is to be made."""

    title: Title

    def __post_init__(self) -> None:
        self.title = one_line(self.title)


class ListChange(Struct, forbid_unknown_fields=True, kw_only=True):
    """What is to be different of a list; what is left out stays as it is."""

    title: Title | UnsetType = UNSET
    archived: bool | UnsetType = UNSET

    def __post_init__(self) -> None:
        if isinstance(self.title, str):
            self.title = one_line(self.title)


class TodoList(Struct, kw_only=True, frozen=True):
    """A list, and how much of it is done."""

    id: Id
    title: Title
    archived: bool = False
    open: Annotated[int, Meta(ge=0, description="To-dos that are not done.")] = 0
    done: Annotated[int, Meta(ge=0, description="To-dos that are.")] = 0
    version: Annotated[int, Meta(ge=1, description="Grows with each change; it is the ETag.")] = 1
    created_at: datetime
    updated_at: datetime


class Place(Struct, forbid_unknown_fields=True, kw_only=True):
    """Where something is to stand."""

    after: Annotated[
        Id | UnsetType | None,
        Meta(description="Behind that one; null: it is the first; unsaid: it is the last."),
    ] = UNSET
    list_id: Annotated[
        Id | None, Meta(description="The list that a to-do shall go to; null: it stays in its own.")
    ] = None
