"""A table with a row for each to-do (RFC 4180), for spreadsheets.

Everything is in it but the times of lists and the names in calendars (`uid`); a row without a title
stands for a list that is empty, and two lists of the same title become one.

`read` also knows tables of others: only `title` is needed, columns may stand in any order, and be
apart by semicolons or tabs; what it does not know it leaves out.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import Final

from puretodo.formats.errors import FormatError
from puretodo.formats.intake import Found, Intake, decoded
from puretodo.formats.table import Row, rows, table
from puretodo.model.bundle import Bundle, BundleTodo
from puretodo.model.recurrence import parse_repeat, spelled_repeat
from puretodo.model.values import Priority, Repeat

COLUMNS: tuple[str, ...] = (
    "list", "archived", "title", "notes", "done", "due", "priority", "tags", "repeat", "anchor",
    "created", "updated",
)  # fmt: skip

_DONE: Final = {"x", "yes", "true", "1", "done", "sim"}
_NOT_DONE: Final = {"", "no", "false", "0", "open", "não"}
_PRIORITIES: Final[dict[str, Priority]] = {"": None, "0": None, "1": 1, "2": 2, "3": 3}


def write(bundle: Bundle) -> bytes:
    """The table, with a row for an empty list."""
    lines = [COLUMNS]
    for each in bundle.lists:
        head = (each.title, "yes" if each.archived else "")
        lines += [(*head, *_cells(todo)) for todo in each.todos] or [head + ("",) * 10]
    return table(lines)


def read(data: bytes, *, default_list: str, now: datetime) -> Bundle:
    """The bundle; a to-do without a list is put in the default list."""
    intake = Intake(default_list, now)
    for line, row in rows(decoded(data), needed="title"):
        archived = row.get("archived", "").lower() in _DONE
        if row.get("list") and not any(row[name] for name in row if name not in COLUMNS[:2]):
            intake.begin(row["list"], archived=archived)
        else:
            found = _found(line, row, now)
            intake.put(line, found, title=row.get("list", ""), archived=archived)
    return intake.bundle


def _cells(todo: BundleTodo) -> tuple[str, ...]:
    return (
        todo.title,
        todo.notes,
        todo.done_at.isoformat() if todo.done_at else "",
        todo.due.isoformat() if todo.due else "",
        str(todo.priority or ""),
        " ".join(todo.tags),
        spelled_repeat(todo.repeat) if todo.repeat else "",
        str(todo.anchor or ""),
        todo.created_at.isoformat(),
        todo.updated_at.isoformat(),
    )


def _found(line: int, row: Row, now: datetime) -> Found:
    return Found(
        title=row["title"],
        notes=row.get("notes", ""),
        done_at=_done_at(line, row.get("done", ""), now),
        due=_day(line, row.get("due", "")),
        priority=_priority(line, row.get("priority", "")),
        tags=re.split(r"[\s,]+", row.get("tags", "").replace("#", "")),
        repeat=_repeat(line, row.get("repeat", "")),
        anchor=_anchor(line, row.get("anchor", "")),
        created_at=_moment(line, row.get("created", "")),
        updated_at=_moment(line, row.get("updated", "")),
    )


def _done_at(line: int, cell: str, now: datetime) -> datetime | None:
    word = cell.strip().lower()
    if word in _NOT_DONE:
        return None
    return now if word in _DONE else _moment(line, cell)


def _moment(line: int, cell: str) -> datetime | None:
    if not cell.strip():
        return None
    try:
        moment = datetime.fromisoformat(cell.strip())
    except ValueError:
        raise FormatError(line, f"“{cell[:50]}” is not a time like 2026-12-05T09:30Z.") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _day(line: int, cell: str) -> date | None:
    if not cell.strip():
        return None
    try:
        return datetime.fromisoformat(cell.strip()).date()
    except ValueError:
        raise FormatError(line, f"“{cell[:50]}” is not a date like 2026-12-05.") from None


def _priority(line: int, cell: str) -> Priority:
    if cell.strip() not in _PRIORITIES:
        raise FormatError(line, f"“{cell[:50]}” is not a priority: 1, 2, 3 or nothing.")
    return _PRIORITIES[cell.strip()]


def _repeat(line: int, cell: str) -> Repeat | None:
    try:
        return parse_repeat(cell) if cell.strip() else None
    except ValueError as error:
        raise FormatError(line, f"“{cell[:50]}” is not understood: {error}.") from None


def _anchor(line: int, cell: str) -> int | None:
    if not cell.strip():
        return None
    if not re.fullmatch("[1-9]|[12][0-9]|3[01]", cell.strip()):
        raise FormatError(line, f"“{cell[:50]}” is not a day of a month.")
    return int(cell)
