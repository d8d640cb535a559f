"""Two servers on one database, of each kind."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.support.server import RunningServer
from tests.todo.postgres import Postgres
from tests.todo.serving import serving


class Pair(NamedTuple):
    """They know nothing of each other."""

    one: RunningServer
    other: RunningServer
    db: str


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def pair(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Pair]:
    """For all tests of a module, each of which uses a list of its own."""
    if request.param == "sqlite":
        template: Path = request.getfixturevalue("sqlite_template")
        db = str(tmp_path_factory.mktemp("pair") / "todo.sqlite3")
        shutil.copy(template, db)
    else:
        server: Postgres = request.getfixturevalue("postgres_server")
        db = server.make(request.getfixturevalue("postgres_template"))
    with serving(db, "--hosts", "a") as one, serving(db, "--hosts", "a") as other:
        yield Pair(one, other, db)
