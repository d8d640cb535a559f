"""Pure Todo as a process, on a database of a test."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from puretodo.access.passwords import Passwords
from puretodo.store import accounts
from puretodo.store.database import Database
from puretodo.store.location import location
from tests.support.server import RunningServer, potstill
from tests.todo.access.site import CHEAP

APPLICATION = "puretodo.app:create()"


@contextmanager
def served(
    db: Path,
    *arguments: str,
    application: str = APPLICATION,
    port: int = 0,
    env: dict[str, str] | None = None,
) -> Iterator[RunningServer]:
    """A server that listens when this yields, and is gone after it."""
    environment = {"PURETODO_DB": str(db)} | (env or {})
    options = (*arguments, "--access-logfile", os.devnull)
    with potstill(application, *options, env=environment, bind=f"127.0.0.1:{port}") as server:
        yield server


def set_password(db: Path, password: str) -> None:
    """Let the owner of a database come in by a password."""
    database = Database(location(str(db)))
    with database.begin() as connection:
        owner = accounts.owner(connection)
        assert owner is not None
        accounts.set_password(connection, owner.id, Passwords(CHEAP).keep(password))
    database.close()
