"""Pure Todo in a real browser: real processes, a list for each test; pages that complain fail."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.support.server import RunningServer
from tests.todo.browser.browsers import Browsers
from tests.todo.browser.errands import Errands
from tests.todo.browser.served import served
from tests.todo.faults.api import Api

expect.set_options(timeout=10_000)


@pytest.fixture
def db(sqlite_template: Path, tmp_path: Path) -> Path:
    """A database of the test's own."""
    path = tmp_path / "own.sqlite3"
    shutil.copy(sqlite_template, path)
    return path


@pytest.fixture
def own(db: Path) -> Iterator[RunningServer]:
    """A server of the test's own. To be asked for before browsers, which then leave it first."""
    with served(db) as running:
        yield running


@pytest.fixture(scope="package")
def server(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningServer]:
    """For all tests that leave it as it was."""
    path = tmp_path_factory.mktemp("browser") / "todo.sqlite3"
    shutil.copy(sqlite_template, path)
    with served(path) as running:
        yield running


@pytest.fixture
def api(server: RunningServer) -> Iterator[Api]:
    """What else happens to the lists."""
    with Api(server.port) as asking:
        yield asking


@pytest.fixture
def errands(server: RunningServer, api: Api) -> Errands:
    """A list of the test's own; those of tests before it are deleted."""
    for each in api.get("/lists")[1:]:
        api.delete(f"/lists/{each['id']}")
    return Errands.made(api, server.url)


@pytest.fixture
def browsers(chromium: Browser) -> Iterator[Browsers]:
    """Browsers of people, with nothing in them; what their pages complain about fails the test."""
    opened = Browsers(chromium)
    yield opened
    opened.close()
    assert opened.complaints == []
