"""The three addresses of pure-todo, asked as its page asks them."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from potstill.web.testing import Client

NAMES = ["Buy milk", "a/b", "/x", "//", "..", ".", "a/../b", "100%", "50%20", "Tea?", "a?b=c&d"]
NAMES += ["#1", "ends/", "\\", "ü ö ☕", "é", "<b>", "'\"", ";", "+", "%2F", "?"]


def names(client: Client) -> list[str]:
    answer = client.get("/get-todos")
    assert (answer.status, answer.content_type) == (200, "application/json")
    assert list(answer.json()) == ["todos"]
    found: list[str] = answer.json()["todos"]
    return found


@pytest.mark.parametrize("name", NAMES)
def test_any_name_is_added_shown_and_removed(client: Client, name: str) -> None:
    assert client.post("/add-todo", json={"todo": name}).status == 201
    assert names(client) == [name]
    assert client.delete("/remove-todo/" + quote(name, safe="")).status == 202
    assert names(client) == []


def test_a_name_that_the_page_did_not_quote_is_found(client: Client) -> None:
    client.post("/add-todo", json={"todo": "Tea?"})
    client.post("/add-todo", json={"todo": "why? because"})
    assert client.delete("/remove-todo/Tea?").status == 202
    assert client.delete("/remove-todo/why?%20because").status == 202
    assert names(client) == []


def test_a_name_may_stand_there_twice(client: Client) -> None:
    for _ in range(2):
        client.post("/add-todo", json={"todo": "milk"})
    client.delete("/remove-todo/milk")
    assert names(client) == ["milk"]


def test_what_is_done_is_not_shown(client: Client) -> None:
    client.post("/add-todo", json={"todo": "milk"})
    client.patch("/api/v1/todos/1", json={"done": True})
    assert names(client) == []


@pytest.mark.parametrize("body", [{}, {"todo": ""}, {"todo": "  "}, {"todo": 7}, []])
def test_what_broke_pure_todo_is_refused(client: Client, body: object) -> None:
    assert client.post("/add-todo", json=body).status == 422
    cut_off = client.post("/add-todo", body=b"{", headers={"Content-Type": "application/json"})
    assert cut_off.status == 400
    assert names(client) == []


def test_what_is_not_there_cannot_be_removed(client: Client) -> None:
    assert client.delete("/remove-todo/milk").status == 404
    assert client.delete("/remove-todo/").status in (404, 405)
