"""The units of docs/sockets.md: what systemd would make of them, without systemd."""

from __future__ import annotations

import os
import shlex
import socket
import subprocess
import sys
from configparser import ConfigParser
from contextlib import ExitStack
from pathlib import Path

import pytest

from potstill.cli.arguments import parse
from potstill.settings import Settings
from tests.docs.pages import Page
from tests.support.server import ROOT
from tests.support.wire import until

KNOWN = {
    "Unit": {"Description", "Requires", "After"},
    "Socket": {"ListenStream", "SocketGroup", "SocketMode"},
    "Service": {
        "Type", "User", "WorkingDirectory", "ExecStart", "Restart", "TimeoutStopSec",
    },
    "Install": {"WantedBy"},
}  # fmt: skip
"""What systemd.socket(5), systemd.service(5) and systemd.unit(5) have of it."""

_LAUNCHER = """
import os, sys
os.environ |= {"LISTEN_PID": str(os.getpid()), "LISTEN_FDS": "1"}
os.dup2(int(sys.argv[1]), 3, inheritable=True)
os.execv(sys.executable, [sys.executable, "-m", "potstill", *sys.argv[2:]])
"""


class Unit(ConfigParser):
    """A file of systemd's, where letters keep their case."""

    def optionxform(self, optionstr: str) -> str:
        return optionstr


@pytest.fixture(scope="module")
def units() -> dict[str, Unit]:
    """The units of the page by the names of their files."""
    found = {}
    for block in Page(ROOT / "docs/sockets.md").blocks("ini"):
        unit = Unit(interpolation=None)
        unit.read_string(block)
        found[Path(block.splitlines()[0]).name] = unit
    return found


def test_the_units_say_nothing_that_systemd_does_not_know(units: dict[str, Unit]) -> None:
    assert set(units) == {"shop.socket", "shop.service"}
    for unit in units.values():
        for section in unit.sections():
            assert set(unit[section]) <= KNOWN[section]


def test_the_service_asks_for_its_socket(units: dict[str, Unit]) -> None:
    assert units["shop.service"]["Unit"]["Requires"] == "shop.socket"
    assert units["shop.socket"]["Install"]["WantedBy"] == "sockets.target"


def test_systemd_waits_longer_than_requests_may_take(units: dict[str, Unit]) -> None:
    patience = float(units["shop.service"]["Service"]["TimeoutStopSec"])
    assert patience > Settings(app="app:app").graceful_timeout


def test_the_command_serves_on_the_socket_of_the_unit(
    units: dict[str, Unit], tmp_path: Path
) -> None:
    _, _, *arguments = shlex.split(units["shop.service"]["Service"]["ExecStart"])
    assert parse(["examples.whoami:app", *arguments]).given
    path = tmp_path / Path(units["shop.socket"]["Socket"]["ListenStream"]).name
    with ExitStack() as stack:
        listening = stack.enter_context(socket.socket(socket.AF_UNIX))
        listening.bind(str(path))
        listening.listen()
        served = _serve(stack, listening, tmp_path / "log", arguments)
        fields = ["-H", "X-Forwarded-For: 203.0.113.9"]
        answer = subprocess.run(
            ["curl", "--silent", "--unix-socket", path, *fields, "http://localhost/"],
            capture_output=True, text=True, check=True,
        ).stdout  # fmt: skip
        assert "REMOTE_ADDR = '203.0.113.9'" in answer
        assert "instead of the settings' own" in (tmp_path / "log").read_text()
        served.terminate()
        assert served.wait(20) == 0
        assert path.exists()


def _serve(
    stack: ExitStack, listening: socket.socket, log: Path, arguments: list[str]
) -> subprocess.Popen[bytes]:
    """Potstill on that socket, as the user who tests; ready when this returns."""
    screen = stack.enter_context(log.open("wb"))
    number = str(listening.fileno())
    served = subprocess.Popen(
        [sys.executable, "-c", _LAUNCHER, number, "examples.whoami:app", *arguments],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        pass_fds=[listening.fileno()],
        stdout=screen,
        stderr=screen,
    )
    stack.callback(served.wait)
    stack.callback(served.kill)
    until(lambda: "Listening at" in log.read_text(), timeout=20)
    return served
