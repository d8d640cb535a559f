"""A handler class answers alike under every server."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.server import RunningServer
from tests.web.servers.cases import Case
from tests.web.servers.processes import THREADED, ask, serving

SITE = "tests.web.servers.classic"
SAID = {"X-Said": "Grüße".encode().decode("latin-1")}
CASES = [
    Case("a path", "/a%20b;c?d=%20e", contains="/a%20b;c?d=%20e Grüße".encode(), fields=SAID),
    Case("chunks", "/chunks", contains=b"abcd" * 50),
    Case("until the end", "/until-the-end", contains=b"x" * 1_000_000),
    Case("an error", "/missing", 404, contains=b"Not Found"),
    Case("a body", "/", method="POST", body=b"y" * 300_000, contains=b"y" * 300_000),
    Case("no body", "/", method="POST", body=b""),
    Case("a head", "/x", method="HEAD"),
    Case("another method", "/", 501, method="PATCH", body=b"z"),
]


@pytest.fixture(scope="module", params=THREADED)
def server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningServer]:
    with serving(request.param, tmp_path_factory.mktemp("files"), SITE) as server:
        yield server


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_handler_answers_everywhere(case: Case, server: RunningServer) -> None:
    answer = ask(server.port, case)
    assert answer.status == case.status
    assert case.contains in answer.body
    assert (case.method != "HEAD") or answer.body == b""


def test_nothing_is_complained_about(server: RunningServer) -> None:
    assert "Traceback" not in server.output
    assert "Warning" not in server.output
