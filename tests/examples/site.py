"""The to-do list as a program sees it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

from tests.support.server import RunningServer, potstill
from tests.support.wire import Answer, Client, get

FORM = "Content-Type: application/x-www-form-urlencoded"
JSON = "Content-Type: application/json"
BROWSER = "Accept: text/html,*/*;q=0.8"


class Todo(TypedDict):
    id: int
    title: str
    done: bool


@dataclass(frozen=True)
class Site:
    """A server of `examples/todo_pep3333.py`; each request has a connection of its own."""

    server: RunningServer

    def ask(self, method: str, path: str, *lines: str, body: bytes | None = None) -> Answer:
        if body is not None:
            lines = (*lines, f"Content-Length: {len(body)}")
        with Client(self.server.port) as client:
            client.send(get(path, *lines, method=method) + (body or b""))
            return client.answer(method)

    def submit(self, path: str, form: str, *lines: str) -> Answer:
        return self.ask("POST", path, FORM, BROWSER, *lines, body=form.encode())

    def send(self, method: str, path: str, value: object, *lines: str) -> Answer:
        return self.ask(method, path, JSON, *lines, body=json.dumps(value).encode())

    def add(self, title: str) -> Todo:
        answer = self.send("POST", "/todos", {"title": title})
        assert answer.status == 201, answer.body
        todo: Todo = json.loads(answer.body)
        return todo

    def todos(self) -> list[Todo]:
        listed: dict[str, list[Todo]] = json.loads(self.ask("GET", "/todos").body)
        return listed["todos"]

    def page(self) -> str:
        return self.ask("GET", "/", BROWSER).body.decode()


@contextmanager
def served(database: Path, *options: str) -> Iterator[Site]:
    """The to-do list with this file, in a process of its own."""
    env = {"TODO_DB": str(database)}
    with potstill(*options, "examples.todo_pep3333:app", env=env) as server:
        yield Site(server)


def error_of(answer: Answer) -> str:
    sentence: str = json.loads(answer.body)["error"]
    return sentence
