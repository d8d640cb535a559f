"""Lists: made, renamed, moved, archived, deleted and restored."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from msgspec import UNSET
from sqlalchemy import Row, Select, case, func, insert, select, update

from puretodo.model.values import ListChange, NewList, Place, TodoList
from puretodo.store.errors import LimitReached, NotFound
from puretodo.store.events import record_list
from puretodo.store.placing import position_behind
from puretodo.store.schema import todo, todo_list
from puretodo.store.scope import Transaction

NO_LIST = "There is no such list."
MAX_LISTS = 500
"""Of one account."""


def all_lists(tx: Transaction, *, archived: bool | None = False) -> list[TodoList]:
    """Those within the scope in their order; None: whether archived or not."""
    query = _listing(tx).where(todo_list.c.deleted_at.is_(None))
    if archived is not None:
        is_archived = todo_list.c.archived_at.is_not(None)
        query = query.where(is_archived if archived else ~is_archived)
    return [_value(row) for row in tx.connection.execute(query)]


def deleted(tx: Transaction) -> list[TodoList]:
    """Those that can be restored, the last deleted first."""
    query = _listing(tx).where(todo_list.c.deleted_at.is_not(None)).order_by(None)
    query = query.order_by(todo_list.c.deleted_at.desc(), todo_list.c.id)
    return [_value(row) for row in tx.connection.execute(query)]


def get(tx: Transaction, list_id: int) -> TodoList:
    """One of them, archived or not; NotFound."""
    return _get(tx, _listing(tx).where(todo_list.c.deleted_at.is_(None)), list_id)


def by_ids(tx: Transaction, ids: Collection[int]) -> list[TodoList]:
    """Those of them that are there, archived or not."""
    there = todo_list.c.deleted_at.is_(None) & todo_list.c.id.in_(ids)
    return [_value(row) for row in tx.connection.execute(_listing(tx).where(there))]


def require(tx: Transaction, list_id: int) -> None:
    """Go on if it is there; NotFound. Counts nothing, so it costs less than `get`."""
    there = select(todo_list.c.id).where(
        tx.scope.covers(), todo_list.c.id == list_id, todo_list.c.deleted_at.is_(None)
    )
    if tx.connection.execute(there).scalar() is None:
        raise NotFound(NO_LIST)


def inbox(tx: Transaction) -> TodoList:
    """The first list, which takes what is added without saying where; NotFound without any."""
    lists = all_lists(tx)
    if not lists:
        raise NotFound("There is no list.")
    return lists[0]


def add(tx: Transaction, new: NewList) -> TodoList:
    """Make a list behind the others; LimitReached at the `MAX_LISTS`th."""
    tx.needs_all_lists()
    _needs_room(tx)
    own = todo_list.c.account_id == tx.scope.account_id
    values = {
        "account_id": tx.scope.account_id,
        "title": new.title,
        "position": position_behind(tx.connection, todo_list, own, UNSET),
        "version": 1,
        "created_at": tx.now,
        "updated_at": tx.now,
    }
    statement = insert(todo_list).values(values).returning(todo_list.c.id)
    list_id = tx.connection.execute(statement).scalar_one()
    record_list(tx, list_id)
    return get(tx, list_id)


def change(tx: Transaction, current: TodoList, wanted: ListChange) -> TodoList:
    """Rename it, put it into the archive or take it out; without a difference nothing is done."""
    values: dict[str, object] = {}
    if wanted.title is not UNSET and wanted.title != current.title:
        values["title"] = wanted.title
    if wanted.archived is not UNSET and wanted.archived != current.archived:
        tx.needs_all_lists()
        values["archived_at"] = tx.now if wanted.archived else None
    return _write(tx, current.id, **values) if values else current


def delete(tx: Transaction, current: TodoList) -> None:
    """Put it into the bin with all that is in it."""
    tx.needs_all_lists()
    _mark(tx, current.id, deleted_at=tx.now)


def restore(tx: Transaction, list_id: int) -> TodoList:
    """Take it out of the bin, unless that was done.

    NotFound when it was swept away; LimitReached as in `add`.
    """
    tx.needs_all_lists()
    current = _get(tx, _listing(tx), list_id)
    in_bin = select(todo_list.c.deleted_at).where(todo_list.c.id == list_id)
    if tx.connection.execute(in_bin).scalar() is None:
        return current
    _needs_room(tx)
    return _write(tx, list_id, deleted_at=None)


def move(tx: Transaction, current: TodoList, place: Place) -> TodoList:
    """Put it behind another list, or first, or last; NotFound when that other is not there."""
    tx.needs_all_lists()
    own = todo_list.c.account_id == tx.scope.account_id
    position = position_behind(tx.connection, todo_list, own, place.after, moving=current.id)
    return _write(tx, current.id, position=position)


def _needs_room(tx: Transaction) -> None:
    own = todo_list.c.account_id == tx.scope.account_id
    alive = select(func.count()).where(own, todo_list.c.deleted_at.is_(None))
    if (tx.connection.execute(alive).scalar() or 0) >= MAX_LISTS:
        raise LimitReached(f"There are {MAX_LISTS} lists already; delete one first.")


def _listing(tx: Transaction) -> Select[Any]:
    """Lists of the scope with the counts of what is in them, in their order."""
    is_there = (todo.c.list_id == todo_list.c.id) & todo.c.deleted_at.is_(None)
    return (
        select(
            todo_list,
            func.count(case((todo.c.done_at.is_(None), todo.c.id))).label("open"),
            func.count(todo.c.done_at).label("done"),
        )
        .select_from(todo_list.outerjoin(todo, is_there))
        .where(tx.scope.covers())
        .group_by(todo_list.c.id)
        .order_by(todo_list.c.position, todo_list.c.id)
    )


def _get(tx: Transaction, query: Select[Any], list_id: int) -> TodoList:
    row = tx.connection.execute(query.where(todo_list.c.id == list_id)).one_or_none()
    if row is None:
        raise NotFound(NO_LIST)
    return _value(row)


def _write(tx: Transaction, list_id: int, **values: object) -> TodoList:
    _mark(tx, list_id, **values)
    return get(tx, list_id)


def _mark(tx: Transaction, list_id: int, **values: object) -> None:
    tx.connection.execute(
        update(todo_list)
        .where(tx.scope.covers(), todo_list.c.id == list_id)
        .values(version=todo_list.c.version + 1, updated_at=tx.now, **values)
    )
    record_list(tx, list_id)


def _value(row: Row[Any]) -> TodoList:
    return TodoList(
        id=row.id,
        title=row.title,
        archived=row.archived_at is not None,
        open=row.open,
        done=row.done,
        version=row.version,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )
