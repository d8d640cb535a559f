"""A terminal that a page's sessions are typed into, to see whether they go as the page shows.

The convention: in a block marked `console` each line that begins with "$ " is typed, with the
lines that a backslash continues it on. What stands below it has to appear, in whatever order two
processes print it: `...` stands for what differs from time to time, and alone on its line for
lines that are left out; nothing else may appear. A command that ends in "&" goes on beside the
others until `kill %1`. Ports from 8000 to 8999 become ports that are free.

All blocks of a page share a directory, which has `whoami.py` in it and the files of the tutorial as
the package `shopping`, and the environment.
"""

from __future__ import annotations

import os
import random
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from tests.support.server import ROOT
from tests.support.wire import until

PATIENCE = 20
_PORT = re.compile(r"\b8[0-9]{3}\b")


@dataclass(frozen=True, slots=True)
class Step:
    """One command, and the lines that the page shows below it."""

    command: str
    shown: list[str]


def steps(block: str) -> Iterator[Step]:
    """The commands of a session, in order."""
    for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
        lines = part.splitlines()
        command = lines.pop(0)
        while command.endswith("\\"):
            command = command[:-1] + lines.pop(0).removeprefix("> ")
        yield Step(command, lines)


def with_free_ports(text: str) -> str:
    """The text with a free port in place of each from 8000 to 8999."""
    wanted = set(_PORT.findall(text))
    ports = dict(zip(wanted, _free_ports(), strict=False))
    return _PORT.sub(lambda match: str(ports[match[0]]), text)


def _free_ports() -> Iterator[int]:
    """Ports that nobody listens at, and that the kernel gives to no connection meanwhile.

    It takes those from 32768 on (ip_local_port_range): one of them, free now, may be taken when the
    page comes to it.
    """
    for port in random.sample(range(20_000, 32_000), 1_000):
        with socket.socket() as sock:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                sock.bind(("", port))
            except OSError:
                continue
        yield port


class Terminal:
    """One screen and one directory for all that is typed; what still runs is ended with it."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory / "here"
        self._directory.mkdir()
        (self._directory / "whoami.py").write_bytes((ROOT / "examples/whoami.py").read_bytes())
        shutil.copytree(
            ROOT / "examples/web_tutorial",
            self._directory / "shopping",
            ignore=shutil.ignore_patterns("__pycache__"),
        )
        self._path = directory / "screen"
        self._screen = self._path.open("ab")
        self._jobs: dict[str, subprocess.Popen[bytes]] = {}
        self._environment = {
            name: value for name, value in os.environ.items() if not name.startswith("POTSTILL_")
        } | {
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "NO_PROXY": "*",
            "LC_ALL": "C.UTF-8",
        }
        self._seen = 0

    def __enter__(self) -> Terminal:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for job in self._jobs.values():
            job.kill()
            job.wait()
        self._screen.close()

    def type(self, step: Step) -> None:
        """Run a command; AssertionError when it does not show what the page does."""
        command = step.command
        if export := re.fullmatch(r"export (\w+)=(\S+)", command):
            self._environment[export[1]] = export[2]
        elif command.endswith("&"):
            self._jobs[f"%{len(self._jobs) + 1}"] = self._begin(f"exec {command[:-1]}")
        elif command.startswith("kill %"):
            job = self._jobs.pop(command.removeprefix("kill "))
            job.terminate()
            job.wait(PATIENCE)
        else:
            self._begin(command).wait(PATIENCE)
        self._expect(step)

    def expect_no_jobs(self) -> None:
        """AssertionError when the page leaves something running."""
        assert not self._jobs

    def _begin(self, command: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            ["bash", "-c", command],
            cwd=self._directory,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=self._screen,
            stderr=self._screen,
        )

    def _expect(self, step: Step) -> None:
        try:
            until(lambda: not differences(step.shown, self._new_lines()), timeout=PATIENCE)
        except AssertionError:
            told = "\n".join(differences(step.shown, self._new_lines()))
            raise AssertionError(f"$ {step.command}\n{told}") from None
        self._seen = self._path.stat().st_size

    def _new_lines(self) -> list[str]:
        return self._path.read_bytes()[self._seen :].decode().splitlines()


def differences(shown: list[str], printed: list[str]) -> list[str]:
    """The lines that a page shows and that were not printed, with "-"; the others with "+"."""
    left = list(printed)
    found = []
    for line in shown:
        pattern = re.compile(".*".join(map(re.escape, line.split("..."))))
        fitting = next((each for each in left if pattern.fullmatch(each)), None)
        if line == "...":
            continue
        if fitting is None:
            found.append(f"- {line}")
        else:
            left.remove(fitting)
    more = [] if "..." in shown else [f"+ {line}" for line in left]
    return found + more
