"""`puretodo backup` and `puretodo restore`, as an operator runs them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.todo.faults.api import Api
from tests.todo.faults.streams import streams
from tests.todo.postgres import Postgres
from tests.todo.serving import serving


def puretodo(*arguments: str, data: bytes = b"") -> tuple[int, str]:
    """The exit code, and what is said on standard error."""
    done = subprocess.run(
        [sys.executable, "-m", "puretodo", *arguments],
        input=data,
        capture_output=True,
        timeout=60,
        check=False,
    )
    return done.returncode, done.stderr.decode()


def exported(db: str) -> bytes:
    command = [sys.executable, "-m", "puretodo", "export", "-", "--format", "json", "--db", db]
    return subprocess.run(command, capture_output=True, check=True, timeout=60).stdout


def test_a_backup_moves_everything_to_the_other_kind_and_back(
    sqlite_url: str, postgres_server: Postgres, tmp_path: Path
) -> None:
    puretodo("import", "-", "--format", "todotxt", "--db", sqlite_url, data=b"milk +Shop\nx tea\n")
    first, second = tmp_path / "first.backup", tmp_path / "second.backup"
    postgres, back = postgres_server.make(), str(tmp_path / "back.sqlite3")
    assert puretodo("backup", str(first), "--db", sqlite_url) == (
        0,
        f"{first} has all of {sqlite_url}.\n",
    )
    assert puretodo("restore", str(first), "--db", postgres)[0] == 0
    assert puretodo("backup", str(second), "--db", postgres)[0] == 0
    assert puretodo("restore", str(second), "--db", back)[0] == 0
    assert exported(sqlite_url) == exported(postgres) == exported(back)


def test_lists_are_not_lost_unless_that_is_said(sqlite_url: str, tmp_path: Path) -> None:
    backup = str(tmp_path / "backup")
    puretodo("backup", backup, "--db", sqlite_url)
    puretodo("import", "-", "--format", "todotxt", "--db", sqlite_url, data=b"milk\n")
    code, said = puretodo("restore", backup, "--db", sqlite_url)
    assert (code, said.startswith("puretodo: there are lists in ")) == (2, True)
    assert b"milk" in exported(sqlite_url)
    assert puretodo("restore", backup, "--db", sqlite_url, "--force")[0] == 0
    assert b"milk" not in exported(sqlite_url)


def test_while_it_is_served_it_is_backed_up_and_restored_and_pages_are_told(
    database_url: str, tmp_path: Path
) -> None:
    backup = str(tmp_path / "backup")
    with serving(database_url, "--hosts", "a") as server, Api(server.port) as api:
        api.post("/lists/1/todos", {"title": "kept"})
        assert puretodo("backup", backup, "--db", database_url)[0] == 0
        lost = api.post("/lists/1/todos", {"title": "lost"})
        with streams(server.port) as tabs:
            code, said = puretodo("restore", backup, "--db", database_url, "--force")
            assert code == 0, said
            tabs.await_event(1)
            assert [event.name for event in tabs.members[0].heard()] == ["reload"]
        assert [each["title"] for each in api.get("/lists/1/todos")] == ["kept"]
        assert api.post("/lists/1/todos", {"title": "new"})["id"] > lost["id"]


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["restore", "nowhere"], "puretodo: No such file or directory: nowhere\n"),
        (["restore", "README.md"], "puretodo: README.md is no backup of Pure Todo: file is not"),
        (["backup", "/proc/none/x"], "puretodo: No such file or directory: /proc/none/"),
    ],
)
def test_what_is_wrong_is_one_line(arguments: list[str], line: str, sqlite_url: str) -> None:
    code, said = puretodo(*arguments, "--db", sqlite_url)
    assert code == 2
    assert said.startswith(line)
    assert said.count("\n") == 1
