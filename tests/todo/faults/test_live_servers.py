"""Live updates between servers: heard within a second, and nothing missed by who changes over."""

from __future__ import annotations

import subprocess
import sys

from tests.todo.faults.api import Api
from tests.todo.faults.conftest import Pair
from tests.todo.faults.streams import streams

SOON = 1.0
"""Seconds."""


def add(port: int, title: str) -> int:
    with Api(port) as api:
        number: int = api.post("/lists/1/todos", {"title": title})["id"]
        return number


def test_each_hears_of_the_others_changes_within_a_second(pair: Pair) -> None:
    with streams(pair.one.port, pair.other.port) as tabs:
        for turn, port in enumerate((pair.one.port, pair.other.port) * 2, 1):
            tabs.await_todo(add(port, f"turn {turn}"), SOON)


def test_who_changes_over_to_the_other_server_is_told_what_was_missed(pair: Pair) -> None:
    with streams(pair.one.port) as tabs:
        tabs.await_todo(add(pair.one.port, "heard"), SOON)
        heard = tabs.members[0].last_seq()
    missed = [add(pair.one.port, "missed"), add(pair.other.port, "missed too")]
    with streams(pair.other.port, after=heard) as tabs:
        tabs.await_todo(missed[-1], SOON)
        told = [each["id"] for data in tabs.members[0].changes() for each in data["todos"]]
    assert told == missed


def test_what_was_done_by_the_command_line_is_heard(pair: Pair) -> None:
    with streams(pair.one.port, pair.other.port) as tabs:
        command = [sys.executable, "-m", "puretodo", "import", "-", "--format", "todotxt"]
        subprocess.run([*command, "--db", pair.db], input=b"typed\n", check=True)
        tabs.await_change(lambda data: [each["open"] for each in data["lists"]] == [1], SOON)
