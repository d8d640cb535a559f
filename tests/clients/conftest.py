"""One server for all the clients; whatever they do, it has nothing to complain about."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.server import RunningServer, potstill


@pytest.fixture(scope="package")
def target() -> Iterator[RunningServer]:
    with potstill("tests.clients.target:app") as server:
        yield server
        assert server.stop() == 0
    assert "[ERROR]" not in server.output
    assert "Traceback" not in server.output
