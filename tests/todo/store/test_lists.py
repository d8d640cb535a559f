"""Lists: made, renamed, moved, archived, deleted and restored."""

from __future__ import annotations

import pytest

from puretodo.model.values import ListChange, NewList, NewTodo, Place, TodoList
from puretodo.store import lists, todos
from puretodo.store.errors import LimitReached, NotFound
from puretodo.store.scope import Transaction
from tests.todo.store.support import add, change


def titles(tx: Transaction, *, archived: bool | None = False) -> list[str]:
    return [each.title for each in lists.all_lists(tx, archived=archived)]


def make(tx: Transaction, *names: str) -> list[TodoList]:
    return [lists.add(tx, NewList(title=name)) for name in names]


def test_a_new_list_stands_behind_the_others(tx: Transaction) -> None:
    work = lists.add(tx, NewList(title="  Work\n"))
    assert titles(tx) == ["To do", "Work"]
    assert (work.version, work.open, work.done) == (1, 0, 0)
    assert work.created_at == work.updated_at == tx.now


def test_the_first_list_is_the_inbox(tx: Transaction, inbox: TodoList) -> None:
    (work,) = make(tx, "Work")
    assert lists.inbox(tx) == inbox
    lists.move(tx, work, Place(after=None))
    assert lists.inbox(tx).id == work.id
    for each in lists.all_lists(tx):
        lists.delete(tx, each)
    with pytest.raises(NotFound):
        lists.inbox(tx)


def test_a_list_counts_what_is_in_it(tx: Transaction, inbox: TodoList) -> None:
    first, _, third = add(tx, inbox.id, "a", "b", "c")
    change(tx, first, done=True)
    todos.delete(tx, [third])
    counted = lists.get(tx, inbox.id)
    assert (counted.open, counted.done) == (1, 1)
    assert lists.by_ids(tx, [inbox.id, 10**6]) == [counted]


def test_a_list_is_renamed_and_its_version_grows(tx: Transaction, inbox: TodoList) -> None:
    changed = lists.change(tx, inbox, ListChange(title="Home"))
    assert (changed.title, changed.version) == ("Home", inbox.version + 1)
    assert lists.change(tx, changed, ListChange(title="Home")) == changed


def test_what_is_in_the_archive_shows_up_only_when_asked_for(
    tx: Transaction, inbox: TodoList
) -> None:
    make(tx, "Work")
    archived = lists.change(tx, inbox, ListChange(archived=True))
    assert archived.archived
    assert titles(tx) == ["Work"]
    assert titles(tx, archived=True) == ["To do"]
    assert titles(tx, archived=None) == ["To do", "Work"]
    assert lists.get(tx, inbox.id) == archived
    assert not lists.change(tx, archived, ListChange(archived=False)).archived


def test_a_deleted_list_comes_back_with_what_was_in_it_to_where_it_was(
    tx: Transaction, inbox: TodoList
) -> None:
    make(tx, "Work", "Garden")
    add(tx, inbox.id, "a", "b")
    lists.delete(tx, inbox)
    assert titles(tx) == ["Work", "Garden"]
    assert [each.title for each in lists.deleted(tx)] == ["To do"]
    with pytest.raises(NotFound):
        lists.get(tx, inbox.id)
    with pytest.raises(NotFound):
        todos.add(tx, inbox.id, NewTodo(title="new"))
    restored = lists.restore(tx, inbox.id)
    assert (restored.open, restored.version) == (2, inbox.version + 2)
    assert titles(tx) == ["To do", "Work", "Garden"]
    assert lists.restore(tx, inbox.id) == restored


def test_the_bin_shows_the_last_deleted_first(tx: Transaction) -> None:
    one, two = make(tx, "one", "two")
    later = Transaction(tx.connection, tx.scope, tx.now.replace(year=tx.now.year + 1))
    lists.delete(tx, two)
    lists.delete(later, one)
    assert [each.title for each in lists.deleted(tx)] == ["one", "two"]


def test_lists_are_moved(tx: Transaction, inbox: TodoList) -> None:
    _, garden = make(tx, "Work", "Garden")
    lists.move(tx, garden, Place(after=None))
    assert titles(tx) == ["Garden", "To do", "Work"]
    lists.move(tx, garden, Place(after=inbox.id))
    assert titles(tx) == ["To do", "Garden", "Work"]
    lists.move(tx, inbox, Place())
    assert titles(tx) == ["Garden", "Work", "To do"]
    with pytest.raises(NotFound):
        lists.move(tx, inbox, Place(after=10**6))


def test_a_list_that_is_swept_away_cannot_be_restored(tx: Transaction) -> None:
    with pytest.raises(NotFound):
        lists.restore(tx, 10**6)


def test_lists_are_limited_also_by_what_comes_out_of_the_bin(
    tx: Transaction, inbox: TodoList, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lists, "MAX_LISTS", 2)
    make(tx, "second")
    with pytest.raises(LimitReached):
        make(tx, "third")
    lists.delete(tx, inbox)
    make(tx, "third")
    with pytest.raises(LimitReached):
        lists.restore(tx, inbox.id)
