"""What repeats: done, a new one takes its place; undone again, that one is taken back.

The one that is done keeps no repeat, so it can be done, undone and deleted like any other.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import insert, select, update

from puretodo.model.recurrence import anchor_day, following
from puretodo.model.values import Todo
from puretodo.store.events import record_todos
from puretodo.store.placing import needs_room, position_behind
from puretodo.store.rows import searchable, write_tags
from puretodo.store.schema import todo
from puretodo.store.scope import Transaction


def come_back(tx: Transaction, done: Todo, today: date) -> dict[str, object]:
    """Make the next one, right behind this; what this one's columns are then."""
    if done.repeat is None:
        return {}
    needs_room(tx.connection, done.list_id)
    row = tx.connection.execute(
        select(todo.c.repeat, todo.c.anchor).where(todo.c.id == done.id)
    ).one()
    in_it = todo.c.list_id == done.list_id
    successor = {
        "list_id": done.list_id,
        "title": done.title,
        "notes": done.notes,
        "folded": searchable(done.title, done.notes, done.tags),
        "due_on": following(done.repeat, done.due, today, row.anchor),
        "priority": done.priority,
        "repeat": row.repeat,
        "anchor": _anchor(done, row.anchor, today),
        "position": position_behind(tx.connection, todo, in_it, done.id),
        "version": 1,
        "created_at": tx.now,
        "updated_at": tx.now,
    }
    statement = insert(todo).values(successor).returning(todo.c.id)
    next_id = tx.connection.execute(statement).scalar_one()
    write_tags(tx, next_id, done.tags)
    record_todos(tx, [(done.list_id, next_id)])
    return {"repeat": None, "anchor": None, "next_id": next_id}


def _anchor(done: Todo, anchor: int | None, today: date) -> int | None:
    """The day of the month that the next one is meant for, kept from the first one on."""
    repeat = done.repeat
    if repeat is None or repeat.unit not in ("month", "year") or repeat.after == "done":
        return None
    return anchor_day(done.due or today, anchor)


def take_back(tx: Transaction, undone: Todo) -> dict[str, object]:
    """Delete what came of it, if nobody has touched that; what this one's columns are then."""
    successor = tx.connection.execute(
        select(todo)
        .where(todo.c.id == select(todo.c.next_id).where(todo.c.id == undone.id).scalar_subquery())
        .where(todo.c.version == 1, todo.c.deleted_at.is_(None))
    ).one_or_none()
    if successor is None:
        return {"next_id": None}
    tx.connection.execute(
        update(todo).where(todo.c.id == successor.id).values(deleted_at=tx.now, version=2)
    )
    record_todos(tx, [(successor.list_id, successor.id)])
    return {"repeat": successor.repeat, "anchor": successor.anchor, "next_id": None}
