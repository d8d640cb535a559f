"""Commits of other processes: how a hub hears of them.

SQLite tells whoever asks: a counter grows with each commit of anybody, and is asked for as long as
somebody listens. PostgreSQL tells by itself.
"""

from __future__ import annotations

import logging
import select
import socket
import sqlite3
import threading
from contextlib import closing
from typing import TYPE_CHECKING, Protocol

from puretodo.store.database import CHANNEL, Database
from puretodo.store.events import accounts_since

if TYPE_CHECKING:
    import psycopg

POLL = 0.2
"""Seconds between two looks at SQLite's counter."""
FIRST_DELAY, LONGEST_DELAY = 0.2, 5.0
"""Seconds before PostgreSQL is tried again, the double each time."""
ALIVE = {"keepalives_idle": "30", "keepalives_interval": "10", "keepalives_count": "3"}
"""A connection that only listens notices by these alone that the other machine is gone."""

log = logging.getLogger("puretodo.live")


class Listening(Protocol):
    """The hub, as far as a watcher is concerned."""

    listened: threading.Event

    def notice(self, account_id: int) -> None:
        """Something was committed in an account."""

    def notice_all(self) -> None:
        """Something may have been committed in any."""

    def let_go(self) -> bool:
        """Whether somebody listens."""


class Watcher:
    """A thread that watches until it is stopped, whatever happens to the database meanwhile."""

    def __init__(self, database: Database, hub: Listening) -> None:
        self.database = database
        self.hub = hub
        self.is_stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self._delay = FIRST_DELAY

    def start(self) -> None:
        """Begin to watch."""
        self.is_stopping.clear()
        self._thread = threading.Thread(target=self._run, name="watching", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End the thread, soon; harmless if there is none."""
        if self._thread is not None:
            self.is_stopping.set()
            self.wake()
            self._thread.join()
            self._thread = None

    def watch(self) -> None:
        """Watch, until it is time to stop or nobody listens; raises what the database does."""
        raise NotImplementedError

    def wake(self) -> None:
        """Have `watch` look whether it is time to stop."""

    def is_watching(self) -> None:
        """All is well, and what came before was not seen: the hub has to look itself."""
        if self._delay > FIRST_DELAY:
            log.warning("The database tells of changes again")
        self._delay = FIRST_DELAY
        self.hub.notice_all()

    def _run(self) -> None:
        while not self.is_stopping.is_set():
            try:
                self.watch()
            except Exception as error:
                if self._delay == FIRST_DELAY:
                    log.warning("Changes of other processes may be told late: %s", error)
                self.is_stopping.wait(self._delay)
                self._delay = min(2 * self._delay, LONGEST_DELAY)


class SqliteWatcher(Watcher):
    """Looks at the counter while somebody listens, and does nothing at all otherwise."""

    def watch(self) -> None:
        """One time in which somebody listens."""
        self.hub.listened.wait()
        if self.is_stopping.is_set():
            return
        path = self.database.url.database or ""
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            before = _version(connection)
            seq = self._accounts_since(0)[0]
            self.is_watching()
            while not self.is_stopping.wait(POLL) and self.hub.let_go():
                now = _version(connection)
                if now != before:
                    before = now
                    seq, accounts = self._accounts_since(seq)
                    for account_id in accounts:
                        self.hub.notice(account_id)

    def _accounts_since(self, seq: int) -> tuple[int, set[int]]:
        with self.database.connect() as connection:
            return accounts_since(connection, seq)


class PostgresWatcher(Watcher):
    """Listens on a connection of its own."""

    def start(self) -> None:
        """Begin to watch."""
        self._bell, self._button = socket.socketpair()
        super().start()

    def stop(self) -> None:
        """End the thread, soon."""
        if self._thread is not None:
            super().stop()
            self._bell.close()
            self._button.close()

    def watch(self) -> None:
        """One connection, as long as it lasts."""
        import psycopg

        url = self.database.url.set(drivername="postgresql")
        place = url.update_query_dict(ALIVE).render_as_string(hide_password=False)
        with psycopg.connect(place, autocommit=True, connect_timeout=10) as connection:
            connection.execute(f"LISTEN {CHANNEL}".encode())
            self.is_watching()
            while not self.is_stopping.is_set():
                self._listen(connection)

    def wake(self) -> None:
        """Let the wait end."""
        self._button.send(b"!")

    def _listen(self, connection: psycopg.Connection) -> None:
        """Wait for notifications, and pass on those that have come."""
        select.select([connection.fileno(), self._bell.fileno()], [], [])
        for notification in connection.notifies(timeout=0):
            if notification.payload.isdigit():
                self.hub.notice(int(notification.payload))


def watcher_for(database: Database, hub: Listening) -> Watcher:
    """The one for this database; opens nothing before it is started."""
    kind = SqliteWatcher if database.is_sqlite else PostgresWatcher
    return kind(database, hub)


def _version(connection: sqlite3.Connection) -> int:
    version: int = connection.execute("PRAGMA data_version").fetchone()[0]
    return version
