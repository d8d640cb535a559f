"""The secret that cookies and links are signed with, unless the operator has one elsewhere.

It stands in the database, so that all processes and machines have the same; whoever can read the
database can sign. Made once, whoever asks first.
"""

from __future__ import annotations

import secrets

from sqlalchemy import Connection, select

from puretodo.store.database import Database
from puretodo.store.schema import setting
from puretodo.store.upserting import insert_into

_NAME = "secret"


def signing_secret(database: Database) -> str:
    """43 letters, digits, `-` and `_` (256 bits), the same each time."""
    with database.connect() as connection:
        known = _read(connection)
    if known is not None:
        return known
    with database.begin() as connection:
        made = insert_into(connection, setting).values(name=_NAME, value=secrets.token_urlsafe(32))
        connection.execute(made.on_conflict_do_nothing())  # another process was faster
    return signing_secret(database)


def _read(connection: Connection) -> str | None:
    query = select(setting.c.value).where(setting.c.name == _NAME)
    return connection.execute(query).scalar_one_or_none()
