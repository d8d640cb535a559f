"""A hub that runs, on each database, and another process's way to the same data."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from puretodo.live.hub import Hub
from puretodo.store import lists
from puretodo.store.database import Database
from puretodo.store.location import location
from puretodo.store.scope import Scope


@pytest.fixture
def hub(database: Database) -> Iterator[Hub]:
    hub = Hub(database)
    hub.start()
    yield hub
    hub.stop()


@pytest.fixture
def elsewhere(database_url: str, database: Database) -> Iterator[Database]:
    """The same data with connections of its own, as another process has them."""
    other = Database(location(database_url))
    yield other
    other.close()


@pytest.fixture
def inbox(database: Database, scope: Scope) -> int:
    """The owner's list."""
    with database.reading(scope) as tx:
        return lists.inbox(tx).id
