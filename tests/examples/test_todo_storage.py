"""The to-do list is kept: over restarts, beside other writers, where its user looks for it."""

from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from tests.support.server import potstill

from .site import Site, served

EXAMPLE = "examples.todo_pep3333:app"


def test_the_list_is_the_same_after_a_restart(tmp_path: Path) -> None:
    database = tmp_path / "kept.sqlite3"
    with served(database) as site:
        kept = [site.add("Fill the casks"), site.add("Wait twelve years")]
        site.send("PATCH", f"/todos/{kept[0]['id']}", {"done": True})
        before = site.todos()
        assert site.server.stop() == 0
    with served(database) as site:
        assert site.todos() == before


def test_a_killed_server_loses_nothing(tmp_path: Path) -> None:
    database = tmp_path / "killed.sqlite3"
    with served(database) as site:
        todo = site.add("Survive")
        site.server.process.kill()
        site.server.process.wait()
    with served(database) as site:
        assert site.todos() == [todo]


def test_the_number_of_a_deleted_item_is_not_given_again(tmp_path: Path) -> None:
    database = tmp_path / "numbers.sqlite3"
    with served(database) as site:
        gone = site.add("The last")["id"]
        site.ask("DELETE", f"/todos/{gone}")
    with served(database) as site:
        assert site.add("A newer one")["id"] > gone


def test_writers_at_the_same_time_lose_nothing(tmp_path: Path) -> None:
    titles = [f"item {number}" for number in range(60)]
    with (
        served(tmp_path / "busy.sqlite3", "--threads", "4") as site,
        ThreadPoolExecutor(4) as pool,
    ):
        added = list(pool.map(site.add, titles))
        assert {todo["title"] for todo in added} == set(titles)
        assert len({todo["id"] for todo in added}) == len(titles)
        changes = [(site, todo["id"]) for todo in added]
        assert set(pool.map(_cross_off, changes)) == {200}
        assert all(todo["done"] for todo in site.todos())


def test_two_servers_share_one_file(tmp_path: Path) -> None:
    database = tmp_path / "shared.sqlite3"
    with served(database) as one, served(database) as other, ThreadPoolExecutor(2) as pool:
        sites = [one, other] * 20
        added = list(pool.map(lambda site: site.add("shared"), sites))
        assert len({todo["id"] for todo in added}) == len(sites)
        assert one.todos() == other.todos() == sorted(added, key=lambda todo: todo["id"])


def test_readers_do_not_wait_for_a_writer(tmp_path: Path) -> None:
    database = tmp_path / "read.sqlite3"
    with served(database) as site, closing(sqlite3.connect(database)) as writer:
        todo = site.add("Be seen")
        writer.execute("DELETE FROM todo")  # a transaction that stays open
        assert site.todos() == [todo]
        writer.rollback()


@pytest.mark.parametrize(
    ("variables", "place"),
    [
        ({"TODO_DB": "", "XDG_DATA_HOME": "{}/data"}, "data/potstill/todo.sqlite3"),
        ({"TODO_DB": "", "XDG_DATA_HOME": "", "HOME": "{}"}, ".local/share/potstill/todo.sqlite3"),
        ({"TODO_DB": "{}/new/mine.db"}, "new/mine.db"),
    ],
)
def test_the_list_is_where_its_user_looks_for_it(
    tmp_path: Path, variables: dict[str, str], place: str
) -> None:
    env = {name: value.format(tmp_path) for name, value in variables.items()}
    with potstill(EXAMPLE, env=env) as server:
        Site(server).add("Be found")
    with closing(sqlite3.connect(tmp_path / place)) as database:
        assert database.execute("SELECT title FROM todo").fetchall() == [("Be found",)]


def _cross_off(change: tuple[Site, int]) -> int:
    site, number = change
    return site.send("PATCH", f"/todos/{number}", {"done": True}).status
