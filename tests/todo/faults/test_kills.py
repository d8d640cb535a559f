"""`kill -9` at any moment, under writes: what was acknowledged is there, and the file is sound.

Two servers with a file each are killed and started again, over and over, while several clients
write. Each client keeps what it was told; what was on its way when the server died may have
happened or not, and nothing in between. The last start is that of a real `puretodo serve`; those
before it are forked, which saves them the imports. `TODO_KILLS=1000` kills a thousand times.
"""

from __future__ import annotations

import os
import random
import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from http.client import HTTPException
from itertools import count
from pathlib import Path

import pytest

from tests.todo.faults.api import Api
from tests.todo.faults.nursery import Forked, nursery
from tests.todo.serving import serving

KILLS = int(os.environ.get("TODO_KILLS", "100"))
LANES = 2
WRITERS = 3
LONGEST = 0.12
"""Seconds of writing before a kill; a write takes about a hundredth of that."""

State = tuple[str, bool] | None
"""Title and whether it is done; None: deleted."""


class Writer:
    """A client with to-dos of its own, and what it knows of them."""

    def __init__(self, name: str, chance: random.Random) -> None:
        self._name = name
        self._chance = chance
        self._numbers = count()
        self._known: dict[int, State] = {}
        self._on_its_way: tuple[int | None, State] | None = None
        """What was asked for and not yet acknowledged; no number: a new one."""
        self.acknowledged = 0

    def write(self, port: int, lost: threading.Event) -> None:
        """Write until the server is gone."""
        try:
            with Api(port) as api:
                while True:
                    self._chance.choice((self._add, self._change, self._change, self._delete))(api)
                    self._on_its_way = None
                    self.acknowledged += 1
        except (OSError, HTTPException):
            lost.set()

    def check(self, there: dict[int, State]) -> None:
        """Compare what it knows with what is there, and know that from now on."""
        mine = {id: state for id, state in there.items() if state and self._owns(state[0])}
        number, asked = self._on_its_way or (None, None)
        for id, state in self._known.items():
            found = mine.pop(id, None)
            assert found == state or (id == number and found == asked), (id, state, found)
            self._known[id] = found
        for id, state in mine.items():
            assert (number, asked) == (None, state), f"{state} was never asked for"
            self._known[id] = state
            number = id
        self._known = {id: state for id, state in self._known.items() if state}
        self._on_its_way = None

    def _owns(self, title: str) -> bool:
        return title.startswith(f"{self._name} ")

    def _title(self) -> str:
        return f"{self._name} {next(self._numbers)}"

    def _add(self, api: Api) -> None:
        title = self._title()
        self._on_its_way = (None, (title, False))
        self._known[api.post("/lists/1/todos", {"title": title})["id"]] = (title, False)

    def _change(self, api: Api) -> None:
        if (id := self._any()) is not None:
            wanted = (self._title(), self._chance.random() < 0.5)
            self._on_its_way = (id, wanted)
            api.patch(f"/todos/{id}", {"title": wanted[0], "done": wanted[1]})
            self._known[id] = wanted

    def _delete(self, api: Api) -> None:
        if (id := self._any()) is not None:
            self._on_its_way = (id, None)
            api.delete(f"/todos/{id}")
            self._known[id] = None

    def _any(self) -> int | None:
        there = [id for id, state in self._known.items() if state]
        return self._chance.choice(there) if there else None


@pytest.mark.timeout(60 + 3 * KILLS)
def test_no_acknowledged_change_is_lost_however_often_the_server_is_killed(
    tmp_path: Path,
) -> None:
    with ThreadPoolExecutor(LANES) as pool:
        files = [tmp_path / f"{number}.sqlite3" for number in range(LANES)]
        counts = list(pool.map(lane, files, range(LANES)))
    print(f"{KILLS} kills, {sum(counts)} changes acknowledged")
    assert sum(counts) > KILLS, "they were killed before they had anything to do"


def lane(file: Path, seed: int) -> int:
    """Kill a server its share of times; how many changes were acknowledged."""
    chance = random.Random(seed)
    writers = [Writer(f"w{number}", random.Random(number)) for number in range(WRITERS)]
    with nursery() as servers:
        for _ in range(KILLS // LANES):
            with servers.serving(file) as server:
                look(server.port, file, writers)
                killed_while_writing(server, writers, chance.uniform(0, LONGEST))
    with serving(str(file)) as restarted:
        look(restarted.port, file, writers)
    return sum(writer.acknowledged for writer in writers)


def killed_while_writing(server: Forked, writers: list[Writer], patience: float) -> None:
    """Kill it after so many seconds."""
    is_lost = threading.Event()
    threads = [
        threading.Thread(target=writer.write, args=(server.port, is_lost)) for writer in writers
    ]
    for thread in threads:
        thread.start()
    assert not is_lost.wait(patience), server.output
    server.kill()
    for thread in threads:
        thread.join(30)
        assert not thread.is_alive()


def look(port: int, file: Path, writers: list[Writer]) -> None:
    """Is the file sound, and is everything in it that was promised?"""
    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert connection.execute("PRAGMA foreign_key_check").fetchone() is None
    with Api(port) as api:
        found = api.get("/lists/1/todos")
    there: dict[int, State] = {each["id"]: (each["title"], each["done"]) for each in found}
    for writer in writers:
        writer.check(there)
