"""A PostgreSQL of the tests' own: its data and its socket in a new folder, gone afterwards.

It sorts as people do (ICU), not as bytes, so what forgets to say `COLLATE "C"` fails here. It
listens at no TCP port: nobody else can have taken a path.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import psycopg

from tests.support.wire import until

USER = "postgres"
LOCALE = ("--encoding=UTF8", "--locale=C.UTF-8", "--locale-provider=icu", "--icu-locale=en")
QUICK = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "shared_buffers=16MB")


class Postgres:
    """One server with any number of databases."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._user = USER if os.geteuid() == 0 else None  # it refuses to run as root
        self._numbers = count(1)
        self._process: subprocess.Popen[bytes] | None = None

    def create(self) -> None:
        """Make the files of a new server."""
        if self._user:
            account = pwd.getpwnam(self._user)
            os.chown(self._folder, account.pw_uid, account.pw_gid)
        subprocess.run(
            [_program("initdb"), "-D", "data", "--no-sync", "-Atrust", f"-U{USER}", *LOCALE],
            user=self._user,
            cwd=self._folder,
            check=True,
            capture_output=True,
        )

    def start(self) -> None:
        """Start it; it takes connections when this returns."""
        settings = [f"-c{each}" for each in (*QUICK, "max_connections=200", "listen_addresses=")]
        command = [str(_program("postgres")), "-D", "data", "-k", str(self._folder), *settings]
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                command,
                user=self._user,
                cwd=self._folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        until(self._answers, timeout=30)

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """Stop it, unless that was done: SIGINT ends all connections, SIGQUIT is a crash."""
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(30)
            self._process = None

    def make(self, template: str | None = None) -> str:
        """A new database, empty or a copy of another whose URL is given; its URL."""
        name = f"todo_{next(self._numbers)}"
        copied = f" TEMPLATE {_name(template)}" if template else ""
        self._execute(f"CREATE DATABASE {name}{copied}")
        return f"postgresql://{USER}@/{name}?host={self._folder}"

    def drop(self, url: str) -> None:
        """Remove a database, whoever is connected to it."""
        self._execute(f"DROP DATABASE {_name(url)} WITH (FORCE)")

    def _answers(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, (self._folder / "log").read_text()
        try:
            self._execute("SELECT 1")
        except psycopg.OperationalError:
            return False
        return True

    def _execute(self, statement: str) -> None:
        place = f"postgresql://{USER}@/postgres?host={self._folder}"
        with psycopg.connect(place, autocommit=True) as connection:
            connection.execute(statement.encode())


@contextmanager
def postgres() -> Iterator[Postgres]:
    """A server that runs, and is gone afterwards with all it had."""
    folder = Path(tempfile.mkdtemp(prefix="puretodo-"))  # pytest's own is closed to other users
    server = Postgres(folder)
    try:
        server.create()
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder)


def _name(url: str) -> str:
    return url.partition("@/")[2].partition("?")[0]


def _program(name: str) -> Path:
    """The newest that is installed; Debian keeps them out of the search path."""
    found = sorted(
        Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: int(path.parts[4])
    )
    assert found, "PostgreSQL is needed: apt-get install postgresql"
    return found[-1]
