"""Events: each change is recorded, numbered in the order in which it can be seen."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from puretodo.model.values import ListChange, NewList, NewTodo, Place, Repeat, TodoList
from puretodo.store import accounts, events, lists, todos
from puretodo.store.database import Database
from puretodo.store.errors import NotFound
from puretodo.store.events import Change
from puretodo.store.scope import Scope, Transaction
from tests.todo.store.support import TODAY, add, change


def recorded(tx: Transaction, what: Callable[[], object]) -> list[tuple[int, int | None]]:
    """The lists and to-dos that are told to have changed by something."""
    before = events.last_seq(tx)
    what()
    found = events.since(tx.connection, tx.scope.account_id, before, 100)
    assert found is not None
    assert [each.seq for each in found] == sorted({each.seq for each in found})
    return [(each.list_id, each.todo_id) for each in found]


def test_every_change_of_a_list_is_recorded(tx: Transaction, inbox: TodoList) -> None:
    this = [(inbox.id, None)]
    assert recorded(tx, lambda: lists.change(tx, inbox, ListChange(title="x"))) == this
    assert recorded(tx, lambda: lists.move(tx, inbox, Place())) == this
    assert recorded(tx, lambda: lists.delete(tx, inbox)) == this
    assert recorded(tx, lambda: lists.restore(tx, inbox.id)) == this
    assert recorded(tx, lambda: lists.restore(tx, inbox.id)) == []
    assert recorded(tx, lambda: lists.add(tx, NewList(title="x"))) == [(inbox.id + 1, None)]


def test_every_change_of_a_todo_is_recorded(tx: Transaction, inbox: TodoList) -> None:
    new = NewTodo(title="x")
    ((_, number),) = recorded(tx, lambda: todos.add(tx, inbox.id, new))
    assert number is not None
    added, this = todos.get(tx, number), [(inbox.id, number)]
    assert recorded(tx, lambda: change(tx, added, title="y")) == this
    assert recorded(tx, lambda: change(tx, added, tags=["y"])) == this
    assert recorded(tx, lambda: change(tx, todos.get(tx, number), done=False)) == []
    assert recorded(tx, lambda: todos.set_all_done(tx, inbox.id, True, TODAY)) == this
    assert recorded(tx, lambda: todos.clear_done(tx, inbox.id)) == this
    assert recorded(tx, lambda: todos.restore(tx, [number])) == this
    assert recorded(tx, lambda: todos.move(tx, todos.get(tx, number), Place())) == this


def test_a_move_to_another_list_is_told_to_both(tx: Transaction, inbox: TodoList) -> None:
    other = lists.add(tx, NewList(title="other"))
    (added,) = add(tx, inbox.id, "a")
    assert recorded(tx, lambda: todos.move(tx, added, Place(list_id=other.id))) == [
        (inbox.id, added.id),
        (other.id, added.id),
    ]


def test_what_comes_back_and_is_taken_back_is_told_too(tx: Transaction, inbox: TodoList) -> None:
    added = todos.add(tx, inbox.id, NewTodo(title="x", repeat=Repeat()))
    both = {(inbox.id, added.id), (inbox.id, added.id + 1)}
    assert set(recorded(tx, lambda: change(tx, added, done=True))) == both
    done = todos.get(tx, added.id)
    assert set(recorded(tx, lambda: change(tx, done, done=False))) == both


def test_a_change_of_access_is_told_of_no_list(tx: Transaction) -> None:
    assert recorded(tx, lambda: events.record_access(tx)) == [(events.NO_LIST, None)]


def test_what_cannot_be_told_is_none(tx: Transaction, inbox: TodoList) -> None:
    account, start = tx.scope.account_id, events.last_seq(tx)
    add(tx, inbox.id, "a", "b", "c")
    last = events.last_seq(tx)
    assert last == start + 3
    told = events.since(tx.connection, account, last - 1, 3)
    assert told == [Change(last, inbox.id, 3)]
    assert events.since(tx.connection, account, last, 3) == []
    assert len(events.since(tx.connection, account, start, 3) or []) == 3
    assert events.since(tx.connection, account, start, 2) is None, "too many"
    assert events.since(tx.connection, account, last + 1, 3) is None, "never given"
    assert events.since(tx.connection, account, start - 1, 100) is None, "perhaps swept away"
    assert events.since(tx.connection, 10**6, 0, 3) is None, "no such account"


def test_each_account_has_a_last_number_of_its_own(database: Database, scope: Scope) -> None:
    with database.begin() as connection:
        other = Scope(accounts.add(connection, "Other", database.clock()).id)
    with database.reading(other) as tx:
        before = events.last_seq(tx)
    with database.writing(scope) as tx:
        add(tx, lists.inbox(tx).id, "a")
        last = events.last_seq(tx)
        assert events.accounts_since(tx.connection, before) == (last, {scope.account_id})
        assert events.accounts_since(tx.connection, last) == (last, set())
    with database.reading(other) as tx:
        assert events.last_seq(tx) == before < last


def test_who_listens_is_told_after_the_commit_and_of_nothing_that_failed(
    database: Database, scope: Scope
) -> None:
    told: list[tuple[int, int]] = []

    def listen(account_id: int) -> None:
        with database.connect() as connection:
            told.append((account_id, events.last_seq_of(connection, account_id)))

    database.listeners.append(listen)
    with pytest.raises(NotFound), database.writing(scope) as tx:
        todos.move(tx, add(tx, lists.inbox(tx).id, "a")[0], Place(after=10**6))
    assert told == []
    with database.writing(scope) as tx:
        add(tx, lists.inbox(tx).id, "b")
        last = events.last_seq(tx)
    assert told == [(scope.account_id, last)]


def test_whoever_has_seen_a_number_has_missed_none_before_it(
    database: Database, scope: Scope
) -> None:
    writers, each = 4, 25
    seen: list[int] = []
    have_written = threading.Event()

    def write(list_id: int) -> None:
        for _ in range(each):
            with database.writing(scope) as tx:
                add(tx, list_id, "x")

    def read(start: int) -> None:
        last = start
        while not have_written.is_set() or len(seen) < writers * each:
            with database.connect() as connection:
                found = events.since(connection, scope.account_id, last, 1000)
            assert found is not None
            seen.extend(change.seq for change in found)
            last = seen[-1] if seen else start

    with database.reading(scope) as tx:
        start, inbox = events.last_seq(tx), lists.inbox(tx)
    reader = threading.Thread(target=read, args=(start,))
    threads = [threading.Thread(target=write, args=(inbox.id,)) for _ in range(writers)]
    for thread in (reader, *threads):
        thread.start()
    for thread in threads:
        thread.join()
    have_written.set()
    reader.join(30)
    assert not reader.is_alive(), "some were passed over"
    assert seen == list(range(start + 1, start + 1 + writers * each))
