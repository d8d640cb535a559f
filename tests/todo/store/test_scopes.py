"""Scopes: what is not within is not there, whichever function is asked, and whatever is tried."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import pytest

from puretodo.model.values import (
    ListChange,
    NewList,
    NewTodo,
    Place,
    Repeat,
    Todo,
    TodoChange,
    TodoList,
)
from puretodo.store import accounts, events, lists, todos, views
from puretodo.store.database import Database
from puretodo.store.errors import NotAllowed, NotFound
from puretodo.store.scope import Scope, Transaction
from tests.todo.store.support import TODAY


class Foreign(NamedTuple):
    """A list and a to-do of somebody else."""

    scope: Scope
    list: TodoList
    todo: Todo


def fill(database: Database, scope: Scope) -> Foreign:
    with database.writing(scope) as tx:
        inbox = lists.inbox(tx)
        added = todos.add(tx, inbox.id, NewTodo(title="secret", due=TODAY, tags=["x"]))
        return Foreign(scope, lists.get(tx, inbox.id), added)


@pytest.fixture
def other(database: Database) -> Foreign:
    with database.begin() as connection:
        account = accounts.add(connection, "Other", database.clock())
    return fill(database, Scope(account.id))


Attempt = Callable[[Transaction, Foreign], object]

BY_ID: list[Attempt] = [
    lambda tx, other: lists.get(tx, other.list.id),
    lambda tx, other: todos.get(tx, other.todo.id),
    lambda tx, other: todos.add(tx, other.list.id, NewTodo(title="x")),
    lambda tx, other: todos.change(tx, other.todo, TodoChange(title="x"), TODAY),
    lambda tx, other: todos.change(tx, other.todo, TodoChange(tags=["y"]), TODAY),
    lambda tx, other: todos.change(tx, other.todo, TodoChange(done=True), TODAY),
    lambda tx, other: todos.move(tx, other.todo, Place(after=None)),
    lambda tx, other: todos.move(tx, own(tx), Place(list_id=other.list.id)),
    lambda tx, other: todos.move(tx, own(tx), Place(after=other.todo.id)),
    lambda tx, other: lists.change(tx, other.list, ListChange(title="x")),
]
OF_ALL_LISTS: list[Attempt] = [
    lambda tx, other: lists.restore(tx, other.list.id),
    lambda tx, other: lists.move(tx, other.list, Place(after=None)),
    lambda tx, _: lists.move(tx, lists.inbox(tx), Place(after=None)),
    lambda tx, _: lists.add(tx, NewList(title="x")),
    lambda tx, _: lists.delete(tx, lists.inbox(tx)),
    lambda tx, _: lists.change(tx, lists.inbox(tx), ListChange(archived=True)),
    lambda tx, _: lists.restore(tx, lists.inbox(tx).id),
]


def own(tx: Transaction) -> Todo:
    return todos.add(tx, lists.inbox(tx).id, NewTodo(title="mine"))


def state(database: Database, scope: Scope) -> object:
    with database.reading(scope) as tx:
        return (
            lists.all_lists(tx, archived=None),
            views.everything(tx),
            lists.deleted(tx),
            views.deleted(tx),
            events.last_seq(tx),
        )


@pytest.mark.parametrize("attempt", [*BY_ID, *OF_ALL_LISTS[:2]])
def test_what_another_account_has_is_not_found(
    database: Database, scope: Scope, other: Foreign, attempt: Attempt
) -> None:
    before = state(database, other.scope)
    with pytest.raises(NotFound), database.writing(scope) as tx:
        attempt(tx, other)
    assert state(database, other.scope) == before


def test_what_another_account_has_is_in_no_view(
    database: Database, scope: Scope, other: Foreign
) -> None:
    with database.writing(scope) as tx:
        todos.delete(tx, [own(tx)])
        assert views.everything(tx) == views.tagged(tx, "x") == []
        assert views.due_until(tx, TODAY) == views.due_after(tx, TODAY) == []
        assert views.found(tx, "secret") == todos.in_list(tx, other.list.id) == []
        assert todos.by_ids(tx, [other.todo.id]) == todos.restore(tx, [other.todo.id]) == []
        assert views.tags(tx) == []
        assert lists.by_ids(tx, [other.list.id]) == []
        assert [each.title for each in views.deleted(tx)] == ["mine"]


@pytest.mark.parametrize("spoil", ["todos", "lists", "done", "clear"])
def test_what_another_account_has_cannot_be_spoilt_by_its_values(
    database: Database, scope: Scope, other: Foreign, spoil: str
) -> None:
    before = state(database, other.scope)
    with database.writing(scope) as tx:
        if spoil == "todos":
            todos.delete(tx, [other.todo])
        elif spoil == "lists":
            lists.delete(tx, other.list)
        elif spoil == "done":
            todos.set_all_done(tx, other.list.id, True, TODAY)
        else:
            todos.clear_done(tx, other.list.id)
    assert state(database, other.scope) == before


@pytest.fixture
def shared(database: Database, scope: Scope) -> Scope:
    """A link to the first of two lists."""
    with database.writing(scope) as tx:
        return Scope(scope.account_id, lists.inbox(tx).id)


@pytest.fixture
def unshared(database: Database, scope: Scope) -> Foreign:
    """The second, of the same account."""
    with database.writing(scope) as tx:
        made = lists.add(tx, NewList(title="unshared"))
        added = todos.add(tx, made.id, NewTodo(title="secret", due=TODAY, tags=["x"]))
        return Foreign(scope, lists.get(tx, made.id), added)


@pytest.mark.parametrize("attempt", BY_ID)
def test_a_shared_link_leads_to_no_other_list(
    database: Database, shared: Scope, unshared: Foreign, attempt: Attempt
) -> None:
    before = state(database, unshared.scope)
    with pytest.raises(NotFound), database.writing(shared) as tx:
        attempt(tx, unshared)
    assert state(database, unshared.scope) == before


@pytest.mark.parametrize("attempt", OF_ALL_LISTS)
def test_a_shared_link_is_not_for_what_concerns_more_than_its_list(
    database: Database, shared: Scope, unshared: Foreign, attempt: Attempt
) -> None:
    before = state(database, unshared.scope)
    with pytest.raises(NotAllowed), database.writing(shared) as tx:
        attempt(tx, unshared)
    assert state(database, unshared.scope) == before


def test_a_shared_link_shows_one_list_and_works_in_it(
    database: Database, shared: Scope, unshared: Foreign
) -> None:
    with database.writing(shared) as tx:
        (only,) = lists.all_lists(tx)
        assert only.id == shared.list_id
        new = NewTodo(title="by a guest", due=TODAY, repeat=Repeat())
        added = todos.add(tx, only.id, new)
        todos.change(tx, added, TodoChange(done=True), TODAY)
        assert {each.list_id for each in views.everything(tx)} == {only.id}
        assert views.found(tx, "secret") == views.tagged(tx, "x") == []
        assert views.tags(tx) == []
        assert todos.by_ids(tx, [unshared.todo.id]) == []
        assert lists.change(tx, only, ListChange(title="renamed")).title == "renamed"


def test_what_may_only_be_read_is_not_written(database: Database, shared: Scope) -> None:
    reader = Scope(shared.account_id, shared.list_id, may_edit=False)
    with pytest.raises(NotAllowed), database.writing(reader):
        raise AssertionError("it was let in")
    with database.reading(reader) as tx:
        assert len(lists.all_lists(tx)) == 1
