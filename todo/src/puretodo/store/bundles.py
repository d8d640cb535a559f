"""Whole lists at once: read for an export, written by an import.

Nothing is lost on the way: what was read from one database and written to another is the same when
it is read again, order, times and repeats included. What is in the bin stays behind.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, func, insert, select

from puretodo.model.bundle import Bundle, BundleList, BundleTodo
from puretodo.model.positions import spread
from puretodo.model.recurrence import spelled_repeat
from puretodo.model.values import NewList, Todo, TodoList
from puretodo.store import lists, todos
from puretodo.store.events import record_list
from puretodo.store.placing import needs_room
from puretodo.store.rows import searchable
from puretodo.store.schema import todo, todo_list, todo_tag
from puretodo.store.scope import Transaction


def read(tx: Transaction, *, named: bool = False) -> Bundle:
    """All lists of the scope, those of the archive too; `named`: each to-do with a `uid`."""
    meant = (
        select(todo.c.id, todo.c.anchor)
        .join(todo_list, todo_list.c.id == todo.c.list_id)
        .where(tx.scope.covers(), todo.c.anchor.is_not(None))
    )
    anchors = {row.id: row.anchor for row in tx.connection.execute(meant)}
    return Bundle(
        [
            BundleList(
                title=each.title,
                archived=each.archived,
                created_at=each.created_at,
                updated_at=each.updated_at,
                todos=[
                    _exported(one, anchors.get(one.id), named=named)
                    for one in todos.in_list(tx, each.id)
                ],
            )
            for each in lists.all_lists(tx, archived=None)
        ]
    )


def write(tx: Transaction, bundle: Bundle) -> None:
    """Make all its lists, behind those there are; LimitReached when there is no room.

    An account that has nothing but its first list, untouched, loses that one.
    """
    tx.needs_all_lists()
    there = lists.all_lists(tx, archived=None)
    if len(there) == 1 and _is_untouched(tx, there[0]):
        tx.connection.execute(delete(todo_list).where(todo_list.c.id == there[0].id))
        record_list(tx, there[0].id)
    for each in bundle.lists:
        _write_list(tx, each)


def _is_untouched(tx: Transaction, only: TodoList) -> bool:
    used = select(func.count()).where(todo.c.list_id == only.id)
    return only.version == 1 and not tx.connection.execute(used).scalar()


def _write_list(tx: Transaction, new: BundleList) -> None:
    made = lists.add(tx, NewList(title=new.title))
    needs_room(tx.connection, made.id, len(new.todos))
    tx.connection.execute(
        todo_list.update()
        .where(todo_list.c.id == made.id)
        .values(
            created_at=new.created_at,
            updated_at=new.updated_at,
            archived_at=new.updated_at if new.archived else None,
        )
    )
    if new.todos:
        _write_todos(tx, made.id, new.todos)


def _write_todos(tx: Transaction, list_id: int, new: Sequence[BundleTodo]) -> None:
    positions = spread(len(new))
    rows = [_row(list_id, each, place) for each, place in zip(new, positions, strict=True)]
    statement = insert(todo).returning(todo.c.id, sort_by_parameter_order=True)
    ids = tx.connection.execute(statement, rows).scalars().all()
    tags = [
        {"todo_id": todo_id, "number": number, "name": name}
        for todo_id, each in zip(ids, new, strict=True)
        for number, name in enumerate(each.tags)
    ]
    if tags:
        tx.connection.execute(insert(todo_tag), tags)


def _row(list_id: int, new: BundleTodo, position: str) -> dict[str, Any]:
    return {
        "list_id": list_id,
        "title": new.title,
        "notes": new.notes,
        "folded": searchable(new.title, new.notes, new.tags),
        "done_at": new.done_at,
        "due_on": new.due,
        "priority": new.priority,
        "repeat": spelled_repeat(new.repeat) if new.repeat else None,
        "anchor": new.anchor or todos.anchor_of(new.due, new.repeat),
        "position": position,
        "version": 1,
        "created_at": new.created_at,
        "updated_at": new.updated_at,
    }


def _exported(one: Todo, anchor: int | None, *, named: bool) -> BundleTodo:
    return BundleTodo(
        title=one.title,
        notes=one.notes,
        done_at=one.done_at,
        due=one.due,
        priority=one.priority,
        tags=one.tags,
        repeat=one.repeat,
        anchor=anchor,
        created_at=one.created_at,
        updated_at=one.updated_at,
        uid=f"puretodo-{one.id}-{one.created_at:%Y%m%d%H%M%S}" if named else "",
    )
