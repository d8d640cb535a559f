"""Migrations: Alembic's, run by the application itself before it serves.

Several processes may start at once: SQLite lets one writer in at a time, and on PostgreSQL a lock
sees to it. A database that a newer version has changed is left alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Connection, column, func, inspect, select, table

if TYPE_CHECKING:
    from alembic.config import Config

HEAD = "0001"
"""The last of the migrations: a database that has it needs no Alembic, which takes long to load."""
_LOCK = 0x7075726D


class NewerDatabaseError(Exception):
    """It was made by a newer version of Pure Todo than this one."""


def migrate(connection: Connection) -> None:
    """Bring the tables up to date, within the transaction of this connection."""
    if connection.dialect.name != "sqlite":
        connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))
    revision = revision_of(connection)
    if revision == HEAD:
        return
    from alembic import command
    from alembic.script import ScriptDirectory
    from alembic.util.exc import CommandError

    config = configuration(connection)
    try:
        ScriptDirectory.from_config(config).get_revision(revision or "base")
    except CommandError:
        raise NewerDatabaseError(
            f"The database has revision {revision}, which this version does not know; "
            "a newer one has made it. Install that one, or restore an older backup."
        ) from None
    command.upgrade(config, "head")
    if connection.dialect.name == "sqlite":
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
        if broken:
            raise RuntimeError(f"the migration broke references: {broken[:3]}")


def revision_of(connection: Connection) -> str | None:
    """Of the tables that are there; None when there are none."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(select(table("alembic_version", column("version_num")))).scalar()


def configuration(connection: Connection) -> Config:
    """Alembic's, for this connection."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", "puretodo.store:migrations")
    config.attributes["connection"] = connection
    return config
