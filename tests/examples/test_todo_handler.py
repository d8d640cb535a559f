"""The to-do list as a request handler class, run both ways that its docstring names."""

from __future__ import annotations

import os
import subprocess
import sys

from tests.support.server import LISTENING, ROOT, potstill
from tests.support.wire import Client, get

BODY = b'{"todo": "Buy milk"}'
LINES = ("Content-Type: application/json", f"Content-Length: {len(BODY)}")


def test_it_runs_on_potstill() -> None:
    with potstill("examples.todo_handler:app") as server, Client(server.port) as client:
        client.send(get("/add-todo", *LINES, method="POST") + BODY)
        assert client.answer("POST").status == 201
        client.send(get("/get-todos"))
        answer = client.answer()
        assert (answer.status, answer.body) == (200, b'{"todos": ["Buy milk"]}\n')
        assert answer.get("server") == "Todo/1.0"
        client.send(get("/js/../../todo_handler.py"))
        assert client.answer().status == 404


def test_it_runs_on_the_library_alone() -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "examples.todo_handler"],
        cwd=ROOT,
        env=os.environ | {"PORT": "0"},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        assert process.stdout is not None
        with process.stdout as output:
            listening = LISTENING.search(output.readline())
        assert listening
        with Client(int(listening["port"])) as client:
            client.send(get("/"))
            answer = client.answer()
        assert answer.status == 200
        assert b"<h1>To do</h1>" in answer.body
    finally:
        process.terminate()
        process.wait(20)
