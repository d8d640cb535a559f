"""A transaction to try things in, on each database."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from puretodo.model.values import TodoList
from puretodo.store import lists
from puretodo.store.database import Database
from puretodo.store.scope import Scope, Transaction


@pytest.fixture
def tx(database: Database, scope: Scope) -> Iterator[Transaction]:
    """One that writes, with all that the owner has."""
    with database.writing(scope) as transaction:
        yield transaction


@pytest.fixture
def inbox(tx: Transaction) -> TodoList:
    """The owner's list, which is empty."""
    return lists.inbox(tx)
