"""Databases for the tests of Pure Todo: each test has a new one, on SQLite and on PostgreSQL."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from puretodo.store import accounts
from puretodo.store.database import Database
from puretodo.store.location import location
from puretodo.store.scope import Scope
from tests.todo.postgres import Postgres, postgres


def opened(url: str) -> Database:
    """A database brought up to date, with the owner's account."""
    database = Database(location(url))
    database.prepare()
    with database.begin() as connection:
        accounts.ensure_owner(connection, database.clock())
    return database


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Postgres]:
    """One PostgreSQL for all tests that ask for it."""
    with postgres() as server:
        yield server


@pytest.fixture(scope="session")
def postgres_template(postgres_server: Postgres) -> str:
    """A database with the tables and the owner's account, which is copied."""
    url = postgres_server.make()
    opened(url).close()
    return url


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same as a file."""
    path = tmp_path_factory.mktemp("template") / "todo.sqlite3"
    opened(str(path)).close()
    return path


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """The path of a new database with the owner's account."""
    path = tmp_path / "todo.sqlite3"
    shutil.copy(sqlite_template, path)
    return str(path)


@pytest.fixture
def postgres_url(postgres_server: Postgres, postgres_template: str) -> Iterator[str]:
    """The URL of a new database with the owner's account."""
    url = postgres_server.make(postgres_template)
    yield url
    postgres_server.drop(url)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """What `--db` takes: a new database with the owner's account, once of each kind."""
    kind = "sqlite_url" if request.param == "sqlite" else "postgres_url"
    url: str = request.getfixturevalue(kind)
    return url


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """That database; let its `clock` be another where time matters."""
    database = Database(location(database_url))
    yield database
    database.close()


@pytest.fixture
def scope(database: Database) -> Scope:
    """All that the owner has: one list, without to-dos."""
    with database.connect() as connection:
        owner = accounts.owner(connection)
    assert owner is not None
    return Scope(owner.id)
