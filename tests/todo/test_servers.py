"""Pure Todo under another server: Gunicorn, with two processes on one database."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from http.client import HTTPConnection

import pytest

from tests.support.server import RunningServer, running
from tests.todo.faults.api import Api

COMMAND = [sys.executable, "-m", "gunicorn", "-w", "2", "-k", "gthread", "--threads", "4"]
COMMAND += ["-b", "127.0.0.1:0", "puretodo.app:create()"]


@pytest.fixture
def gunicorn(database_url: str) -> Iterator[RunningServer]:
    with running(COMMAND, env=os.environ | {"PURETODO_DB": database_url}) as server:
        server.port = int(server.wait_for(r"Listening at: http://127\.0\.0\.1:(\d+)")[1])
        yield server


def test_two_processes_show_the_same(gunicorn: RunningServer) -> None:
    for number in range(10):  # connections go to whichever process is quicker
        with Api(gunicorn.port) as api:
            added = api.post("/quick-add", {"text": f"tea {number} #shop"})
        with Api(gunicorn.port) as api:
            assert api.get(f"/todos/{added['id']}") == added
    page = HTTPConnection("127.0.0.1", gunicorn.port, timeout=30)
    page.request("GET", "/", headers={"Accept": "text/html"})
    text = page.getresponse().read().decode()
    page.close()
    assert set(re.findall(r">(tea \d)</a>", text)) == {f"tea {number}" for number in range(10)}
    assert "Traceback" not in gunicorn.output
