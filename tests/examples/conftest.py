"""One to-do list for each module of tests: each test looks at the items it added itself."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from .site import Site, served


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with served(tmp_path_factory.mktemp("todo") / "list.sqlite3") as running:
        yield running
    assert "Traceback" not in running.server.output
