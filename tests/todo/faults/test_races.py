"""Two servers on one database: who comes second is told so, and nothing that succeeded is lost."""

from __future__ import annotations

import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from typing import TypeVar

from sqlalchemy import select

from puretodo.store.database import Database
from puretodo.store.location import location
from puretodo.store.schema import todo
from tests.todo.faults.api import Api
from tests.todo.faults.conftest import Pair

WRITERS = 4
EACH = 15

T = TypeVar("T")


def racing(pair: Pair, work: Callable[[Api, int], T]) -> list[T]:
    """What each of the writers makes of it, half of them at one server, half at the other."""

    def run(number: int) -> T:
        with Api((pair.one, pair.other)[number % 2].port) as api:
            return work(api, number)

    with ThreadPoolExecutor(WRITERS) as pool:
        return list(pool.map(run, range(WRITERS)))


def new_list(pair: Pair, title: str) -> int:
    with Api(pair.one.port) as api:
        number: int = api.post("/lists", {"title": title})["id"]
        return number


def test_of_two_who_change_the_same_one_is_told_that_the_other_was_first(pair: Pair) -> None:
    """Everybody appends a word to what they have seen; a word that was taken is never lost."""
    list_id = new_list(pair, "append")
    with Api(pair.one.port) as api:
        todo_id = api.post(f"/lists/{list_id}/todos", {"title": "words"})["id"]

    def append(api: Api, number: int) -> tuple[list[str], int]:
        taken: list[str] = []
        refused = 0
        while len(taken) < EACH:
            seen = api.get(f"/todos/{todo_id}")
            word = f"w{number}-{len(taken)}"
            answer = api.ask(
                "PATCH",
                f"/todos/{todo_id}",
                {"notes": f"{seen['notes']} {word}"},
                {"If-Match": f'"{seen["version"]}"'},
            )
            if answer.status == 200:
                assert answer.data["version"] == seen["version"] + 1
                taken.append(word)
            else:
                assert answer.status == 412, answer
                refused += 1
        return taken, refused

    results = racing(pair, append)
    with Api(pair.other.port) as api:
        found = api.get(f"/todos/{todo_id}")
    assert sorted(found["notes"].split()) == sorted(chain(*(taken for taken, _ in results)))
    assert found["version"] == 1 + WRITERS * EACH
    assert sum(refused for _, refused in results) > 0, "nobody was in anybody's way"


def test_moves_that_race_leave_each_a_place_of_its_own(pair: Pair) -> None:
    list_id = new_list(pair, "move")
    with Api(pair.one.port) as api:
        ids = [api.post(f"/lists/{list_id}/todos", {"title": f"{n}"})["id"] for n in range(6)]

    def move(api: Api, number: int) -> None:
        chance = random.Random(number)
        for _ in range(EACH):
            moved, after = chance.sample(ids, 2)
            place = chance.choice([{"after": after}, {"after": None}, {}])
            api.post(f"/todos/{moved}/move", place)

    racing(pair, move)
    database = Database(location(pair.db))
    with database.connect() as connection:
        rows = connection.execute(select(todo.c.position).where(todo.c.list_id == list_id)).all()
    database.close()
    assert len(set(rows)) == len(rows) == len(ids)


def test_additions_that_race_are_all_there_each_once(pair: Pair) -> None:
    list_id = new_list(pair, "add")

    def add(api: Api, number: int) -> list[str]:
        titles = [f"{number}-{turn}" for turn in range(EACH)]
        for title in titles:
            api.post(f"/lists/{list_id}/todos", {"title": title})
        return titles

    titles = chain(*racing(pair, add))
    with Api(pair.other.port) as api:
        there = [each["title"] for each in api.get(f"/lists/{list_id}/todos")]
    assert sorted(there) == sorted(titles)
