"""Passes: what lets somebody in.

A browser that logged in has one, an API token, a calendar's address and a link to a list are one.
Each is a row; what people carry is its signed number (`access.tokens`). The number is drawn at
random, so that it is never that of another, not even after an older backup was restored. To revoke
a pass is to delete its row; pages that listen by it are asked anew who they are.
"""

from __future__ import annotations

import secrets
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, TypeAlias

from sqlalchemy import Connection, Row, Select, delete, insert, or_, select, update
from sqlalchemy.exc import DBAPIError

from puretodo.store import lists
from puretodo.store.database import Database
from puretodo.store.errors import LimitReached, NotFound
from puretodo.store.events import record_access
from puretodo.store.schema import access_pass, account, todo_list
from puretodo.store.scope import Transaction

Kind: TypeAlias = Literal["session", "api", "feed", "share"]

MAX_PASSES = 200
"""Of one kind in one account, beside sessions, which end by themselves."""
SESSION_ENDS_AFTER = timedelta(days=90)
"""A browser that was not used for so long has to log in again."""
NOTED_AFTER = timedelta(hours=1)
"""How exactly it is known when a pass was used: a request shall be no write."""
_BITS = 52  # every JavaScript number is exact up to 53


@dataclass(frozen=True, slots=True)
class Pass:
    """One of them, and whose it is."""

    id: int
    kind: Kind
    account_id: int
    account_name: str
    list_id: int | None
    may_edit: bool
    label: str
    created_at: datetime
    used_at: datetime | None
    expires_at: datetime | None


@dataclass(frozen=True, slots=True)
class NewPass:
    """One that is to be issued."""

    kind: Kind
    label: str = ""
    list_id: int | None = None
    may_edit: bool = True
    expires_at: datetime | None = None


def issue(tx: Transaction, new: NewPass) -> Pass:
    """Make one for the account; NotFound without the list, LimitReached at the `MAX_PASSES`th."""
    tx.needs_all_lists()
    if new.list_id is not None:
        lists.require(tx, new.list_id)
    if new.kind != "session" and len(by_kind(tx, new.kind)) >= MAX_PASSES:
        raise LimitReached(f"There are {MAX_PASSES} of them already; revoke one first.")
    expires_at = tx.now + SESSION_ENDS_AFTER if new.kind == "session" else new.expires_at
    pass_id = 1 + secrets.randbits(_BITS)
    values = {
        "id": pass_id,
        "kind": new.kind,
        "account_id": tx.scope.account_id,
        "list_id": new.list_id,
        "may_edit": new.may_edit,
        "label": new.label,
        "created_at": tx.now,
        "used_at": tx.now if new.kind == "session" else None,
        "expires_at": expires_at,
    }
    tx.connection.execute(insert(access_pass).values(values))
    return _get(tx, pass_id)


def find(connection: Connection, kind: Kind, pass_id: int, now: datetime) -> Pass | None:
    """The pass of a number, unless it has expired, or its list is in the bin."""
    query = _passes(now).where(access_pass.c.id == pass_id, access_pass.c.kind == kind)
    row = connection.execute(query).one_or_none()
    return None if row is None else _value(row)


def note_use(database: Database, used: Pass) -> None:
    """Remember that it was used, and let a session last longer; a write at most once an hour.

    Never fails: where nothing can be written, what is there can still be read.
    """
    now = database.clock()
    if used.used_at is not None and now - used.used_at < NOTED_AFTER:
        return
    values: dict[str, object] = {"used_at": now}
    if used.kind == "session":
        values["expires_at"] = now + SESSION_ENDS_AFTER
    with suppress(DBAPIError), database.begin() as connection:
        connection.execute(update(access_pass).where(access_pass.c.id == used.id).values(values))


def by_kind(tx: Transaction, kind: Kind, *, of_list: int | None = None) -> list[Pass]:
    """Those of the account that are valid, perhaps of one list only; the newest first.

    NotFound when that list is not there.
    """
    tx.needs_all_lists()
    query = _own(tx).where(access_pass.c.kind == kind)
    if of_list is not None:
        query = query.where(access_pass.c.list_id == lists.get(tx, of_list).id)
    query = query.order_by(access_pass.c.created_at.desc(), access_pass.c.id)
    return [_value(row) for row in tx.connection.execute(query)]


def revoke(tx: Transaction, kind: Kind, pass_id: int) -> Pass:
    """End one of them; NotFound when it is not there, or of another kind."""
    tx.needs_all_lists()
    revoked = _get(tx, pass_id)
    if revoked.kind != kind:
        raise NotFound("There is no such pass.")
    tx.connection.execute(delete(access_pass).where(access_pass.c.id == pass_id))
    record_access(tx)
    return revoked


def revoke_all(tx: Transaction, kind: Kind, *, but: int | None = None) -> int:
    """End all of a kind, perhaps but one; how many those were."""
    tx.needs_all_lists()
    own = access_pass.c.account_id == tx.scope.account_id
    statement = delete(access_pass).where(own, access_pass.c.kind == kind)
    if but is not None:
        statement = statement.where(access_pass.c.id != but)
    ended = tx.connection.execute(statement).rowcount
    if ended:
        record_access(tx)
    return ended


def _passes(now: datetime) -> Select[Any]:
    expires_at = access_pass.c.expires_at
    is_open = or_(access_pass.c.list_id.is_(None), todo_list.c.deleted_at.is_(None))
    return (
        select(access_pass, account.c.name.label("account_name"))
        .join(account, account.c.id == access_pass.c.account_id)
        .outerjoin(todo_list, todo_list.c.id == access_pass.c.list_id)
        .where(is_open, or_(expires_at.is_(None), expires_at > now))
    )


def _own(tx: Transaction) -> Select[Any]:
    return _passes(tx.now).where(access_pass.c.account_id == tx.scope.account_id)


def _get(tx: Transaction, pass_id: int) -> Pass:
    row = tx.connection.execute(_own(tx).where(access_pass.c.id == pass_id)).one_or_none()
    if row is None:
        raise NotFound("There is no such pass.")
    return _value(row)


def _value(row: Row[Any]) -> Pass:
    return Pass(
        id=row.id,
        kind=row.kind,
        account_id=row.account_id,
        account_name=row.account_name,
        list_id=row.list_id,
        may_edit=row.may_edit,
        label=row.label,
        created_at=row.created_at,
        used_at=row.used_at,
        expires_at=row.expires_at,
    )
