"""Order: whatever is moved wherever, it is that of a Python list on which the same was done."""

from __future__ import annotations

from random import Random

import pytest
from sqlalchemy import select

from puretodo.model.values import NewList, Place, Repeat, TodoList
from puretodo.store import lists, todos
from puretodo.store.errors import NotFound
from puretodo.store.schema import todo
from puretodo.store.scope import Transaction
from tests.todo.store.support import add, change, titles_in

STEPS = 250


class Shelf:
    """Two lists in the database beside two lists of Python's, in which the bin leaves gaps."""

    def __init__(self, tx: Transaction, random: Random, *list_ids: int) -> None:
        self._tx = tx
        self._random = random
        self._orders: dict[int, list[int]] = {each: [] for each in list_ids}
        self._binned: set[int] = set()

    def add(self) -> None:
        list_id = self._any_list()
        self._orders[list_id].append(add(self._tx, list_id, "x")[0].id)

    def move(self) -> None:
        target = self._any_list()
        source, moved = self._any_todo()
        others = [each for each in self._orders[target] if each != moved]
        after = self._random.choice([None, *others])
        current = todos.get(self._tx, moved)
        todos.move(self._tx, current, Place(after=after, list_id=target))
        self._orders[source].remove(moved)
        place = 0 if after is None else self._orders[target].index(after) + 1
        self._orders[target].insert(place, moved)

    def move_to_end(self) -> None:
        source, moved = self._any_todo()
        todos.move(self._tx, todos.get(self._tx, moved), Place())
        self._orders[source].remove(moved)
        self._orders[source].append(moved)

    def delete(self) -> None:
        _, gone = self._any_todo()
        todos.delete(self._tx, [todos.get(self._tx, gone)])
        self._binned.add(gone)

    def restore(self) -> None:
        if self._binned:
            todos.restore(self._tx, [self._binned.pop()])

    def repeat(self) -> None:
        list_id, done = self._any_todo()
        if todos.get(self._tx, done).done:
            return
        current = change(self._tx, todos.get(self._tx, done), repeat=Repeat())
        change(self._tx, current, done=True)
        order = self._orders[list_id]
        (new,) = {each.id for each in todos.in_list(self._tx, list_id)} - set(order)
        order.insert(order.index(done) + 1, new)

    def is_as_expected(self) -> bool:
        return all(
            [each.id for each in todos.in_list(self._tx, list_id)]
            == [each for each in order if each not in self._binned]
            for list_id, order in self._orders.items()
        )

    def _any_list(self) -> int:
        return self._random.choice(list(self._orders))

    def _any_todo(self) -> tuple[int, int]:
        there = [
            (list_id, each)
            for list_id, order in self._orders.items()
            for each in order
            if each not in self._binned
        ]
        return self._random.choice(there)


@pytest.mark.parametrize("seed", range(2))
def test_the_order_is_that_of_a_list_of_pythons(
    tx: Transaction, inbox: TodoList, seed: int
) -> None:
    random = Random(seed)
    shelf = Shelf(tx, random, inbox.id, lists.add(tx, NewList(title="other")).id)
    for _ in range(6):
        shelf.add()
    steps = [shelf.move] * 6 + [shelf.move_to_end, shelf.add, shelf.add, shelf.delete]
    steps += [shelf.restore, shelf.repeat]
    for _ in range(STEPS):
        step = random.choice(steps)
        step()
        assert shelf.is_as_expected(), step.__name__
    positions = list(tx.connection.execute(select(todo.c.list_id, todo.c.position)))
    assert len(set(positions)) == len(positions)


def test_what_is_moved_always_between_the_same_two_keeps_finding_room(
    tx: Transaction, inbox: TodoList
) -> None:
    first, *others = add(tx, inbox.id, *"abcd")
    for turn in range(120):
        todos.move(tx, todos.get(tx, others[turn % 3].id), Place(after=first.id))
    assert titles_in(tx, inbox.id)[:2] == ["a", "d"]


def test_what_is_deleted_is_still_a_neighbour(tx: Transaction, inbox: TodoList) -> None:
    first, second, third = add(tx, inbox.id, *"abc")
    todos.delete(tx, [second])
    todos.move(tx, third, Place(after=second.id))
    assert titles_in(tx, inbox.id) == ["a", "c"]
    todos.move(tx, first, Place(after=first.id))
    assert titles_in(tx, inbox.id) == ["a", "c"]


def test_a_place_behind_what_is_not_in_the_list_is_none(tx: Transaction, inbox: TodoList) -> None:
    other = lists.add(tx, NewList(title="other"))
    (here,) = add(tx, inbox.id, "here")
    (there,) = add(tx, other.id, "there")
    for place in (
        Place(after=there.id),
        Place(after=10**6),
        Place(list_id=10**6),
        Place(after=here.id, list_id=other.id),
    ):
        with pytest.raises(NotFound):
            todos.move(tx, here, place)
    moved = todos.move(tx, here, Place(after=there.id, list_id=other.id))
    assert (moved.list_id, moved.version) == (other.id, 2)
    assert titles_in(tx, inbox.id) == []
    assert titles_in(tx, other.id) == ["there", "here"]


def test_moving_makes_the_version_grow(tx: Transaction, inbox: TodoList) -> None:
    first, second = add(tx, inbox.id, "a", "b")
    moved = todos.move(tx, second, Place(after=None))
    assert moved.version == 2
    assert todos.get(tx, first.id) == first
