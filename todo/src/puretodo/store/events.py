"""What has changed, numbered: live pages are told by it, and versions of everything are made of it.

A number is given under the lock of its account (`Database.writing`), so an account's events become
visible in the order of their numbers.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy import Connection, func, insert, select

from puretodo.store.schema import event
from puretodo.store.scope import Transaction

NO_LIST = 0
"""Stands for a list where the change is of the account itself."""


class Change(NamedTuple):
    """An event: what has changed, not how."""

    seq: int
    list_id: int
    todo_id: int | None
    """None: the list itself has changed."""


def record_list(tx: Transaction, list_id: int) -> None:
    """Note that a list itself has changed: its title, its place, whether it is there."""
    _record(tx, [(list_id, None)])


def record_access(tx: Transaction) -> None:
    """Note that somebody may see less than before: all who listen are asked anew who they are."""
    _record(tx, [(NO_LIST, None)])


def record_todos(tx: Transaction, changed: Iterable[tuple[int, int]]) -> None:
    """Note which to-dos have changed: pairs of a list and a to-do in it."""
    _record(tx, changed)


def _record(tx: Transaction, changed: Iterable[tuple[int, int | None]]) -> None:
    rows = [
        {"account_id": tx.scope.account_id, "list_id": list_id, "todo_id": todo_id, "at": tx.now}
        for list_id, todo_id in changed
    ]
    if rows:
        tx.connection.execute(insert(event), rows)


def last_seq(tx: Transaction) -> int:
    """The number of the last change in the account; 0 before the first."""
    return last_seq_of(tx.connection, tx.scope.account_id)


def last_seq_of(connection: Connection, account_id: int) -> int:
    """The same for whichever account."""
    query = select(func.max(event.c.seq)).where(event.c.account_id == account_id)
    return connection.execute(query).scalar() or 0


def since(connection: Connection, account_id: int, seq: int, most: int) -> list[Change] | None:
    """What came behind a number, in order.

    None when that cannot be told: more than `most`, or some of it swept away, or a number that was
    never given.
    """
    own = event.c.account_id == account_id
    kept = connection.execute(select(func.min(event.c.seq), func.max(event.c.seq)).where(own)).one()
    if kept[0] is None or not kept[0] <= seq <= kept[1]:
        return None
    query = select(event.c.seq, event.c.list_id, event.c.todo_id).where(own, event.c.seq > seq)
    rows = connection.execute(query.order_by(event.c.seq).limit(most + 1)).all()
    return None if len(rows) > most else [Change(*row) for row in rows]


def accounts_since(connection: Connection, seq: int) -> tuple[int, set[int]]:
    """Whose number came behind one, and the last of all: for SQLite, where all take one turn."""
    query = select(event.c.seq, event.c.account_id).where(event.c.seq > seq)
    rows = connection.execute(query).all()
    return max((row.seq for row in rows), default=seq), {row.account_id for row in rows}
