"""What somebody may see and change, and a transaction within that."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_

from puretodo.store.errors import NotAllowed
from puretodo.store.schema import todo_list


@dataclass(frozen=True, slots=True)
class Scope:
    """The lists of one account; by a share link, one of them, perhaps for reading only."""

    account_id: int
    list_id: int | None = None
    may_edit: bool = True

    def covers(self) -> ColumnElement[bool]:
        """The lists within, as a condition."""
        own = todo_list.c.account_id == self.account_id
        return own if self.list_id is None else and_(own, todo_list.c.id == self.list_id)


@dataclass(frozen=True, slots=True)
class Transaction:
    """What every function of the store takes first: it reads and writes here, within the scope."""

    connection: Connection
    scope: Scope
    now: datetime
    """When it began, in UTC: all that it writes has this time."""

    def needs_all_lists(self) -> None:
        """Go on unless a share link tries what concerns more than its list; NotAllowed."""
        if self.scope.list_id is not None:
            raise NotAllowed("A shared link opens one list only.")
