"""Schemathesis calls the API by its own document, on both databases, and finds it true."""

from __future__ import annotations

from pathlib import Path

import pytest

from puretodo.model.values import NewList, NewTodo
from puretodo.store import lists, todos
from puretodo.store.database import Database
from puretodo.store.scope import Scope
from tests.support.schemathesis_runs import assert_true_to_its_document
from tests.support.server import potstill

HOOKS = "tests.todo.api.schemathesis_hooks"


@pytest.mark.parametrize("phase", ["coverage", "fuzzing", "stateful"])
def test_api_does_what_its_document_says(
    phase: str, database_url: str, database: Database, scope: Scope, tmp_path: Path
) -> None:
    with database.writing(scope) as tx:
        lists.add(tx, NewList(title="Garden"))
        for number in range(1, 4):
            todos.add(tx, 1 + number % 2, NewTodo(title=f"to-do {number}"))
    env = {"PURETODO_DB": database_url}
    with potstill("puretodo.app:create()", "--threads", "4", env=env) as server:
        assert_true_to_its_document(
            server,
            phase,
            tmp_path,
            hooks=HOOKS,
            path="/api/openapi.json",
            without="use_after_free",  # what was deleted may be restored
            endless="/api/v1/events",
            files="/api/v1/import",
        )
