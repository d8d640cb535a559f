"""Engines: how a connection to each database is set up, and how its transactions begin."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL

BUSY_TIMEOUT = 10_000
"""Milliseconds for which a writer waits for writers of other processes."""
WRITES = "puretodo_writes"
"""The execution option of a transaction that will write: SQLite has to know when it begins."""


def engine_for(url: URL, *, size: int = 10) -> Engine:
    """An engine with up to `size` connections at rest and as many more in need; opens none."""
    if url.drivername.startswith("sqlite"):
        engine = create_engine(
            url,
            pool_size=size,
            max_overflow=size,
            hide_parameters=True,
            connect_args={"check_same_thread": False},
        )
        event.listen(engine, "connect", _set_up_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    return create_engine(
        url,
        pool_size=size,
        max_overflow=size,
        hide_parameters=True,  # what people write stands in no log
        pool_pre_ping=True,  # a server that was restarted is noticed before a request is
        connect_args={"connect_timeout": 10, "application_name": "puretodo"},
    )


def engine_for_migrations(url: URL) -> Engine:
    """One that lets SQLite copy a table to alter it.

    Dropping the old one would take along what refers to it, by ON DELETE CASCADE; so references are
    not enforced, and whoever migrates checks them at the end.
    """
    engine = engine_for(url, size=1)
    if url.drivername.startswith("sqlite"):
        event.listen(
            engine, "connect", lambda connection, _: connection.execute("PRAGMA foreign_keys = OFF")
        )
    return engine


def _set_up_sqlite(connection: Any, _: object) -> None:
    """Readers do not wait (WAL); what is committed survives a loss of power (FULL)."""
    connection.isolation_level = None  # Python begins nothing by itself: `_begin_sqlite` does
    for pragma in (
        f"busy_timeout = {BUSY_TIMEOUT}",
        "journal_mode = WAL",
        "synchronous = FULL",
        "foreign_keys = ON",
        "trusted_schema = OFF",
    ):
        connection.execute(f"PRAGMA {pragma}").close()


def _begin_sqlite(connection: Connection) -> None:
    """A writer takes its lock first: one that has read before could find its state outdated."""
    writes = connection.get_execution_options().get(WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
