"""The CSV of a project that Todoist exports ("template"), to be brought in.

A section becomes a list of its title, what stands before the first goes to the default list. A
sub-task becomes a to-do behind its parent, whose title stands above its notes. Comments are added
to the notes. Labels (`@home`) become tags. The date is understood in English and Portuguese; a time
of day in it, and one that is not understood ("every 3rd friday"), are kept in the notes.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Final

from puretodo.formats.intake import Found, Intake, decoded
from puretodo.formats.table import Row, rows
from puretodo.model.bundle import Bundle
from puretodo.model.day_words import Language
from puretodo.model.quick_line import QuickLine
from puretodo.model.values import Priority, Repeat

_PRIORITIES: Final[dict[str, Priority]] = {"1": 1, "2": 2, "3": 3}
_LABEL = re.compile(r"(?<!\S)@(\S+)")
_TIME = re.compile(
    r"(?:(?:at|às|as) )?(?:[0-9]{1,2}(?:[:h][0-9]{0,2})? ?(?:am|pm)?)?", re.IGNORECASE
)
_HEADING = "* "  # what Todoist puts before a task that cannot be completed


def read(data: bytes, *, default_list: str, now: datetime) -> Bundle:
    """The bundle; days are counted from `now`, in its zone."""
    project = _Project(Intake(default_list, now))
    for line, row in rows(decoded(data), needed="content"):
        project.take(line, row)
    return project.bundle()


class _Project:
    """Rows, of which some belong to those above."""

    def __init__(self, intake: Intake) -> None:
        self._intake = intake
        self._section = ""
        self._parents: list[tuple[int, str]] = []
        self._task: Found | None = None
        self._line = 0

    def take(self, line: int, row: Row) -> None:
        """Take the next row; nothing, if it is of another kind (`meta`)."""
        kind = row.get("type", "task").strip().lower()
        if kind == "section":
            self._put()
            self._section, self._parents = row["content"], []
            self._intake.begin(self._section)
        elif kind == "task":
            self._put()
            self._line, self._task = line, self._found(row)
        elif kind == "note" and self._task:
            notes = _joined(self._task.notes, row["content"])
            self._task = self._task._replace(notes=notes)

    def bundle(self) -> Bundle:
        """The bundle, after the last row."""
        self._put()
        return self._intake.bundle

    def _put(self) -> None:
        if self._task:
            self._intake.put(self._line, self._task, title=self._section)
        self._task = None

    def _found(self, row: Row) -> Found:
        content = row["content"].removeprefix(_HEADING)
        title = " ".join(_LABEL.sub("", content).split()) or content
        when = _When(row, self._intake.now.date())
        return Found(
            title=title,
            notes=_joined(self._parent(row, title), row.get("description", ""), when.rest),
            due=when.due,
            priority=_PRIORITIES.get(row.get("priority", "").strip()),
            tags=_LABEL.findall(content),
            repeat=when.repeat,
        )

    def _parent(self, row: Row, title: str) -> str:
        """The line that names the task which this one is a part of."""
        indent = row.get("indent", "").strip()
        depth = int(indent) if indent in {"1", "2", "3", "4", "5"} else 1
        self._parents = [parent for parent in self._parents if parent[0] < depth]
        above = f"↑ {self._parents[-1][1]}" if self._parents else ""
        self._parents.append((depth, title))
        return above


class _When:
    """When a task is due, and what remains to be said of it."""

    def __init__(self, row: Row, today: date) -> None:
        name = "date" if row.get("date", "").strip() else "deadline"
        language: Language = "pt" if row.get(f"{name}_lang", "").lower().startswith("pt") else "en"
        said = row.get(name, "").strip()
        line = QuickLine(said, today, language, ())
        is_understood = _TIME.fullmatch(line.title())
        self.rest = line.title() if is_understood else said
        self.due: date | None = None
        self.repeat: Repeat | None = None
        if is_understood and line.repeat:
            self.due, self.repeat = line.repeat.value.first, line.repeat.value.repeat
        if is_understood and line.due:
            self.due = line.due.value


def _joined(*texts: str) -> str:
    return "\n\n".join(text for text in texts if text.strip())
