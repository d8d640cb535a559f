"""Where the data is: a file of SQLite's, or a database of PostgreSQL's.

`--db` takes a path or a URL. What is shown of it has no password in it.
"""

from __future__ import annotations

import os
from pathlib import Path

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError


class LocationError(ValueError):
    """It names no database; one line for the operator."""


def default_file() -> Path:
    """In the user's data folder (XDG Base Directory Specification)."""
    home = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local/share"
    return Path(home) / "puretodo" / "todo.sqlite3"


def location(text: str) -> URL:
    """A path or URL as SQLAlchemy wants it; LocationError if it is neither."""
    if "://" not in text:
        return sqlite_url(Path(text).expanduser() if text else default_file())
    try:
        url = make_url(text)
    except ArgumentError:
        raise LocationError("--db: this is no URL; write postgresql://user@host/name") from None
    match url.drivername:
        case "postgresql" | "postgres" | "postgresql+psycopg":
            return url.set(drivername="postgresql+psycopg")
        case "sqlite" | "sqlite+pysqlite":
            if not url.database or url.database == ":memory:":
                raise LocationError("--db: SQLite needs a file; memory ends with the process")
            return sqlite_url(Path(url.database))
        case other:
            raise LocationError(f"--db: {other} is neither sqlite nor postgresql")


def sqlite_url(path: Path) -> URL:
    """The URL of a file."""
    return URL.create("sqlite+pysqlite", database=str(path.absolute()))


def shown(url: URL) -> str:
    """For people and logs: without the password."""
    if url.drivername.startswith("sqlite"):
        return url.database or ""
    return url.set(drivername="postgresql").render_as_string(hide_password=True)


def make_place(url: URL) -> None:
    """Let a new file of SQLite's be its owner's alone, as is the folder made for it."""
    if url.drivername.startswith("sqlite") and url.database:
        path = Path(url.database)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
