"""Where something stands among others: by a text between those of its neighbours.

Only what is moved is written. Neighbours that are deleted count, so that they come back where they
were.
"""

from __future__ import annotations

from msgspec import UNSET, UnsetType
from sqlalchemy import ColumnElement, Connection, Table, func, select, true

from puretodo.model.positions import between
from puretodo.store.errors import LimitReached, NotFound
from puretodo.store.schema import todo

MAX_TODOS = 10_000
"""In one list, without those in the bin."""


def needs_room(connection: Connection, list_id: int, more: int = 1) -> None:
    """Go on when a list can take so many more to-dos; LimitReached."""
    in_it = todo.c.list_id == list_id
    there = select(func.count()).where(in_it, todo.c.deleted_at.is_(None))
    if (connection.execute(there).scalar() or 0) + more > MAX_TODOS:
        raise LimitReached(f"A list has room for {MAX_TODOS} to-dos.")


def position_behind(
    connection: Connection,
    table: Table,
    within: ColumnElement[bool],
    after: int | UnsetType | None,
    *,
    moving: int | None = None,
) -> str:
    """The position behind a row, first (None), or last (UNSET), among the rows `within`.

    The row that is `moving` itself is no neighbour. NotFound when `after` is not within.
    """
    place, others = table.c.position, within & (table.c.id != moving if moving else true())
    if after is UNSET:
        last = connection.execute(select(func.max(place)).where(others)).scalar()
        return between(last, None)
    before: str | None = None
    if after is not None:
        before = connection.execute(select(place).where(within, table.c.id == after)).scalar()
        if before is None:
            raise NotFound("What it shall stand behind is not there.")
        others &= place > before
    following = connection.execute(select(func.min(place)).where(others)).scalar()
    return between(before, following)
