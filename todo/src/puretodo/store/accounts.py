"""Accounts: whose lists there are. Without accounts there is one, the owner's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, text, update
from sqlalchemy.exc import IntegrityError

from puretodo.model.text import folded, one_line
from puretodo.model.values import NewList
from puretodo.store import lists
from puretodo.store.errors import NameRefused
from puretodo.store.schema import account, todo, todo_list
from puretodo.store.scope import Scope, Transaction

OWNER = "owner"
"""The name of the first account until somebody gives it another."""
MAX_NAME = 100


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody with lists."""

    id: int
    name: str
    password: str | None
    """As `access.passwords` made it; None: nobody can log in with it."""


@dataclass(frozen=True, slots=True)
class Counts:
    """How much somebody has, the bin included."""

    lists: int
    todos: int


def owner(connection: Connection) -> Account | None:
    """The first account: that of everybody where there is no login, or one password."""
    row = connection.execute(select(account).order_by(account.c.id).limit(1)).one_or_none()
    return None if row is None else _value(row)


def named(connection: Connection, name: str) -> Account | None:
    """The account of a name, whose case and accents make no difference."""
    query = select(account).where(account.c.folded == folded(one_line(name)))
    row = connection.execute(query).one_or_none()
    return None if row is None else _value(row)


def all_accounts(connection: Connection) -> list[Account]:
    """All of them, the owner first."""
    return [_value(row) for row in connection.execute(select(account).order_by(account.c.id))]


def counts(connection: Connection, account_id: int) -> Counts:
    """How much is lost when it is removed."""
    own = todo_list.c.account_id == account_id
    of_lists = select(func.count()).select_from(todo_list).where(own)
    joined = todo.join(todo_list, todo_list.c.id == todo.c.list_id)
    of_todos = select(func.count()).select_from(joined).where(own)
    return Counts(
        connection.execute(of_lists).scalar_one(), connection.execute(of_todos).scalar_one()
    )


def add(connection: Connection, name: str, now: datetime, first_list: str = "To do") -> Account:
    """Make an account with one list; NameRefused when the name is taken, or is none."""
    names = _names(connection, name)
    account_id = _written(
        connection, insert(account).values(**names, created_at=now).returning(account.c.id)
    ).scalar_one()
    lists.add(Transaction(connection, Scope(account_id), now), NewList(title=first_list))
    return Account(account_id, names["name"], None)


def ensure_owner(connection: Connection, now: datetime) -> None:
    """Make the owner's account where there is none at all; on a connection that writes."""
    if connection.dialect.name != "sqlite" and owner(connection) is None:
        # Several processes may start at once; SQLite lets them write one after the other.
        connection.execute(text("LOCK TABLE account IN SHARE ROW EXCLUSIVE MODE"))
    if owner(connection) is None:
        add(connection, OWNER, now)


def rename(connection: Connection, current: Account, name: str) -> None:
    """Give it another name; NameRefused as in `add`."""
    names = _names(connection, name, current.id)
    _written(connection, update(account).where(account.c.id == current.id).values(**names))


def set_password(connection: Connection, account_id: int, password: str | None) -> None:
    """Keep what `access.passwords` made of a password; None: nobody can log in any more."""
    connection.execute(update(account).where(account.c.id == account_id).values(password=password))


def remove(connection: Connection, account_id: int) -> None:
    """Remove it with its lists, links and devices, for good."""
    connection.execute(delete(account).where(account.c.id == account_id))


def _names(connection: Connection, name: str, but: int | None = None) -> dict[str, str]:
    """The name as it is shown and as it is compared."""
    name = one_line(name)
    if not folded(name) or len(name) > MAX_NAME:
        raise NameRefused(f"A name has 1 to {MAX_NAME} characters.")
    other = named(connection, name)
    if other is not None and other.id != but:
        raise NameRefused("There is somebody of that name already.")
    return {"name": name, "folded": folded(name)}


def _written(connection: Connection, statement: Any) -> Any:
    """Its result; somebody may have taken the name since we looked."""
    try:
        return connection.execute(statement)
    except IntegrityError:
        raise NameRefused("There is somebody of that name already.") from None


def _value(row: Row[Any]) -> Account:
    return Account(row.id, row.name, row.password)
