"""The application in memory, on a new database of each kind, at a time that stands still."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from potstill.web.testing import Client
from puretodo.app import create
from puretodo.settings import Settings
from puretodo.store.location import location

NOW = datetime(2026, 12, 1, 23, 30, tzinfo=UTC)
"""A Tuesday in London, and Wednesday already in Lagos."""


@pytest.fixture
def client(database_url: str) -> Iterator[Client]:
    """Asks the application as somebody in London."""
    settings = Settings(location(database_url), timezone="Europe/London")
    with Client(create(settings, clock=lambda: NOW)) as asking:
        yield asking
