"""The API of the examples, in memory and as a process."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from examples import todos_api
from potstill.web.testing import Client
from tests.support.server import potstill


@pytest.fixture
def client() -> Iterator[Client]:
    with Client(todos_api.app) as client:
        yield client


def test_a_todo_is_added_found_and_removed(client: Client) -> None:
    answer = client.post("/todos", json={"title": "milk", "due": "2026-12-24"})
    assert answer.status == 201
    where = answer.headers["Location"]
    todo = answer.json()
    assert todo == {"id": todo["id"], "title": "milk", "due": "2026-12-24", "done": False}
    assert client.get(where).json() == todo
    assert client.get("/todos?done=no&limit=1").json() == [todo]
    assert client.get("/todos?done=yes").json() == []
    assert client.delete(where).status == 204
    assert client.get(where).status == 404
    assert client.delete(where).json()["detail"] == f"There is no to-do {todo['id']}."


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "title"),
        ({"title": ""}, "title"),
        ({"title": 7}, "title"),
        ({"title": "x" * 501}, "title"),
        ({"title": "milk", "due": "tomorrow"}, "due"),
        ({"title": "milk", "dew": None}, "dew"),
    ],
)
def test_a_wrong_todo_is_refused_and_the_field_is_named(
    client: Client, body: dict[str, object], field: str
) -> None:
    answer = client.post("/todos", json=body)
    assert (answer.status, answer.content_type) == (422, "application/problem+json")
    assert [error["in"] for error in answer.json()["errors"]] == ["body"]
    assert field in str(answer.json()["errors"])


def test_wrong_arguments_are_refused_all_at_once(client: Client) -> None:
    errors = client.get("/todos?done=perhaps&limit=101").json()["errors"]
    assert [(error["in"], error["field"]) for error in errors] == [
        ("query", "done"),
        ("query", "limit"),
    ]


def test_what_is_not_json_is_told_so(client: Client) -> None:
    kind = {"Content-Type": "application/json"}
    assert client.post("/todos", body=b"{", headers=kind).status == 400
    assert client.post("/todos", body=b"x", headers={"Content-Type": "text/plain"}).status == 415


def test_the_verbs_follow_from_the_class(client: Client) -> None:
    assert client.options("/todos").headers["Allow"] == "GET, HEAD, POST, OPTIONS"
    assert client.put("/todos").status == 405
    head = client.head("/todos")
    assert (head.status, head.body) == (200, b"")


def test_it_describes_itself(client: Client) -> None:
    paths = client.get("/openapi.json").json()["paths"]
    assert sorted(paths) == ["/hello/{name}", "/todos", "/todos/{id}"]
    assert client.get("/", headers={"Accept": "text/html"}).headers["Location"] == "/docs"
    assert "Remove it." in client.get("/docs", headers={"Accept": "text/html"}).text


def test_it_is_served() -> None:
    import urllib.request

    with (
        potstill("examples.todos_api:app") as server,
        urllib.request.urlopen(f"{server.url}/hello/J%C3%BCrgen") as answer,
    ):
        assert answer.read().decode() == "Hello, Jürgen!"
