"""To-dos: added, changed, done, deleted and restored."""

from __future__ import annotations

from datetime import date

import pytest

from puretodo.model.values import NewList, NewTodo, Place, Repeat, Todo, TodoList
from puretodo.store import lists, placing, todos
from puretodo.store.errors import LimitReached, NotFound
from puretodo.store.schema import todo
from puretodo.store.scope import Transaction
from tests.todo.store.support import TODAY, add, change, titles, titles_in


def test_a_new_one_has_all_it_was_given(tx: Transaction, inbox: TodoList) -> None:
    new = NewTodo(
        title="Água 🚰",
        notes="two\nlines",
        due=date(2026, 12, 31),
        priority=1,
        tags=["Shop", "home"],
        repeat=Repeat(every=2, unit="month", after="done"),
    )
    added = todos.add(tx, inbox.id, new)
    assert added == Todo(
        id=added.id,
        list_id=inbox.id,
        title="Água 🚰",
        notes="two\nlines",
        due=date(2026, 12, 31),
        priority=1,
        tags=["shop", "home"],
        repeat=Repeat(every=2, unit="month", after="done"),
        version=1,
        created_at=tx.now,
        updated_at=tx.now,
    )
    assert todos.get(tx, added.id) == added
    assert todos.by_ids(tx, [added.id, 10**6]) == [added]


def test_a_change_changes_what_it_names_and_nothing_else(tx: Transaction, inbox: TodoList) -> None:
    added = todos.add(tx, inbox.id, NewTodo(title="a", notes="n", priority=2, tags=["x", "y"]))
    changed = change(tx, added, title="b")
    assert (changed.title, changed.notes, changed.priority) == ("b", "n", 2)
    assert (changed.tags, changed.version) == (["x", "y"], 2)
    changed = change(tx, changed, tags=["y", "z"], priority=None, due=TODAY)
    assert (changed.tags, changed.priority, changed.due) == (["y", "z"], None, TODAY)
    assert changed.version == 3


@pytest.mark.parametrize(
    "same", [{}, {"title": "a"}, {"tags": ["x"]}, {"done": False}, {"due": None}, {"notes": ""}]
)
def test_a_change_without_a_difference_is_none(
    tx: Transaction, inbox: TodoList, same: dict[str, object]
) -> None:
    added = todos.add(tx, inbox.id, NewTodo(title="a", tags=["x"]))
    assert change(tx, added, **same) == added


def test_what_is_done_says_when_and_can_be_undone(tx: Transaction, inbox: TodoList) -> None:
    (added,) = add(tx, inbox.id, "a")
    done = change(tx, added, done=True)
    assert (done.done, done.done_at, done.version) == (True, tx.now, 2)
    undone = change(tx, done, done=False)
    assert (undone.done, undone.done_at, undone.version) == (False, None, 3)


def test_a_list_shows_all_or_what_is_done_or_what_is_not(tx: Transaction, inbox: TodoList) -> None:
    _, second, _ = add(tx, inbox.id, "a", "b", "c")
    change(tx, second, done=True)
    assert titles_in(tx, inbox.id) == ["a", "b", "c"]
    assert titles(todos.in_list(tx, inbox.id, done=True)) == ["b"]
    assert titles(todos.in_list(tx, inbox.id, done=False)) == ["a", "c"]


def test_all_are_done_at_once_and_what_was_done_stays_as_it_is(
    tx: Transaction, inbox: TodoList
) -> None:
    first, _, _ = add(tx, inbox.id, "a", "b", "c")
    done = change(tx, first, done=True)
    changed = todos.set_all_done(tx, inbox.id, True, TODAY)
    assert titles(changed) == ["b", "c"]
    assert all(each.done and each.version == 2 for each in changed)
    assert todos.get(tx, first.id) == done
    assert titles(todos.set_all_done(tx, inbox.id, False, TODAY)) == ["a", "b", "c"]
    assert not todos.in_list(tx, inbox.id, done=True)


def test_what_is_deleted_comes_back_as_it_was_to_where_it_was(
    tx: Transaction, inbox: TodoList
) -> None:
    first, second, third = add(tx, inbox.id, "a", "b", "c")
    todos.delete(tx, [first, second])
    assert titles_in(tx, inbox.id) == ["c"]
    with pytest.raises(NotFound):
        todos.get(tx, second.id)
    moved = todos.move(tx, third, Place(after=None))
    assert titles(todos.restore(tx, [second.id, first.id, third.id, 10**6])) == ["a", "b", "c"]
    assert sorted(titles_in(tx, inbox.id)) == ["a", "b", "c"]
    assert titles_in(tx, inbox.id).index("a") < titles_in(tx, inbox.id).index("b")
    assert todos.get(tx, third.id) == moved, "what was not deleted is left alone"
    assert todos.get(tx, first.id).version == 3


def test_clearing_deletes_what_is_done_and_says_what_that_was(
    tx: Transaction, inbox: TodoList
) -> None:
    first, second, _ = add(tx, inbox.id, "a", "b", "c")
    change(tx, first, done=True)
    change(tx, second, done=True)
    cleared = todos.clear_done(tx, inbox.id)
    assert titles(cleared) == ["a", "b"]
    assert titles_in(tx, inbox.id) == ["c"]
    todos.restore(tx, [each.id for each in cleared])
    assert titles_in(tx, inbox.id) == ["a", "b", "c"]
    assert todos.clear_done(tx, lists.add(tx, NewList(title="empty")).id) == []


def test_numbers_are_never_given_twice(tx: Transaction, inbox: TodoList) -> None:
    (last,) = add(tx, inbox.id, "a")
    tx.connection.execute(todo.delete().where(todo.c.id == last.id))
    assert add(tx, inbox.id, "b")[0].id > last.id


def test_a_list_is_full_at_its_limit_whichever_way_it_fills(
    tx: Transaction, inbox: TodoList, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(placing, "MAX_TODOS", 2)
    other = lists.add(tx, NewList(title="other"))
    first, second = add(tx, inbox.id, "a", "b")
    todos.delete(tx, [first])
    change(tx, second, due=TODAY, repeat=Repeat())
    (third,) = add(tx, inbox.id, "c")
    (elsewhere,) = add(tx, other.id, "d")
    for attempt in (
        lambda: add(tx, inbox.id, "e"),
        lambda: todos.restore(tx, [first.id]),
        lambda: todos.move(tx, elsewhere, Place(list_id=inbox.id)),
        lambda: change(tx, todos.get(tx, second.id), done=True),
    ):
        with pytest.raises(LimitReached):
            attempt()
    todos.move(tx, third, Place(list_id=inbox.id, after=None))
    assert titles_in(tx, inbox.id) == ["c", "b"]


def test_thousands_are_done_and_cleared_and_restored_at_once(
    tx: Transaction, inbox: TodoList
) -> None:
    (first,) = add(tx, inbox.id, "0")
    row = tx.connection.execute(todo.select()).one()._asdict()
    del row["id"]
    rows = [
        row | {"title": str(number), "position": f"b{number:04d}1"} for number in range(1, 9999)
    ]
    tx.connection.execute(todo.insert(), rows)
    assert len(todos.set_all_done(tx, inbox.id, True, TODAY)) == 9999
    cleared = todos.clear_done(tx, inbox.id)
    assert len(cleared) == 9999
    assert todos.in_list(tx, inbox.id) == []
    assert len(todos.restore(tx, [each.id for each in cleared])) == 9999
    assert todos.get(tx, first.id).version == 4
