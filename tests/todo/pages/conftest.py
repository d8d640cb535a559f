"""The pages in memory, asked as a browser without scripts asks, at a time that stands still.

The application is made once; its database is emptied for each test.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import delete

from potstill.web import App
from potstill.web.testing import Client
from puretodo.app import create
from puretodo.settings import Settings
from puretodo.store import accounts
from puretodo.store.database import Database
from puretodo.store.location import location
from puretodo.store.schema import metadata, setting

NOW = datetime(2026, 12, 1, 23, 30, tzinfo=UTC)
"""A Tuesday in London, and Wednesday already in Lagos."""
BROWSER = [("Accept", "text/html,*/*;q=0.8"), ("Accept-Language", "en-GB,en;q=0.9")]


@pytest.fixture(scope="session")
def pages_database(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Database]:
    """The database of the application of these tests."""
    path = tmp_path_factory.mktemp("pages") / "todo.sqlite3"
    shutil.copy(sqlite_template, path)
    database = Database(location(str(path)), clock=lambda: NOW)
    yield database
    database.close()


@pytest.fixture(scope="session")
def pages_app(pages_database: Database) -> Iterator[App]:
    """The application, started."""
    app = create(Settings(pages_database.url, timezone="Europe/London"), clock=lambda: NOW)
    with Client(app):
        yield app


@pytest.fixture
def client(pages_app: App, pages_database: Database) -> Client:
    """A browser in London, where there is one list, which is empty."""
    with pages_database.begin() as connection:
        for table in reversed(metadata.sorted_tables):
            if table is not setting:
                connection.execute(delete(table))
        connection.exec_driver_sql("DELETE FROM sqlite_sequence")
        accounts.ensure_owner(connection, NOW)
    return Client(pages_app, headers=BROWSER, follow_redirects=True)
