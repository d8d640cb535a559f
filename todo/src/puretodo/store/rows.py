"""To-dos as rows, and rows as to-dos."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, Select, delete, insert, select

from puretodo.model.recurrence import parse_repeat
from puretodo.model.text import folded
from puretodo.model.values import Todo
from puretodo.store.schema import todo, todo_list, todo_tag
from puretodo.store.scope import Transaction

FEW = 500
"""Numbers that may stand in a statement."""


def visible(tx: Transaction) -> Select[Any]:
    """The to-dos within the scope that are in no bin, nor their list."""
    return (
        select(todo)
        .join(todo_list, todo_list.c.id == todo.c.list_id)
        .where(tx.scope.covers(), todo_list.c.deleted_at.is_(None), todo.c.deleted_at.is_(None))
    )


def values(tx: Transaction, query: Select[Any]) -> list[Todo]:
    """The to-dos that a query finds, each with its tags."""
    rows = tx.connection.execute(query).all()
    if not rows:
        return []
    tagging = select(todo_tag).where(todo_tag.c.todo_id.in_(_ids(rows, query)))
    tags: defaultdict[int, list[str]] = defaultdict(list)
    for row in tx.connection.execute(tagging.order_by(todo_tag.c.todo_id, todo_tag.c.number)):
        tags[row.todo_id].append(row.name)
    return [_value(row, tags.get(row.id, [])) for row in rows]


def _ids(rows: Sequence[Row[Any]], query: Select[Any]) -> Any:
    """The found ones: named, or found again where those are too many to be named."""
    if len(rows) <= FEW:
        return [row.id for row in rows]
    return select(query.with_only_columns(todo.c.id).subquery().c.id)


def searchable(title: str, notes: str, tags: Sequence[str]) -> str:
    """What a search looks at."""
    return folded(title, notes, *(f"#{tag}" for tag in tags))


def write_tags(tx: Transaction, todo_id: int, tags: Sequence[str]) -> None:
    """Let a to-do have these tags and no others."""
    tx.connection.execute(delete(todo_tag).where(todo_tag.c.todo_id == todo_id))
    if tags:
        tx.connection.execute(
            insert(todo_tag),
            [{"todo_id": todo_id, "number": n, "name": name} for n, name in enumerate(tags)],
        )


def _value(row: Row[Any], tags: list[str]) -> Todo:
    return Todo(
        id=row.id,
        list_id=row.list_id,
        title=row.title,
        notes=row.notes,
        done=row.done_at is not None,
        due=row.due_on,
        priority=row.priority,
        tags=tags,
        repeat=parse_repeat(row.repeat) if row.repeat else None,
        version=row.version,
        created_at=row.created_at,
        updated_at=row.updated_at,
        done_at=row.done_at,
    )
