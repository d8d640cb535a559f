"""wrk: a short load of kept-alive connections, in which no request fails."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from tests.support.server import RunningServer

POST = """
wrk.method = "POST"
wrk.body = string.rep("still", 200)
wrk.headers["Content-Type"] = "text/plain"
"""


def wrk(*arguments: str) -> int:
    """The number of requests answered; AssertionError when any of them was not."""
    command = ["wrk", "--threads", "1", "--connections", "32", "--duration", "2s", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Socket errors" not in done.stdout, done.stdout
    assert "Non-2xx" not in done.stdout, done.stdout
    count = re.search(r"(\d+) requests in", done.stdout)
    assert count, done.stdout
    return int(count[1])


@pytest.mark.parametrize("path", ["/", "/sized/10000", "/streamed/200000"])
def test_no_request_fails_under_load(target: RunningServer, path: str) -> None:
    assert wrk(target.url + path) > 100


def test_no_request_with_a_body_fails_under_load(target: RunningServer, tmp_path: Path) -> None:
    script = tmp_path / "post.lua"
    script.write_text(POST)
    assert wrk("--script", str(script), f"{target.url}/") > 100


def test_no_request_fails_when_each_has_a_connection_of_its_own(target: RunningServer) -> None:
    assert wrk("--header", "Connection: close", f"{target.url}/") > 100
