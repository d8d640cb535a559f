"""The option `--db`, and the database that it names."""

from __future__ import annotations

import argparse
import os

from puretodo.cli.failures import Failure
from puretodo.store import accounts
from puretodo.store.accounts import Account
from puretodo.store.database import Database
from puretodo.store.location import location

HELP = (
    "file of SQLite's, or postgresql://user@host/name "
    "[PURETODO_DB, else ~/.local/share/puretodo/todo.sqlite3]"
)


def add_db(parser: argparse.ArgumentParser) -> None:
    """Let a subcommand be told where the data is."""
    parser.add_argument("--db", metavar="PLACE", help=HELP)


def account_called(database: Database, name: str | None) -> Account:
    """Somebody by name, or without one the owner; Failure when there is no such account."""
    with database.connect() as connection:
        found = accounts.owner(connection) if name is None else accounts.named(connection, name)
    if found is None:
        raise Failure(f"there is no account called {name!r}; `puretodo user list` has the names")
    return found


def opened(options: argparse.Namespace) -> Database:
    """The database, with its tables up to date and at least the owner's account."""
    database = Database(location(options.db or os.environ.get("PURETODO_DB", "")))
    database.prepare()
    with database.begin() as connection:
        accounts.ensure_owner(connection, database.clock())
    return database
