"""An application of `potstill.web` is the same under every server."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.server import RunningServer
from tests.web.servers.cases import CASES, SAME_ORIGIN, Case
from tests.web.servers.processes import COMMANDS, Answer, ask, serving

OTHERS = [name for name in COMMANDS if name != "potstill"]


@dataclass(frozen=True)
class Visit:
    """What one server answered to all cases, and what it printed meanwhile."""

    server: RunningServer
    answers: dict[str, Answer]


def visit(server: RunningServer) -> Visit:
    return Visit(server, {case.name: ask(server.port, case) for case in CASES})


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("files")


@pytest.fixture(scope="module")
def ours(files: Path) -> Iterator[Visit]:
    with serving("potstill", files) as server:
        yield visit(server)


@pytest.fixture(scope="module", params=COMMANDS)
def visited(request: pytest.FixtureRequest, files: Path, ours: Visit) -> Iterator[Visit]:
    if request.param == "potstill":
        yield ours
    else:
        with serving(request.param, files) as server:
            yield visit(server)


def test_each_case_has_a_name_of_its_own() -> None:
    assert len({case.name for case in CASES}) == len(CASES)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_answers_are_right_and_the_same_everywhere(case: Case, visited: Visit, ours: Visit) -> None:
    answer = visited.answers[case.name]
    assert answer.status == case.status
    assert case.contains in answer.body
    assert answer == ours.answers[case.name]


def test_a_session_lasts_from_request_to_request(visited: Visit) -> None:
    counting = Case("visits", "/visits", method="POST", body=b"")
    cookie, counts = "", []
    for _ in range(3):
        answer = ask(visited.server.port, counting, SAME_ORIGIN | {"Cookie": cookie})
        (given,) = answer.all("set-cookie")
        cookie = given.partition(";")[0]
        counts.append(answer.body)
    assert counts == [b"1", b"2", b"3"]


def test_nothing_is_complained_about_but_the_failures_on_purpose(visited: Visit) -> None:
    output = visited.server.output
    assert re.findall(r"\w*Warning: .*", output) == []
    assert output.count("Traceback") == sum(case.fails for case in CASES)
    assert output.count("RuntimeError: broken on purpose") == output.count("Traceback")


def test_the_start_hook_runs_once(visited: Visit) -> None:
    assert visited.server.output.count("site has started") == 1
