"""Applications that are closed behind each test."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from potstill.web.testing import Client
from tests.todo.access.site import Site, Sites


@pytest.fixture
def sites(sqlite_url: str) -> Iterator[Sites]:
    """Makes applications, all of them on one new database."""
    with ExitStack() as stack:

        def make(**said: Any) -> Site:
            site = Site(sqlite_url, **said)
            stack.callback(site.database.close)
            stack.enter_context(Client(site.app))
            return site

        yield make


@pytest.fixture
def site(sites: Sites) -> Site:
    """With accounts: the owner, Ada and Bob."""
    made = sites()
    made.owner()
    made.add("Ada")
    made.add("Bob")
    return made
