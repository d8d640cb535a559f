"""The database: transactions that read, transactions that write, and who hears of the latter.

Writers of one account take turns, on SQLite those of all accounts: so the numbers of events grow in
the order in which they can be seen, and whoever has seen one has missed none before it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import UTC, datetime

from sqlalchemy import Connection, func, select
from sqlalchemy.engine import URL

from puretodo.store.engines import WRITES, engine_for, engine_for_migrations
from puretodo.store.errors import NotAllowed
from puretodo.store.location import make_place
from puretodo.store.migrating import migrate
from puretodo.store.scope import Scope, Transaction

CHANNEL = "puretodo"
"""Of PostgreSQL's NOTIFY; the payload is the number of the account."""
_LOCKS = 0x70757265
"""PostgreSQL's advisory locks have two numbers: this one says that they are ours."""

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """The time."""
    return datetime.now(UTC)


class Database:
    """Transactions for any number of threads; opens connections as they are needed."""

    def __init__(self, url: URL, *, clock: Clock = utc_now, size: int = 10) -> None:
        """`clock` tells the time, aware; `size` as in `engine_for`."""
        self.url = url
        self.clock = clock
        self.is_sqlite = url.drivername.startswith("sqlite")
        self.engine = engine_for(url, size=size)
        self.listeners: list[Callable[[int], object]] = []
        """Called with the account after each change that was committed here."""
        # Waiting for SQLite's own lock is polling; threads of one process can do better.
        self._turn: AbstractContextManager[object] = (
            threading.Lock() if self.is_sqlite else nullcontext()
        )

    def prepare(self) -> None:
        """Make the file and the tables, or bring them up to date; blocks while another does so."""
        make_place(self.url)
        engine = engine_for_migrations(self.url)
        try:
            with engine.connect() as connection:
                connection.execution_options(**{WRITES: True})
                with connection.begin():
                    migrate(connection)
        finally:
            engine.dispose()

    def close(self) -> None:
        """Close all connections that are at rest; those that are needed later are opened anew."""
        self.engine.dispose()

    @contextmanager
    def reading(self, scope: Scope) -> Iterator[Transaction]:
        """One state of everything, however many queries ask for it."""
        with self.connect() as connection:
            yield Transaction(connection, scope, self.clock().astimezone(UTC))

    @contextmanager
    def writing(self, scope: Scope) -> Iterator[Transaction]:
        """All or nothing, committed at the end; NotAllowed for a scope that may only read."""
        if not scope.may_edit:
            raise NotAllowed("This link is for reading only.")
        with self.begin() as connection:
            if not self.is_sqlite:
                connection.execute(select(func.pg_advisory_xact_lock(_LOCKS, scope.account_id)))
            yield Transaction(connection, scope, self.clock().astimezone(UTC))
            if not self.is_sqlite:  # delivered with the commit
                connection.execute(select(func.pg_notify(CHANNEL, str(scope.account_id))))
        for listener in self.listeners:
            listener(scope.account_id)

    @contextmanager
    def connect(self) -> Iterator[Connection]:
        """A connection for reading one state, of whatever account."""
        with self.engine.connect() as connection:
            if not self.is_sqlite:
                connection.execution_options(
                    isolation_level="REPEATABLE READ", postgresql_readonly=True
                )
            with connection.begin():
                yield connection

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        """A connection for writing what belongs to no scope; commits at the end."""
        with self._turn, self.engine.connect() as connection:
            connection.execution_options(**{WRITES: True})
            with connection.begin():
                yield connection
