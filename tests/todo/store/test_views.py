"""To-dos of several lists: by day, by tag, by words, and what is in the bin."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from puretodo.model.values import ListChange, NewList, NewTodo, Place, TodoList
from puretodo.store import lists, todos, views
from puretodo.store.scope import Transaction
from tests.todo.store.support import TODAY, add, change, titles

DAY = timedelta(days=1)


def note(tx: Transaction, list_id: int, title: str, **more: object) -> None:
    todos.add(tx, list_id, NewTodo(title=title, **more))  # type: ignore[arg-type]


def test_today_is_what_is_due_or_overdue_and_upcoming_what_comes(
    tx: Transaction, inbox: TodoList
) -> None:
    note(tx, inbox.id, "today", due=TODAY)
    note(tx, inbox.id, "today and urgent", due=TODAY, priority=1)
    note(tx, inbox.id, "overdue", due=TODAY - 30 * DAY)
    note(tx, inbox.id, "tomorrow", due=TODAY + DAY)
    note(tx, inbox.id, "next month", due=TODAY + 31 * DAY)
    note(tx, inbox.id, "whenever")
    note(tx, inbox.id, "was done", due=TODAY)
    change(tx, todos.in_list(tx, inbox.id)[-1], done=True)
    assert titles(views.due_until(tx, TODAY)) == ["overdue", "today and urgent", "today"]
    assert titles(views.due_after(tx, TODAY)) == ["tomorrow", "next month"]
    assert views.due_counts(tx, TODAY) == (3, 1)
    assert len(views.due_until(tx, date(9999, 12, 31))) == 5


def test_everything_is_one_list_after_the_other(tx: Transaction, inbox: TodoList) -> None:
    work = lists.add(tx, NewList(title="Work"))
    add(tx, work.id, "w1", "w2")
    first, _ = add(tx, inbox.id, "a", "b")
    change(tx, first, done=True)
    assert titles(views.everything(tx)) == ["a", "b", "w1", "w2"]
    assert titles(views.everything(tx, done=False)) == ["b", "w1", "w2"]
    assert titles(views.everything(tx, done=True)) == ["a"]
    assert titles(views.everything(tx, most=3)) == ["a", "b", "w1"]
    lists.move(tx, work, Place(after=None))
    assert titles(views.everything(tx)) == ["w1", "w2", "a", "b"]


def test_what_is_archived_or_in_the_bin_is_in_no_view(tx: Transaction, inbox: TodoList) -> None:
    old, gone = (lists.add(tx, NewList(title=name)) for name in ("old", "gone"))
    for list_id in (old.id, gone.id, inbox.id):
        note(tx, list_id, "tea", due=TODAY, tags=["x"])
    lists.change(tx, old, ListChange(archived=True))
    lists.delete(tx, gone)
    todos.delete(tx, todos.in_list(tx, inbox.id))
    for view in (
        views.due_until(tx, TODAY),
        views.due_after(tx, TODAY - DAY),
        views.everything(tx),
        views.tagged(tx, "x"),
        views.found(tx, "tea"),
        views.tags(tx),
    ):
        assert view == []
    assert titles(views.deleted(tx)) == ["tea"]


def test_tags_are_counted_by_what_is_open(tx: Transaction, inbox: TodoList) -> None:
    note(tx, inbox.id, "a", tags=["shop", "água"])
    note(tx, inbox.id, "b", tags=["Shop"])
    note(tx, inbox.id, "c", tags=["done"])
    change(tx, todos.in_list(tx, inbox.id)[-1], done=True)
    assert views.tags(tx) == [("shop", 2), ("água", 1)]
    assert titles(views.tagged(tx, "SHOP")) == ["a", "b"]
    assert titles(views.tagged(tx, "done")) == ["c"]
    assert views.tagged(tx, "sho") == []
    assert views.tagged(tx, "a\x00") == []


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("pao", ["Comprar PÃO e água"]),
        ("PÃO", ["Comprar PÃO e água"]),
        ("agua compr", ["Comprar PÃO e água"]),
        ("strasse", ["Straße"]),
        ("100%", ["100% sure"]),
        ("%", ["100% sure"]),
        ("_", ["snake_case"]),
        ("e_c", ["snake_case"]),
        ("\\", ["back\\slash"]),
        ("/", ["and/or"]),
        ("'", ["it's"]),
        ("#shop", ["tagged"]),
        ("noted", ["with notes"]),
        ("🚰", ["🚰"]),
        ("nothing like it", []),
        ("", []),
        (" \t\x00", []),
        ("qq\x00\ud800", []),
    ],
)
def test_a_search_finds_what_has_all_the_words(
    tx: Transaction, inbox: TodoList, words: str, expected: list[str]
) -> None:
    add(tx, inbox.id, "Comprar PÃO e água", "Straße", "100% sure", "snake_case", "back\\slash")
    add(tx, inbox.id, "and/or", "it's", "🚰")
    note(tx, inbox.id, "tagged", tags=["shop"])
    note(tx, inbox.id, "with notes", notes="is noted,\nshort")
    assert titles(views.found(tx, words)) == expected


def test_a_search_for_a_thousand_words_is_answered(tx: Transaction, inbox: TodoList) -> None:
    add(tx, inbox.id, "tea")
    assert titles(views.found(tx, "t e " * 1000)) == ["tea"]
    assert views.found(tx, " ".join(map(str, range(2000)))) == []


def test_a_search_shows_what_is_open_first(tx: Transaction, inbox: TodoList) -> None:
    first, _ = add(tx, inbox.id, "tea 1", "tea 2")
    change(tx, first, done=True)
    assert titles(views.found(tx, "tea")) == ["tea 2", "tea 1"]


def test_a_change_is_found_by_its_new_words_only(tx: Transaction, inbox: TodoList) -> None:
    (tea,) = add(tx, inbox.id, "tea")
    change(tx, tea, title="coffee", tags=["hot"])
    assert views.found(tx, "tea") == []
    assert titles(views.found(tx, "coffee #hot")) == ["coffee"]


def test_the_bin_shows_the_last_deleted_first(tx: Transaction, inbox: TodoList) -> None:
    first, second = add(tx, inbox.id, "a", "b")
    todos.delete(tx, [first])
    later = Transaction(tx.connection, tx.scope, tx.now + DAY)
    todos.delete(later, [second])
    assert titles(views.deleted(tx)) == ["b", "a"]
    lists.delete(tx, inbox)
    assert views.deleted(tx) == [], "it comes back with its list"
