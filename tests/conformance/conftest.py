"""What the conformance tests share: a server per module, a client and an event log per test.

A test that names a rule the catalogue does not have is refused when it is collected.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conformance.catalogue import load
from tests.conformance.wsgi_recipes import Events, Gate, Served, serving
from tests.support.wire import Client


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A test that names a rule nobody knows stops the run."""
    rules = load()
    for item in items:
        for mark in item.iter_markers("requirement"):
            if unknown := set(mark.args) - rules.keys():
                raise pytest.UsageError(f"{item.nodeid} names unknown rules: {sorted(unknown)}")


@pytest.fixture(scope="module")
def served(request: pytest.FixtureRequest) -> Iterator[Served]:
    """The `app` of the test's own module, served with the default settings."""
    with serving(f"{request.module.__name__}:app") as served:
        yield served


@pytest.fixture
def client(served: Served) -> Iterator[Client]:
    with served.client() as client:
        yield client


@pytest.fixture
def events(served: Served) -> Events:
    return served.events()


@pytest.fixture
def gate(tmp_path: Path) -> Iterator[Gate]:
    gate = Gate(tmp_path / "gate")
    yield gate
    gate.try_open()
