"""`puretodo user`, as it is typed; each command is a process of its own only where that matters."""

from __future__ import annotations

import io
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from puretodo.access import passwords
from puretodo.access.keys import Keys
from puretodo.access.passwords import Passwords
from puretodo.cli import main
from puretodo.settings import Settings
from puretodo.store import accounts, passes
from puretodo.store.accounts import Account
from puretodo.store.database import Database
from puretodo.store.location import location
from puretodo.store.passes import NewPass
from puretodo.store.scope import Scope
from tests.todo.access.site import CHEAP, PASSWORD

Run = Callable[..., int]


@pytest.fixture
def run(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs `puretodo user` with this on standard input, which is no terminal."""
    cheap = Passwords(CHEAP)
    monkeypatch.setattr("puretodo.cli.users.Passwords", lambda: cheap)

    def run(action: str, *arguments: str, typed: str = "") -> int:
        monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
        return main(["user", action, "--db", sqlite_url, *arguments])

    return run


@pytest.fixture
def known(sqlite_url: str) -> Callable[[str], Account | None]:
    """Looks an account up."""

    def known(name: str) -> Account | None:
        database = Database(location(sqlite_url))
        with database.connect() as connection:
            found = accounts.named(connection, name)
        database.close()
        return found

    return known


def test_an_account_is_made_with_the_password_that_was_sent(
    run: Run, known: Callable[[str], Account | None], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("add", "Ada", typed=f"{PASSWORD}\nmore\n") == 0
    assert capsys.readouterr().out == "Added Ada.\n"
    ada = known("ada")
    assert ada is not None
    assert Passwords(CHEAP).is_right(PASSWORD, ada.password)


@pytest.mark.parametrize("typed", ["", "short\n"])
def test_no_account_is_made_without_a_good_password(
    run: Run,
    known: Callable[[str], Account | None],
    capsys: pytest.CaptureFixture[str],
    typed: str,
) -> None:
    assert run("add", "Ada", typed=typed) == 2
    assert capsys.readouterr().err == "puretodo: A password has 8 to 200 characters.\n"
    assert known("Ada") is None


def test_a_name_is_given_once(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("add", "OWNER", typed=PASSWORD) == 2
    assert capsys.readouterr().err == "puretodo: There is somebody of that name already.\n"


def test_accounts_are_listed_with_what_they_have(
    run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    run("add", "Ada", typed=PASSWORD)
    capsys.readouterr()
    assert run("list") == 0
    assert capsys.readouterr().out == (
        "owner\t1 lists\t0 to-dos\tno password\nAda\t1 lists\t0 to-dos\tcan log in\n"
    )


def test_a_new_password_ends_all_sessions(
    run: Run,
    known: Callable[[str], Account | None],
    sqlite_url: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    owner = known("owner")
    assert owner is not None
    database = Database(location(sqlite_url))
    with database.writing(Scope(owner.id)) as tx:
        passes.issue(tx, NewPass("session"))
        token = passes.issue(tx, NewPass("api"))
    assert run("password", typed=f"{PASSWORD}\r\n") == 0
    assert capsys.readouterr().out == "The password of owner is set. Sessions ended: 1.\n"
    with database.reading(Scope(owner.id)) as tx:
        assert passes.by_kind(tx, "session") == []
        assert passes.by_kind(tx, "api") == [token]
    database.close()
    owner = known("owner")
    assert owner is not None
    assert Passwords(CHEAP).is_right(PASSWORD, owner.password)


def test_an_account_can_be_called_otherwise(
    run: Run, known: Callable[[str], Account | None]
) -> None:
    assert run("rename", "owner", " Maria ") == 0
    assert known("owner") is None
    maria = known("Maria")
    assert maria is not None
    assert maria.name == "Maria"


def test_an_account_is_removed_when_that_is_meant(
    run: Run, known: Callable[[str], Account | None], capsys: pytest.CaptureFixture[str]
) -> None:
    run("add", "Ada", typed=PASSWORD)
    assert run("remove", "Ada") == 2
    assert "nothing was deleted" in capsys.readouterr().err
    assert known("Ada") is not None
    assert run("remove", "Ada", "--yes") == 0
    assert "Ada has 1 lists with 0 to-dos.\nRemoved Ada." in capsys.readouterr().out
    assert known("Ada") is None


def test_the_last_account_stays(run: Run, known: Callable[[str], Account | None]) -> None:
    assert run("remove", "owner", "--yes") == 2
    assert known("owner") is not None


@pytest.mark.parametrize(
    ("action", "more"), [("password", ()), ("rename", ("x",)), ("remove", ()), ("token", ("x",))]
)
def test_who_is_not_there_is_said_in_one_line(
    run: Run, capsys: pytest.CaptureFixture[str], action: str, more: tuple[str, ...]
) -> None:
    assert run(action, "Nobody", *more, typed=PASSWORD) == 2
    said = capsys.readouterr().err
    assert (
        said
        == "puretodo: there is no account called 'Nobody'; `puretodo user list` has the names\n"
    )


def test_a_token_is_all_that_is_printed(
    run: Run,
    sqlite_url: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PURETODO_SECRET", "s" * 40)
    assert run("token", "owner", "backup script") == 0
    token = capsys.readouterr().out.strip()
    database = Database(location(sqlite_url))
    keys = Keys(database, Settings(database.url, secret="s" * 40))
    with database.reading(Scope(1)) as tx:
        (issued,) = passes.by_kind(tx, "api")
    database.close()
    assert keys.tokens.read("api", token) == issued.id
    assert issued.label == "backup script"


def test_passwords_are_kept_at_the_usual_costs(sqlite_url: str) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "puretodo", "user", "password", "--db", sqlite_url],
        input=PASSWORD,
        text=True,
        capture_output=True,
        check=False,
    )
    assert (ran.returncode, ran.stderr) == (0, "")
    database = Database(location(sqlite_url))
    with database.connect() as connection:
        owner = accounts.owner(connection)
    database.close()
    assert owner is not None
    assert owner.password is not None
    assert not Passwords(passwords.USUAL_COSTS).is_outdated(owner.password)


def test_a_database_that_cannot_be_opened_is_said_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("no database")
    assert main(["user", "list", "--db", str(tmp_path / "file")]) == 2
    said = capsys.readouterr().err
    assert said.startswith("puretodo: ")
    assert said.count("\n") == 1
