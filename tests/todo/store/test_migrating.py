"""Migrations: they make what the tables are, once, whoever starts when."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

from puretodo.model.values import NewTodo
from puretodo.store import lists, todos
from puretodo.store.database import Database
from puretodo.store.engines import engine_for_migrations
from puretodo.store.location import location
from puretodo.store.migrating import HEAD, NewerDatabaseError, configuration, revision_of
from puretodo.store.schema import metadata
from puretodo.store.scope import Scope
from tests.todo.postgres import Postgres

PROCESSES = 4
PREPARE = """
import sys
from puretodo.store import accounts
from puretodo.store.database import Database
from puretodo.store.location import location
database = Database(location(sys.argv[1]))
sys.stdin.read()
database.prepare()
with database.begin() as connection:
    accounts.ensure_owner(connection, database.clock())
"""


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database in which there is nothing yet."""
    if request.param == "sqlite":
        yield str(tmp_path / "new folder" / "todo.sqlite3")
        return
    server: Postgres = request.getfixturevalue("postgres_server")
    url = server.make()
    yield url
    server.drop(url)


def test_the_migrations_make_the_tables_as_they_are_described(database: Database) -> None:
    with database.begin() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_the_revision_that_is_looked_for_is_the_last_there_is(database: Database) -> None:
    with database.begin() as connection:
        scripts = ScriptDirectory.from_config(configuration(connection))
        assert scripts.get_current_head() == HEAD == revision_of(connection)


def test_the_tables_of_sqlite_are_strict_and_give_no_number_twice(sqlite_url: str) -> None:
    database = Database(location(sqlite_url))
    with database.connect() as connection:
        query = "SELECT name, sql FROM sqlite_schema WHERE type = 'table'"
        made = {row.name: row.sql for row in connection.execute(text(query))}
    database.close()
    for table in metadata.sorted_tables:
        assert "STRICT" in made[table.name].rpartition(")")[2]
        assert ("AUTOINCREMENT" in made[table.name]) == ("seq" in table.c or "id" in table.c)


def test_many_may_start_at_once(empty_url: str) -> None:
    command = [sys.executable, "-c", PREPARE, empty_url]
    processes = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.PIPE)
        for _ in range(PROCESSES)
    ]
    for process in processes:
        assert process.stdin is not None
        process.stdin.close()
    errors = []
    for process in processes:
        assert process.stderr is not None
        with process.stderr:
            errors.append(process.stderr.read().decode())
        process.wait(60)
    assert errors == [""] * PROCESSES
    database = Database(location(empty_url))
    with database.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM account")).scalar() == 1
    database.close()


def test_a_database_of_a_newer_version_is_left_alone(database: Database) -> None:
    with database.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(NewerDatabaseError, match="9999"):
        database.prepare()


def test_a_new_file_is_its_owners_alone(tmp_path: Path) -> None:
    path = tmp_path / "new" / "todo.sqlite3"
    database = Database(location(str(path)))
    database.prepare()
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    database.close()


def test_altering_a_table_of_sqlites_by_copying_it_takes_nothing_along(sqlite_url: str) -> None:
    database = Database(location(sqlite_url))
    scope = Scope(1)
    with database.writing(scope) as tx:
        todos.add(tx, lists.inbox(tx).id, NewTodo(title="a", tags=["x"]))
    engine = engine_for_migrations(database.url)
    with engine.begin() as connection:
        alter = Operations(MigrationContext.configure(connection))
        for table in ("account", "list", "todo"):
            with alter.batch_alter_table(table, recreate="always"):
                pass
    engine.dispose()
    with database.reading(scope) as tx:
        assert [each.tags for each in todos.in_list(tx, lists.inbox(tx).id)] == [["x"]]
    database.close()
