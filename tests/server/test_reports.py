"""What the operator reads when an application fails."""

from __future__ import annotations

import pytest

from tests.support.server import potstill
from tests.support.wire import Client, get

APP = "tests.server.failing:app"


@pytest.mark.parametrize(
    ("path", "sentences"),
    [
        ("/str", ["a block of the answer is 'text' (str), not bytes", "encode("]),
        ("/bytes", ["returned b'text' (bytes)", "as [body]"]),
        ("/none", ["returned None (NoneType), which cannot be iterated"]),
        ("/silent", ["without calling start_response"]),
        ("/status", ["the status 'fine' (str)", "three digits", "failing.py, line"]),
        ("/header", ["the value of the header X-A is 'a\\r\\nb'", "failing.py, line"]),
        ("/short", ["ended 3 bytes before its Content-Length"]),
        ("/long", ["at least 3 bytes longer than its Content-Length"]),
    ],
)
def test_a_breach_of_pep_3333_reads_like_help(path: str, sentences: list[str]) -> None:
    with potstill(APP) as server:
        with Client(server.port) as client:
            client.send(get(path))
            client.rest() if path == "/short" else client.answer()
        server.wait_for("See (PEP|RFC)")
    assert f"{APP}, GET {path}: " in server.output
    for sentence in sentences:
        assert sentence in server.output
    assert "Traceback" not in server.output


def test_an_exception_is_told_from_the_applications_first_frame_on() -> None:
    with potstill(APP) as server:
        with Client(server.port) as client:
            client.send(get("/raise"))
            answer = client.answer()
        server.wait_for("RuntimeError: the secret")
    assert b"secret" not in answer.body
    assert f"{APP}, GET /raise failed:" in server.output
    assert "failing.py" in server.output
    assert "gateway.py" not in server.output
