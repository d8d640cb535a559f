"""What repeats: done, a new one takes its place; undone again, that one is taken back."""

from __future__ import annotations

from datetime import date

import pytest

from puretodo.model.values import NewTodo, Repeat, Todo, TodoList
from puretodo.store import todos
from puretodo.store.scope import Transaction
from tests.todo.store.support import TODAY, add, change, titles_in

MONTHLY = Repeat(unit="month")


@pytest.fixture
def rent(tx: Transaction, inbox: TodoList) -> Todo:
    new = NewTodo(
        title="Rent", notes="n", due=date(2026, 1, 31), priority=1, tags=["home"], repeat=MONTHLY
    )
    return todos.add(tx, inbox.id, new)


def open_one(tx: Transaction, inbox: TodoList) -> Todo:
    (found,) = todos.in_list(tx, inbox.id, done=False)
    return found


def test_a_new_one_comes_right_behind_with_all_but_the_day(
    tx: Transaction, inbox: TodoList, rent: Todo
) -> None:
    add(tx, inbox.id, "after it")
    done = change(tx, rent, done=True)
    assert (done.done, done.repeat) == (True, None)
    assert titles_in(tx, inbox.id) == ["Rent", "Rent", "after it"]
    following = todos.in_list(tx, inbox.id)[1]
    assert following.due == date(2026, 2, 28)
    assert (following.notes, following.priority, following.tags) == ("n", 1, ["home"])
    assert (following.repeat, following.version, following.done) == (MONTHLY, 1, False)


def test_the_day_that_is_meant_survives_short_months(
    tx: Transaction, inbox: TodoList, rent: Todo
) -> None:
    change(tx, rent, done=True)
    change(tx, open_one(tx, inbox), done=True)
    assert open_one(tx, inbox).due == date(2026, 3, 31)


def test_another_day_is_the_day_that_is_meant_from_then_on(
    tx: Transaction, inbox: TodoList, rent: Todo
) -> None:
    change(tx, rent, done=True)
    change(tx, open_one(tx, inbox), due=date(2026, 2, 27))
    change(tx, open_one(tx, inbox), done=True)
    assert open_one(tx, inbox).due == date(2026, 3, 27)


def test_undone_it_takes_back_what_came_of_it(tx: Transaction, inbox: TodoList, rent: Todo) -> None:
    undone = change(tx, change(tx, rent, done=True), done=False)
    assert (undone.done, undone.repeat, undone.due) == (False, MONTHLY, date(2026, 1, 31))
    assert open_one(tx, inbox) == undone
    change(tx, undone, done=True)
    assert open_one(tx, inbox).due == date(2026, 2, 28)


def test_what_was_touched_meanwhile_stays(tx: Transaction, inbox: TodoList, rent: Todo) -> None:
    done = change(tx, rent, done=True)
    change(tx, open_one(tx, inbox), title="Rent of February")
    undone = change(tx, done, done=False)
    assert undone.repeat is None
    assert titles_in(tx, inbox.id) == ["Rent", "Rent of February"]


def test_all_done_makes_each_that_repeats_come_back_and_all_undone_takes_them_back(
    tx: Transaction, inbox: TodoList, rent: Todo
) -> None:
    add(tx, inbox.id, "once")
    assert len(todos.set_all_done(tx, inbox.id, True, TODAY)) == 2
    assert open_one(tx, inbox).due == date(2026, 2, 28)
    change(tx, open_one(tx, inbox), done=True)
    assert open_one(tx, inbox).due == date(2026, 3, 31)
    assert len(todos.set_all_done(tx, inbox.id, False, TODAY)) == 3
    assert len(todos.in_list(tx, inbox.id)) == len(todos.in_list(tx, inbox.id, done=False))


def test_without_a_day_it_comes_back_counted_from_today(tx: Transaction, inbox: TodoList) -> None:
    added = todos.add(tx, inbox.id, NewTodo(title="Water", repeat=Repeat(every=3, unit="day")))
    change(tx, added, done=True)
    assert open_one(tx, inbox).due == date(2026, 1, 23)


def test_it_can_begin_and_cease_to_repeat(tx: Transaction, inbox: TodoList, rent: Todo) -> None:
    once = change(tx, rent, repeat=None)
    assert once.repeat is None
    change(tx, once, done=True)
    assert todos.in_list(tx, inbox.id, done=False) == []
    again = change(tx, todos.get(tx, rent.id), done=False, repeat=Repeat(unit="year"))
    change(tx, again, done=True)
    assert open_one(tx, inbox).due == date(2027, 1, 31)
