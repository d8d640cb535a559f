"""To-dos of several lists: by day, by tag, by words, and what is in the bin.

What is in the archive shows up only where it is asked for by its list.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from itertools import islice
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, select

from puretodo.model.text import folded, one_line, tag_names
from puretodo.model.values import Todo
from puretodo.store.rows import values, visible
from puretodo.store.schema import todo, todo_list, todo_tag
from puretodo.store.scope import Transaction

MOST = 500
"""To-dos of one search, of a tag or of the bin."""
MOST_WORDS = 30
"""That a search looks for; SQLite bears a thousand conditions."""


def due_until(tx: Transaction, day: date) -> list[Todo]:
    """What is not done and due by then, the longest overdue first."""
    return values(tx, _in_time(_open(tx).where(todo.c.due_on <= day)))


def due_after(tx: Transaction, day: date) -> list[Todo]:
    """What is not done and due later than that, the next first."""
    return values(tx, _in_time(_open(tx).where(todo.c.due_on > day)))


def due_counts(tx: Transaction, day: date) -> tuple[int, int]:
    """How much is not done and due by then, and how much of that was due before."""
    due = _open(tx).where(todo.c.due_on <= day).with_only_columns(todo.c.due_on).subquery()
    late = func.count(case((due.c.due_on < day, 1)))
    counted = tx.connection.execute(select(func.count(), late).select_from(due)).one()
    return counted[0], counted[1]


def everything(tx: Transaction, *, done: bool | None = None, most: int = MOST) -> list[Todo]:
    """All lists, one after the other."""
    query = _in_use(tx)
    if done is not None:
        query = query.where(todo.c.done_at.is_not(None) if done else todo.c.done_at.is_(None))
    return values(tx, _by_list(query).limit(most))


def tagged(tx: Transaction, tag: str) -> list[Todo]:
    """What has a tag, open ones first."""
    having = select(todo_tag.c.todo_id).where(todo_tag.c.name.in_(tag_names([one_line(tag)])))
    query = _in_use(tx).where(todo.c.id.in_(having)).order_by(todo.c.done_at.is_not(None))
    return values(tx, _by_list(query).limit(MOST))


def found(tx: Transaction, words: str) -> list[Todo]:
    """What has each of the words, or parts of words, somewhere; open ones first.

    Case and accents make no difference. `#shop` finds a tag.
    """
    query = _in_use(tx)
    wanted = dict.fromkeys(folded(one_line(words)).split())
    if not wanted:
        return []
    for word in islice(wanted, MOST_WORDS):
        query = query.where(_place_in(tx)(todo.c.folded, word) > 0)
    return values(tx, _by_list(query.order_by(todo.c.done_at.is_not(None))).limit(MOST))


def tags(tx: Transaction) -> list[tuple[str, int]]:
    """Each tag with the number of what is not done, by name."""
    used = visible(tx).where(todo_list.c.archived_at.is_(None), todo.c.done_at.is_(None))
    query = (
        select(todo_tag.c.name, func.count())
        .where(todo_tag.c.todo_id.in_(used.with_only_columns(todo.c.id)))
        .group_by(todo_tag.c.name)
        .order_by(todo_tag.c.name)
    )
    return sorted((name, count) for name, count in tx.connection.execute(query))


def deleted(tx: Transaction) -> list[Todo]:
    """What can be restored, the last deleted first."""
    query = (
        select(todo)
        .join(todo_list, todo_list.c.id == todo.c.list_id)
        .where(tx.scope.covers(), todo_list.c.deleted_at.is_(None), todo.c.deleted_at.is_not(None))
        .order_by(todo.c.deleted_at.desc(), todo.c.id)
        .limit(MOST)
    )
    return values(tx, query)


def _place_in(tx: Transaction) -> Callable[..., ColumnElement[int]]:
    """The function for a text within a text: twice as quick as LIKE, and nothing to be escaped."""
    return func.instr if tx.connection.dialect.name == "sqlite" else func.strpos


def _in_use(tx: Transaction) -> Select[Any]:
    return visible(tx).where(todo_list.c.archived_at.is_(None))


def _open(tx: Transaction) -> Select[Any]:
    return _in_use(tx).where(todo.c.done_at.is_(None))


def _in_time(query: Select[Any]) -> Select[Any]:
    return query.order_by(
        todo.c.due_on,
        func.coalesce(todo.c.priority, 9),
        todo_list.c.position,
        todo.c.position,
        todo.c.id,
    )


def _by_list(query: Select[Any]) -> Select[Any]:
    return query.order_by(todo_list.c.position, todo.c.position, todo.c.id)
