"""`puretodo export` and `puretodo import`, as an operator runs them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest


def puretodo(*arguments: str, data: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "puretodo", *arguments]
    return subprocess.run(command, input=data, capture_output=True, timeout=60, check=False)


def test_a_file_goes_in_and_comes_out(sqlite_url: str, tmp_path: Path) -> None:
    file = tmp_path / "mine.txt"
    file.write_text("(A) milk +Shop due:2026-12-05\nx done\n", "utf-8")
    done = puretodo("import", str(file), "--db", sqlite_url)
    assert (done.returncode, done.stderr) == (0, b"Imported 2 lists with 2 to-dos.\n")
    out = tmp_path / "all.csv"
    done = puretodo("export", str(out), "--db", sqlite_url)
    assert (done.returncode, done.stderr) == (0, b"Exported 2 lists with 2 to-dos.\n")
    assert "milk" in out.read_text("utf-8-sig")
    assert [path.name for path in tmp_path.glob(".*")] == []


def test_it_can_be_piped_from_one_database_to_another(sqlite_url: str, tmp_path: Path) -> None:
    puretodo("import", "-", "--format", "todotxt", "--db", sqlite_url, data=b"milk\n")
    out = puretodo("export", "-", "--db", sqlite_url).stdout
    other = str(tmp_path / "other.sqlite3")
    assert puretodo("import", "-", "--db", other, data=out).returncode == 0
    assert puretodo("export", "-", "--db", other).stdout == out


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["import", "nowhere.csv"], b"puretodo: No such file or directory: nowhere.csv\n"),
        (["export", "-", "--user", "ada"], b"puretodo: there is no account called 'ada';"),
        (["export", "-", "--db", "mysql://x/y"], b"puretodo: --db: mysql is neither"),
        (["export", "-", "--db", "postgresql://nobody@127.0.0.1:1/x"], b"puretodo: the database"),
    ],
)
def test_what_is_wrong_is_one_line(arguments: list[str], line: bytes, sqlite_url: str) -> None:
    if "--db" not in arguments:
        arguments = [*arguments, "--db", sqlite_url]
    done = puretodo(*arguments)
    assert done.returncode == 2
    assert done.stderr.startswith(line)
    assert done.stderr.count(b"\n") == 1


def test_a_file_that_is_wrong_is_told_with_its_line(sqlite_url: str) -> None:
    data = b"list,title,due\nShop,milk,someday\n"
    done = puretodo("import", "-", "--format", "csv", "--db", sqlite_url, data=data)
    assert done.returncode == 2
    assert done.stderr.startswith(b"puretodo: Line 2: ")
