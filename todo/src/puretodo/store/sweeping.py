"""Sweeping: what nobody can want back is removed, once a day.

Any number of processes may do it at the same time: what one has removed, another does not find.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, func, select

from puretodo.store.database import Database
from puretodo.store.schema import access_pass, attempt, event, todo, todo_list

EVERY = timedelta(days=1)
BIN_KEEPS = timedelta(days=30)
"""How long what was deleted can be restored."""
EVENTS_KEEP = timedelta(days=7)
"""How long a page may sleep, and be told what it missed."""
ATTEMPTS_KEEP = timedelta(days=1)


class Sweeper:
    """Knows when it is time."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._swept_at: datetime | None = None

    def is_due(self) -> bool:
        """Whether a day has gone by, or nothing was swept yet."""
        return self._swept_at is None or self._database.clock() - self._swept_at >= EVERY

    def sweep(self) -> None:
        """Remove all that is old enough, in one transaction; the next try is tomorrow."""
        now = self._swept_at = self._database.clock()
        sweep(self._database, now)


def sweep(database: Database, now: datetime) -> None:
    """Remove what is old enough at that time.

    The last event of each account stays: its number is the version of all that there is.
    """
    last = select(func.max(event.c.seq)).group_by(event.c.account_id)
    with database.begin() as connection:
        for statement in (
            delete(todo).where(todo.c.deleted_at < now - BIN_KEEPS),
            delete(todo_list).where(todo_list.c.deleted_at < now - BIN_KEEPS),
            delete(event).where(event.c.at < now - EVENTS_KEEP, event.c.seq.not_in(last)),
            delete(access_pass).where(access_pass.c.expires_at < now),
            delete(attempt).where(attempt.c.since < now - ATTEMPTS_KEEP),
        ):
            connection.execute(statement)
