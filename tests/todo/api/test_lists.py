from __future__ import annotations

from typing import Any

import pytest

from potstill.web.testing import Client


def titles(client: Client) -> list[str]:
    return [each["title"] for each in client.get("/api/v1/lists").json()]


def added(client: Client, title: str) -> dict[str, Any]:
    answer = client.post("/api/v1/lists", json={"title": title})
    assert answer.status == 201
    made: dict[str, Any] = answer.json()
    return made


def test_there_is_one_list_from_the_start(client: Client) -> None:
    assert titles(client) == ["To do"]


def test_a_new_list_says_where_it_is_and_stands_last(client: Client) -> None:
    answer = client.post("/api/v1/lists", json={"title": "  Garden\n"})
    assert answer.headers["Location"] == f"/api/v1/lists/{answer.json()['id']}"
    assert client.get(answer.headers["Location"]).json() == answer.json()
    assert titles(client) == ["To do", "Garden"]


@pytest.mark.parametrize("title", ["", "   ", "\x00\x01", "\u200b", "x" * 501, 7, None])
def test_a_title_has_something_to_read(client: Client, title: object) -> None:
    answer = client.post("/api/v1/lists", json={"title": title})
    assert answer.status == 422
    assert answer.content_type == "application/problem+json"
    assert [error["field"] for error in answer.json()["errors"]] == ["title"]
    assert titles(client) == ["To do"]


def test_counts_tell_what_is_open_and_what_is_done(client: Client) -> None:
    for title in ("one", "two", "three"):
        client.post("/api/v1/lists/1/todos", json={"title": title})
    client.patch("/api/v1/todos/2", json={"done": True})
    client.delete("/api/v1/todos/3")
    only = client.get("/api/v1/lists/1").json()
    assert (only["open"], only["done"]) == (1, 1)


def test_renaming_makes_a_new_version(client: Client) -> None:
    answer = client.patch("/api/v1/lists/1", json={"title": "House"})
    assert (answer.json()["title"], answer.json()["version"]) == ("House", 2)
    assert answer.headers["ETag"] == '"2"'


def test_what_somebody_else_has_renamed_is_not_renamed_over(client: Client) -> None:
    seen = client.get("/api/v1/lists/1").headers["ETag"]
    client.patch("/api/v1/lists/1", json={"title": "Theirs"})
    mine = client.patch("/api/v1/lists/1", json={"title": "Mine"}, headers={"If-Match": seen})
    assert mine.status == 412
    assert titles(client) == ["Theirs"]


def test_the_archive_is_asked_for_by_itself(client: Client) -> None:
    garden = added(client, "Garden")
    client.patch(f"/api/v1/lists/{garden['id']}", json={"archived": True})
    assert titles(client) == ["To do"]
    archived = client.get("/api/v1/lists?archived=true").json()
    assert [each["title"] for each in archived] == ["Garden"]


def test_a_deleted_list_is_gone_with_its_todos_until_it_is_restored(client: Client) -> None:
    garden = added(client, "Garden")["id"]
    todo = client.post(f"/api/v1/lists/{garden}/todos", json={"title": "dig"}).json()["id"]
    assert client.delete(f"/api/v1/lists/{garden}").status == 204
    for path in (f"lists/{garden}", f"lists/{garden}/todos", f"todos/{todo}"):
        assert client.get(f"/api/v1/{path}").status == 404
    assert client.get("/api/v1/todos").json() == []
    assert client.post(f"/api/v1/lists/{garden}/restore").json()["title"] == "Garden"
    assert client.get(f"/api/v1/todos/{todo}").json()["title"] == "dig"


def test_lists_are_put_in_another_order(client: Client) -> None:
    ids = [1, added(client, "b")["id"], added(client, "c")["id"]]
    client.post(f"/api/v1/lists/{ids[2]}/move", json={"after": None})
    assert titles(client) == ["c", "To do", "b"]
    client.post(f"/api/v1/lists/{ids[2]}/move", json={"after": ids[0]})
    assert titles(client) == ["To do", "c", "b"]
    client.post(f"/api/v1/lists/{ids[0]}/move", json={})
    assert titles(client) == ["c", "b", "To do"]
    assert client.post(f"/api/v1/lists/{ids[0]}/move", json={"after": 99}).status == 404


def test_nothing_new_is_304(client: Client) -> None:
    first = client.get("/api/v1/lists/1/todos")
    again = {"If-None-Match": first.headers["ETag"]}
    assert client.get("/api/v1/lists/1/todos", headers=again).status == 304
    client.post("/api/v1/lists/1/todos", json={"title": "news"})
    assert client.get("/api/v1/lists/1/todos", headers=again).status == 200
