"""`puretodo serve`: says where the lists are, refuses in one line, and becomes the server."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from puretodo.cli.serve import is_local
from tests.todo.faults.api import Api
from tests.todo.serving import ENVIRONMENT, serving


def refused(*arguments: str, **environment: str) -> str:
    """What it says on standard error; it must not serve."""
    done = subprocess.run(
        [sys.executable, "-m", "puretodo", "serve", *arguments],
        env=ENVIRONMENT | environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, ""), done.stderr
    return done.stderr


def test_it_serves_a_new_file_and_says_where_that_is(tmp_path: Path) -> None:
    file = tmp_path / "new" / "todo.sqlite3"
    with serving(str(file)) as server:
        assert f"The lists are kept in {file}." in server.output
        with Api(server.port) as api:
            assert [each["title"] for each in api.get("/lists")] == ["To do"]
        command = Path(f"/proc/{server.pid}/cmdline").read_text()
        assert "potstill" in command, "it took the place of the process that was started"
        assert server.stop(signal.SIGTERM) == 0


def test_what_is_decided_reaches_the_application_and_the_server(
    sqlite_url: str, tmp_path: Path
) -> None:
    elsewhere = ("--", "--chdir", str(tmp_path), "--threads", "2")
    place = os.path.relpath(sqlite_url)
    hosts = ("--hosts", "todo.example", "--hosts", "b.example")
    with serving(place, *hosts, *elsewhere) as server, Api(server.port) as api:
        for host, status in (("b.example", 200), ("localhost", 200), ("evil.example", 421)):
            assert api.ask("GET", "/lists", headers={"Host": host}).status == status, host


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["-b", "0.0.0.0:0"], "puretodo: 0.0.0.0:0 can be reached by others, and nobody"),
        (["-b", "127.0.0.1:0", "-b", ":0"], "puretodo: :0 can be reached by others, and nobody"),
        (["--timezone", "Mars/Olympus"], "puretodo: PURETODO_TIMEZONE is a name as"),
        (["--access", "password"], "puretodo: --access password: there is none yet"),
        (["--access", "accounts"], "puretodo: --access accounts: nobody has a password yet"),
        (["--db", "mysql://x/y"], "puretodo: --db: mysql is neither"),
        (["--db", "postgresql://nobody@127.0.0.1:1/x"], "puretodo: the database cannot be used"),
        (["--db", "/proc/none/todo.sqlite3"], "puretodo: No such file or directory: /proc/none"),
        (["--", "-b", ":0"], "puretodo: -b stands before `--`"),
    ],
)
def test_what_makes_no_sense_is_one_line(sqlite_url: str, arguments: list[str], line: str) -> None:
    said = refused(*arguments, PURETODO_DB=sqlite_url)
    assert said.startswith(line)
    assert said.count("\n") == 1


def test_a_database_of_a_newer_version_is_refused(sqlite_url: str) -> None:
    with closing(sqlite3.connect(sqlite_url)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    assert refused("--db", sqlite_url).startswith("puretodo: The database has revision 9999, which")


def test_who_says_so_may_open_it_to_all(sqlite_url: str) -> None:
    with serving(sqlite_url, "--access", "none", "-b", "0.0.0.0:0") as server:
        assert "Whoever reaches it may see and change everything." in server.output
        assert "It answers to localhost only; name others by --hosts." in server.output


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("127.0.0.1:8000", True),
        ("127.1.2.3", True),
        ("localhost:8000", True),
        ("[::1]:8000", True),
        ("[::1]", True),
        ("http://127.0.0.1:80", True),
        ("unix:/run/todo.sock", True),
        ("fd://3", True),
        ("https://fd://3", True),
        (":8000", False),
        ("0.0.0.0:8000", False),
        ("[::]:8000", False),
        ("todo.example:8000", False),
        ("https://192.168.1.2:443", False),
        ("192.168.1.2", False),
    ],
)
def test_an_address_is_local_if_no_other_machine_can_reach_it(address: str, expected: bool) -> None:
    assert is_local(address) == expected
