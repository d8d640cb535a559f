"""Where readers put what they find in the files of others, so that it obeys the rules of `values`.

Nothing that a person wrote is lost: a title that is too long is cut and stands whole in the notes,
tags past the most that a to-do may have are written below them, and what is no tag is made one
(`Work, home` becomes `work-home`). Notes that are too long are refused, with the line.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable
from datetime import date, datetime
from typing import NamedTuple

from msgspec import ValidationError, convert, to_builtins

from puretodo.formats.errors import FormatError
from puretodo.model.bundle import Bundle, BundleList, BundleTodo
from puretodo.model.text import one_line, plain_lines, tag_names
from puretodo.model.values import MAX_NOTES, MAX_TAGS, MAX_TITLE, VISIBLE, Priority, Repeat

MAX_TODOS = 100_000
MAX_TAG = 50

_VISIBLE = re.compile(VISIBLE)
_NO_TAG = re.compile(r"[\s#,\x00-\x20\x7f-\xa0\u2028\u2029\ufeff\u200b-\u200f\ud800-\udfff]+")
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


class Found(NamedTuple):
    """A to-do as a reader found it; a time that it did not find is the time of the import."""

    title: str
    notes: str = ""
    done_at: datetime | None = None
    due: date | None = None
    priority: Priority = None
    tags: Iterable[str] = ()
    repeat: Repeat | None = None
    anchor: int | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None
    uid: str = ""


class Intake:
    """Collects to-dos by the titles of their lists; `now` is aware, in the zone of the person."""

    def __init__(self, default_list: str, now: datetime) -> None:
        self.now = now
        self._default_list = default_list
        self._lists: dict[tuple[str, bool], BundleList] = {}
        self._count = 0

    @property
    def bundle(self) -> Bundle:
        """What has been collected, lists in the order in which they were first named."""
        return Bundle(list(self._lists.values()))

    def put(
        self, line: int | None, found: Found, *, title: str = "", archived: bool = False
    ) -> BundleTodo:
        """Put a to-do at the end of the list of that title; of the default list, if it is blank.

        FormatError for what cannot be put right.
        """
        self._count += 1
        if self._count > MAX_TODOS:
            raise FormatError(line, f"There are more than {MAX_TODOS:,} to-dos.")
        todo = _fit(line, found, self.now)
        self.begin(title, archived=archived).todos.append(todo)
        return todo

    def begin(self, title: str, *, archived: bool = False) -> BundleList:
        """The list of that title, made when it is named first."""
        title = one_line(title)[:MAX_TITLE]
        if not _VISIBLE.search(title):
            title = self._default_list
        begun = self._lists.get((title, archived))
        if begun is None:
            begun = BundleList(
                title=title, archived=archived, created_at=self.now, updated_at=self.now
            )
            self._lists[title, archived] = begun
        return begun


def decoded(data: bytes) -> str:
    """The text of a file in UTF-8, or in UTF-16 when its first two bytes say so."""
    try:
        if data.startswith(_UTF_16):
            return data.decode("utf-16")
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise FormatError(
            line, "This is not text in UTF-8; save the file in that encoding."
        ) from None


def _fit(line: int | None, found: Found, now: datetime) -> BundleTodo:
    title, notes = _cut(line, one_line(found.title), plain_lines(found.notes))
    tags, surplus = _divided(found.tags)
    if surplus:
        notes = "\n\n".join(filter(None, [notes, " ".join(f"#{tag}" for tag in surplus)]))
    if len(notes) > MAX_NOTES:
        raise FormatError(line, f"The notes have more than {MAX_NOTES:,} characters.")
    created_at = found.created_at or min(filter(None, [found.updated_at, found.done_at, now]))
    rest = {"created_at": created_at, "updated_at": found.updated_at or created_at}
    fields = found._asdict() | {"title": title, "notes": notes, "tags": tags} | rest
    try:
        return convert(to_builtins(BundleTodo(**fields)), BundleTodo)
    except (ValidationError, OverflowError) as error:
        raise FormatError(line, f"This to-do cannot be kept: {error}.") from None


def _cut(line: int | None, title: str, notes: str) -> tuple[str, str]:
    if not _VISIBLE.search(title):
        raise FormatError(line, "This to-do has no title.")
    if len(title) <= MAX_TITLE:
        return title, notes
    return f"{title[: MAX_TITLE - 1].rstrip()}…", f"{title}\n\n{notes}".rstrip()


def _divided(tags: Iterable[str]) -> tuple[list[str], list[str]]:
    """As many tags as a to-do may have, and the rest."""
    named = ("-".join(filter(None, _NO_TAG.split(tag.lower())))[:MAX_TAG] for tag in tags)
    names = tag_names(named)
    return names[:MAX_TAGS], names[MAX_TAGS:]
