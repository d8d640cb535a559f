"""Backups: one file of SQLite's with everything, whatever it was taken from.

It can be taken while others write, and restored into a database of the other kind.
"""

from __future__ import annotations

import os
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import Connection, func, insert, select

from puretodo.store.copying import Progress, copy_rows, counter, delete_rows, set_counter
from puretodo.store.database import CHANNEL, Database
from puretodo.store.errors import StoreError
from puretodo.store.events import NO_LIST
from puretodo.store.location import sqlite_url
from puretodo.store.schema import account, event, todo, todo_list

PAGES = 1024
"""Of SQLite's, between two reports of progress."""


class BackupError(StoreError):
    """It is no backup, or not a sound one; nothing was changed."""


def back_up(database: Database, file: Path, progress: Progress) -> None:
    """Write a backup, readable by its owner only; `file` is replaced when the new one is sound.

    `database` is up to date. OSError for what the file system refuses.
    """
    if database.is_sqlite and file.exists() and file.samefile(database.url.database or ""):
        raise BackupError(f"{file} is the database itself")
    with _new_file(file.parent, file.name) as new:
        if database.is_sqlite:
            _copy_sqlite(Path(database.url.database or ""), new, progress)
        else:
            _copy_from(database, new, progress)
        _check(new)
        with new.open("rb") as written:
            os.fsync(written.fileno())
        new.replace(file)


def restore(database: Database, file: Path, progress: Progress) -> None:
    """Replace everything by what is in a backup, or nothing; BackupError.

    `database` is up to date. An older backup is brought up to date first, in a copy of it. Whoever
    listens has to load everything anew, and is asked who they are.
    """
    _check(file)
    with _new_file(None, file.name) as copy:
        _copy_sqlite(file, copy, lambda done, total: None)
        backup = Database(sqlite_url(copy))
        try:
            backup.prepare()
            with backup.connect() as source, database.begin() as target:
                _replace(source, target, database, progress)
        finally:
            backup.close()


def holds_lists(database: Database) -> bool:
    """Whether somebody has used it: beyond the one empty list that it begins with."""
    with database.connect() as connection:
        lists, todos = (
            connection.execute(select(func.count()).select_from(table)).scalar() or 0
            for table in (todo_list, todo)
        )
    return lists > 1 or todos > 0


def _replace(
    source: Connection, target: Connection, database: Database, progress: Progress
) -> None:
    accounts = set(target.execute(select(account.c.id)).scalars())
    last = max(counter(source, event), counter(target, event))
    delete_rows(target)
    copy_rows(source, target, progress, but=[event])
    restored = list(target.execute(select(account.c.id)).scalars())
    # Behind all numbers that anybody may have heard of, so nothing is told from one of them on.
    for seq, account_id in enumerate(restored, last + 1):
        row = {"seq": seq, "account_id": account_id, "list_id": NO_LIST, "at": database.clock()}
        target.execute(insert(event).values(row))
    set_counter(target, event, last + len(restored))
    if not database.is_sqlite:
        for account_id in accounts.union(restored):
            target.execute(select(func.pg_notify(CHANNEL, str(account_id))))


def _copy_from(database: Database, new: Path, progress: Progress) -> None:
    """From PostgreSQL, as of one moment."""
    copy = Database(sqlite_url(new))
    try:
        copy.prepare()
        with database.connect() as source, copy.begin() as target:
            copy_rows(source, target, progress)
    finally:
        copy.close()
    with closing(sqlite3.connect(new)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")


def _copy_sqlite(source: Path, new: Path, progress: Progress) -> None:
    """Page by page, as of one moment: within a transaction that keeps what it has seen."""
    with closing(_opened(source)) as old, closing(sqlite3.connect(new)) as copy:
        old.execute("BEGIN")
        old.execute("SELECT count(*) FROM sqlite_schema").fetchone()
        old.backup(copy, pages=PAGES, progress=lambda _, left, total: progress(total - left, total))
        copy.execute("PRAGMA journal_mode = DELETE")  # one file, also for who only may read it


def _check(file: Path) -> None:
    try:
        with closing(_opened(file)) as connection:
            known = connection.execute("SELECT version_num FROM alembic_version").fetchone()
            problems = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
            broken = connection.execute("PRAGMA foreign_key_check").fetchone()
            connection.execute("SELECT id FROM account").fetchone()
    except sqlite3.DatabaseError as error:
        raise BackupError(f"{file} is no backup of Pure Todo: {error}") from None
    if known is None or problems != "ok" or broken is not None:
        raise BackupError(f"{file} is damaged: {broken or problems}")


def _opened(file: Path) -> sqlite3.Connection:
    """For reading; OSError when it is not there, which SQLite words worse."""
    file.open("rb").close()
    uri = f"{file.absolute().as_uri()}?mode=ro"
    return sqlite3.connect(uri, uri=True, isolation_level=None, timeout=10)


@contextmanager
def _new_file(folder: Path | None, name: str) -> Iterator[Path]:
    """An empty file of ours (mode 0600), which is gone afterwards unless it was renamed."""
    descriptor, text = tempfile.mkstemp(dir=folder, prefix=f".{name}.", suffix=".part")
    os.close(descriptor)
    path = Path(text)
    try:
        yield path
    finally:
        for each in (path, *(path.with_name(path.name + end) for end in ("-wal", "-shm"))):
            each.unlink(missing_ok=True)
