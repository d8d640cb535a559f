"""PostgreSQL is restarted, or crashes, under the server: it recovers, live updates too."""

from __future__ import annotations

import signal
from contextlib import closing
from http.client import HTTPConnection

import pytest

from puretodo.model.values import NewTodo
from puretodo.store import events, todos
from puretodo.store.database import Database
from puretodo.store.location import location
from puretodo.store.scope import Scope
from tests.todo.conftest import opened
from tests.todo.faults.api import Api
from tests.todo.faults.streams import streams
from tests.todo.postgres import postgres
from tests.todo.serving import serving


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGQUIT])
def test_a_server_outlives_its_database(how: signal.Signals) -> None:
    with postgres() as database_server:
        url = database_server.make()
        opened(url).close()
        with serving(url, "--hosts", "a") as server, streams(server.port) as tabs:
            with Api(server.port) as api:
                api.post("/lists/1/todos", {"title": "before"})
                tabs.await_event(2)
                database_server.stop(how)
                assert api.ask("GET", "/lists/1/todos").status == 503
                assert "<h1>503</h1>" in page_at(server.port)
                database_server.start()
                api.post("/lists/1/todos", {"title": "after"})
                tabs.await_event(3)
            tabs.await_event(add_elsewhere(url))
            titles = [each["title"] for data in tabs.members[0].changes() for each in data["todos"]]
            assert titles == ["before", "after", "elsewhere"]


def page_at(port: int) -> str:
    """What a person is shown."""
    with closing(HTTPConnection("127.0.0.1", port, timeout=30)) as connection:
        connection.request("GET", "/", headers={"Accept": "text/html"})
        return connection.getresponse().read().decode()


def add_elsewhere(url: str) -> int:
    """By another process; the number of the change."""
    database = Database(location(url))
    with database.writing(Scope(1)) as tx:
        todos.add(tx, 1, NewTodo(title="elsewhere"))
        seq = events.last_seq(tx)
    database.close()
    return seq
