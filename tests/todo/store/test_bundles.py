"""Lists as bundles: from one database into another, and the same again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from puretodo.formats import FORMATS
from puretodo.model.bundle import Bundle, BundleList, BundleTodo
from puretodo.model.values import ListChange, NewList, NewTodo, Place, Repeat, TodoChange
from puretodo.store import bundles, lists, todos
from puretodo.store.database import Database
from puretodo.store.errors import LimitReached, NotAllowed
from puretodo.store.location import location
from puretodo.store.placing import MAX_TODOS
from puretodo.store.scope import Scope

OWNER = Scope(1)
TODAY = date(2026, 12, 1)


@pytest.fixture
def sqlite(sqlite_url: str) -> Iterator[Database]:
    database = Database(location(sqlite_url))
    yield database
    database.close()


@pytest.fixture
def postgresql(postgres_url: str) -> Iterator[Database]:
    database = Database(location(postgres_url))
    yield database
    database.close()


def fill(database: Database) -> None:
    """Something of everything, and an order that is not that of the numbers."""
    with database.writing(OWNER) as tx:
        garden = lists.add(tx, NewList(title="Garden 🌱"))
        old = lists.add(tx, NewList(title="Old"))
        lists.change(tx, old, ListChange(archived=True))
        lists.move(tx, garden, Place(after=None))
        monthly = NewTodo(
            title="rent",
            notes="a\nb",
            due=date(2026, 11, 30),
            priority=1,
            tags=["b", "a"],
            repeat=Repeat(unit="month"),
        )
        rent = todos.add(tx, garden.id, monthly)
        done = todos.add(tx, garden.id, NewTodo(title="done"))
        todos.change(tx, done, TodoChange(done=True), TODAY)
        todos.move(tx, done, Place(after=None))
        todos.change(tx, rent, TodoChange(done=True), TODAY)
        todos.delete(tx, [todos.add(tx, garden.id, NewTodo(title="in the bin"))])
        for number in range(3):
            todos.add(tx, old.id, NewTodo(title=f"old {number}"))


def exported(database: Database) -> bytes:
    write = FORMATS["json"].write
    assert write
    with database.reading(OWNER) as tx:
        return write(bundles.read(tx))


def bring_in(database: Database, data: bytes) -> None:
    read = FORMATS["json"].read
    assert read
    bundle = read(data, default_list="Imported", now=database.clock())
    with database.writing(OWNER) as tx:
        bundles.write(tx, bundle)


def test_from_sqlite_to_postgresql_and_back_everything_is_equal(
    sqlite: Database, postgresql: Database
) -> None:
    fill(sqlite)
    file = exported(sqlite)
    assert all(title in file for title in (b"Garden", b"rent", b"old 2", b'"anchor": 30'))
    assert b"in the bin" not in file
    bring_in(postgresql, file)
    assert exported(postgresql) == file


def test_from_postgresql_to_sqlite_everything_is_equal(
    sqlite: Database, postgresql: Database
) -> None:
    fill(postgresql)
    bring_in(sqlite, exported(postgresql))
    assert exported(sqlite) == exported(postgresql)


def test_what_is_there_already_stays_in_front(database: Database) -> None:
    fill(database)
    before = exported(database)
    bring_in(database, before)
    with database.reading(OWNER) as tx:
        titles = [each.title for each in lists.all_lists(tx, archived=None)]
    assert titles == ["Garden 🌱", "To do", "Old"] * 2


def test_a_first_list_that_was_touched_stays(database: Database) -> None:
    with database.writing(OWNER) as tx:
        todos.delete(tx, [todos.add(tx, 1, NewTodo(title="was here"))])
    now = database.clock()
    new = BundleList(title="New", created_at=now, updated_at=now)
    with database.writing(OWNER) as tx:
        bundles.write(tx, Bundle([new]))
        assert [each.title for each in lists.all_lists(tx)] == ["To do", "New"]


def test_a_list_that_is_too_long_is_refused_with_everything(database: Database) -> None:
    now = database.clock()
    one = BundleTodo(title="x", created_at=now, updated_at=now)
    short = BundleList(title="Short", created_at=now, updated_at=now)
    long = BundleList(title="Long", created_at=now, updated_at=now, todos=[one] * (MAX_TODOS + 1))
    with pytest.raises(LimitReached, match=f"{MAX_TODOS} to-dos"), database.writing(OWNER) as tx:
        bundles.write(tx, Bundle([short, long]))
    with database.reading(OWNER) as tx:
        assert [each.title for each in lists.all_lists(tx)] == ["To do"]


def test_a_full_list_comes_in_in_order(database: Database) -> None:
    now = database.clock() - timedelta(days=1)
    many = [
        BundleTodo(title=f"{number}", tags=[f"t{number % 3}"], created_at=now, updated_at=now)
        for number in range(3000)
    ]
    with database.writing(OWNER) as tx:
        bundles.write(
            tx, Bundle([BundleList(title="Long", created_at=now, updated_at=now, todos=many)])
        )
        there = todos.in_list(tx, lists.inbox(tx).id)
    assert [(each.title, each.tags) for each in there] == [(one.title, one.tags) for one in many]


def test_a_guest_brings_nothing_in(database: Database) -> None:
    with pytest.raises(NotAllowed), database.writing(Scope(1, list_id=1)) as tx:
        bundles.write(tx, Bundle([]))
