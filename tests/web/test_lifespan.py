"""Start and stop hooks in real processes: entered by the server, or else by the first request."""

from __future__ import annotations

import re
import signal
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.support.server import RunningServer
from tests.web.servers.cases import Case
from tests.web.servers.processes import ask, serving

SITE = "tests.web.servers.lasting"
STARTED = ["first started", "second started"]
STOPPED = ["second stopped", "first stopped"]
FALLBACK = {"gunicorn": signal.SIGTERM, "wsgiref": signal.SIGINT, "waitress": signal.SIGINT}


def said(server: RunningServer) -> list[str]:
    return re.findall("^site: (.*)$", server.output, re.MULTILINE)


def crowd(server: RunningServer) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: ask(server.port, Case("it", "/")), range(16)))
    assert {(answer.status, answer.body) for answer in answers} == {(200, b"open")}


def test_a_server_that_knows_of_it_starts_and_stops_around_serving(tmp_path: Path) -> None:
    with serving("potstill", tmp_path, SITE) as server:
        assert said(server) == STARTED
        crowd(server)
        server.stop()
        assert said(server) == [*STARTED, "opened", *STOPPED, "closed"]


def test_it_stops_although_nobody_has_asked_anything(tmp_path: Path) -> None:
    with serving("potstill", tmp_path, SITE) as server:
        server.stop()
        assert said(server) == [*STARTED, *STOPPED]


@pytest.mark.parametrize("name", FALLBACK)
def test_elsewhere_the_first_request_starts_and_the_interpreter_stops(
    name: str, tmp_path: Path
) -> None:
    with serving(name, tmp_path, SITE) as server:
        assert said(server) == []
        crowd(server)
        assert said(server) == [*STARTED, "opened"]
        server.stop(FALLBACK[name])
        assert said(server) == [*STARTED, "opened", *STOPPED, "closed"]


@pytest.mark.parametrize("name", FALLBACK)
def test_elsewhere_what_was_never_started_is_not_stopped(name: str, tmp_path: Path) -> None:
    with serving(name, tmp_path, SITE) as server:
        server.stop(FALLBACK[name])
        assert said(server) == []
