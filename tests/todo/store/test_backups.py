"""Backups: everything in one file, taken while others write, restored into either kind."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from puretodo.model.values import NewList, NewTodo, Place, Repeat
from puretodo.store import accounts, backups, events, lists, passes, todos
from puretodo.store.database import Database
from puretodo.store.location import location
from puretodo.store.passes import NewPass
from puretodo.store.schema import event, metadata
from puretodo.store.scope import Scope
from tests.todo.store.support import TODAY, add, change


def quietly(done: int, total: int) -> None:
    """Progress that nobody looks at."""


def contents(database: Database) -> dict[str, Sequence[Any]]:
    """All rows of all tables but the events."""
    with database.connect() as connection:
        return {
            table.name: connection.execute(select(table).order_by(*table.primary_key)).all()
            for table in metadata.sorted_tables
            if table is not event
        }


def fill(database: Database, scope: Scope) -> None:
    """Something in every table, and gaps in the numbers."""
    with database.writing(scope) as tx:
        inbox = lists.inbox(tx)
        new = NewTodo(title="Água 🚰", notes="a\nb", due=TODAY, tags=["x", "y"], repeat=Repeat())
        change(tx, todos.add(tx, inbox.id, new), done=True)
        gone = add(tx, lists.add(tx, NewList(title="Work")).id, "a", "b", "c")
        todos.delete(tx, gone[:1])
        todos.move(tx, gone[2], Place(after=None, list_id=inbox.id))
        passes.issue(tx, NewPass("share", "link", list_id=inbox.id, may_edit=False))
        tx.connection.execute(metadata.tables["setting"].insert().values(name="n", value="v"))
        tx.connection.execute(
            metadata.tables["attempt"].insert().values(key="k", failures=1, since=tx.now)
        )
    with database.begin() as connection:
        accounts.add(connection, "Ana", database.clock())
        accounts.set_password(connection, scope.account_id, "hash")


@pytest.fixture
def backup(database: Database, scope: Scope, tmp_path: Path) -> Path:
    fill(database, scope)
    file = tmp_path / "backup.sqlite3"
    backups.back_up(database, file, quietly)
    return file


def test_a_backup_is_one_sound_file_of_its_owners(
    database: Database, backup: Path, tmp_path: Path
) -> None:
    assert backup.stat().st_mode & 0o777 == 0o600
    assert [each.name for each in tmp_path.iterdir() if "backup" in each.name] == [backup.name]
    with closing(sqlite3.connect(f"file:{backup}?mode=ro&immutable=1", uri=True)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("delete",)
    opened = Database(location(str(backup)))
    assert contents(opened) == contents(database)
    opened.close()


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_backup_is_restored_into_either_kind(
    backup: Path, database: Database, kind: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    if kind == "sqlite":
        target = Database(location(str(tmp_path / "target.sqlite3")))
    else:
        server = request.getfixturevalue("postgres_server")
        target = Database(location(server.make()))
    target.prepare()
    assert not backups.holds_lists(target)
    backups.restore(target, backup, quietly)
    assert backups.holds_lists(target)
    assert contents(target) == contents(database)
    with target.writing(Scope(1)) as tx:
        (new,) = add(tx, lists.inbox(tx).id, "new")
        with database.writing(Scope(1)) as old:
            assert add(old, lists.inbox(old).id, "new")[0].id == new.id
        assert lists.add(tx, NewList(title="new")).id == 4
        (done,) = todos.in_list(tx, lists.inbox(tx).id, done=True)
        assert change(tx, done, done=False).repeat == Repeat(), "what came of it is still known"
    target.close()


def test_everything_is_replaced_and_no_number_is_given_again(
    database: Database, scope: Scope, backup: Path
) -> None:
    before = contents(database)
    with database.writing(scope) as tx:
        lost = add(tx, lists.inbox(tx).id, "a", "b", "c")
        last = events.last_seq(tx)
    backups.restore(database, backup, quietly)
    assert contents(database) == before
    with database.writing(scope) as tx:
        assert events.last_seq(tx) > last
        assert events.since(tx.connection, scope.account_id, last, 100) is None
        assert add(tx, lists.inbox(tx).id, "new")[0].id > lost[-1].id


@pytest.mark.parametrize("damage", ["text", "other", "cut", "reference", "missing"])
def test_what_is_no_sound_backup_changes_nothing(
    database: Database, backup: Path, damage: str
) -> None:
    before = contents(database)
    if damage == "text":
        backup.write_text("no database at all " * 100)
    elif damage == "cut":
        data = backup.read_bytes()
        backup.write_bytes(data[: len(data) // 2])
    elif damage == "missing":
        backup.unlink()
    else:
        if damage == "other":
            backup.unlink()
        with closing(sqlite3.connect(backup)) as connection, connection:
            statement = "CREATE TABLE a (b)" if damage == "other" else "DELETE FROM account"
            connection.execute(statement)
    with pytest.raises((backups.BackupError, FileNotFoundError)):
        backups.restore(database, backup, quietly)
    assert contents(database) == before


def test_a_database_is_no_backup_of_itself(sqlite_url: str) -> None:
    database = Database(location(sqlite_url))
    with pytest.raises(backups.BackupError, match="itself"):
        backups.back_up(database, Path(sqlite_url), quietly)
    database.close()


def test_an_older_backup_is_replaced_only_by_a_whole_one(
    database: Database, backup: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = backup.read_bytes()

    def fail(done: int, total: int) -> None:
        raise OSError("the disk is full")

    with pytest.raises(OSError, match="full"):
        backups.back_up(database, backup, fail)
    assert backup.read_bytes() == before
    assert not list(backup.parent.glob(".backup*"))


def test_a_backup_is_of_one_moment_though_others_write(
    database: Database, scope: Scope, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backups, "PAGES", 1)
    with database.writing(scope) as tx:
        inbox = lists.inbox(tx)
        for _ in range(20):
            todos.add(tx, inbox.id, NewTodo(title="pair", notes="x" * 5000))
    is_done = threading.Event()

    def write() -> None:
        while not is_done.is_set():
            with database.writing(scope) as tx:
                add(tx, inbox.id, "pair", "pair")

    writer = threading.Thread(target=write)
    writer.start()
    steps: list[int] = []
    file = tmp_path / "backup.sqlite3"
    backups.back_up(database, file, lambda done, total: steps.append(done))
    is_done.set()
    writer.join()
    opened = Database(location(str(file)))
    with opened.reading(scope) as tx:
        assert len(todos.in_list(tx, inbox.id)) % 2 == 0
    opened.close()
    assert steps == sorted(steps), "it never began anew"
