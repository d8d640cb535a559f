"""What the tests of the store say often."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from puretodo.model.values import NewTodo, Todo, TodoChange
from puretodo.store import todos
from puretodo.store.scope import Transaction

TODAY = date(2026, 1, 20)


def add(tx: Transaction, list_id: int, *titles: str) -> list[Todo]:
    return [todos.add(tx, list_id, NewTodo(title=title)) for title in titles]


def change(tx: Transaction, current: Todo, **wanted: object) -> Todo:
    return todos.change(tx, current, TodoChange(**wanted), TODAY)  # type: ignore[arg-type]


def titles(found: Iterable[Todo]) -> list[str]:
    return [each.title for each in found]


def titles_in(tx: Transaction, list_id: int) -> list[str]:
    return titles(todos.in_list(tx, list_id))
