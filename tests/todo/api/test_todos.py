from __future__ import annotations

from typing import Any

import pytest

from potstill.web.testing import Client


def add(client: Client, title: str, **more: Any) -> int:
    answer = client.post("/api/v1/lists/1/todos", json={"title": title} | more)
    assert answer.status == 201, answer.text
    number: int = answer.json()["id"]
    return number


def titles(client: Client, query: str) -> list[str]:
    return [each["title"] for each in client.get(f"/api/v1/todos?{query}").json()]


def test_all_that_is_said_of_a_todo_is_kept(client: Client) -> None:
    said: dict[str, Any] = {
        "title": "Rent",
        "notes": "to the\nlandlord",
        "due": "2026-12-31",
        "priority": 1,
        "tags": ["home", "money"],
        "repeat": {"every": 2, "unit": "month", "after": "due"},
    }
    kept = client.get(f"/api/v1/todos/{add(client, **said)}").json()
    assert {name: kept[name] for name in said} == said
    assert (kept["done"], kept["version"], kept["list_id"]) == (False, 1, 1)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("due", "2026-02-30"),
        ("priority", 4),
        ("tags", ["two words"]),
        ("tags", ["x"] * 21),
        ("repeat", {"every": 0}),
        ("notes", "x" * 20_001),
        ("colour", "red"),
    ],
)
def test_what_makes_no_sense_is_refused_by_name(client: Client, field: str, value: Any) -> None:
    answer = client.post("/api/v1/lists/1/todos", json={"title": "x", field: value})
    assert answer.status == 422
    assert field in answer.json()["errors"][0]["field"] + answer.json()["errors"][0]["detail"]


def test_a_change_leaves_the_rest_alone(client: Client) -> None:
    number = add(client, "milk", tags=["shop"], due="2026-12-05")
    changed = client.patch(f"/api/v1/todos/{number}", json={"due": None, "priority": 2}).json()
    assert (changed["due"], changed["priority"]) == (None, 2)
    assert (changed["title"], changed["tags"]) == ("milk", ["shop"])


def test_no_difference_is_no_new_version(client: Client) -> None:
    number = add(client, "milk", tags=["shop"])
    same = {"title": " milk ", "tags": ["SHOP"], "done": False}
    assert client.patch(f"/api/v1/todos/{number}", json=same).json()["version"] == 1


def test_the_second_of_two_who_saw_the_same_is_refused(client: Client) -> None:
    number = add(client, "milk")
    seen = {"If-Match": client.get(f"/api/v1/todos/{number}").headers["ETag"]}
    path = f"/api/v1/todos/{number}"
    first = client.patch(path, json={"title": "oat milk"}, headers=seen)
    second = client.patch(path, json={"title": "soy milk"}, headers=seen)
    assert (first.status, second.status) == (200, 412)
    assert client.delete(path, headers=seen).status == 412
    assert client.post(f"{path}/move", json={}, headers=seen).status == 412
    again = client.patch(path, json={"title": "rice"}, headers={"If-Match": first.headers["ETag"]})
    assert again.json()["title"] == "rice"


def test_what_is_done_knows_when(client: Client) -> None:
    number = add(client, "milk")
    done = client.patch(f"/api/v1/todos/{number}", json={"done": True}).json()
    assert done["done_at"] == "2026-12-01T23:30:00Z"
    undone = client.patch(f"/api/v1/todos/{number}", json={"done": False}).json()
    assert undone["done_at"] is None


def test_what_repeats_comes_back_and_is_taken_back(client: Client) -> None:
    number = add(client, "rent", due="2026-11-30", tags=["home"], repeat={"unit": "month"})
    done = client.patch(f"/api/v1/todos/{number}", json={"done": True}).json()
    assert (done["done"], done["repeat"]) == (True, None)
    (following,) = client.get("/api/v1/todos?done=false").json()
    assert (following["due"], following["tags"]) == ("2026-12-30", ["home"])
    undone = client.patch(f"/api/v1/todos/{number}", json={"done": False}).json()
    assert undone["repeat"] == {"every": 1, "unit": "month", "after": "due"}
    assert [each["id"] for each in client.get("/api/v1/todos").json()] == [number]


def test_done_twice_is_done_once(client: Client) -> None:
    number = add(client, "rent", due="2026-12-01", repeat={"unit": "week"})
    for _ in range(2):
        client.patch(f"/api/v1/todos/{number}", json={"done": True})
    assert len(client.get("/api/v1/todos").json()) == 2


def test_a_successor_that_was_touched_stays(client: Client) -> None:
    number = add(client, "rent", due="2026-12-01", repeat={"unit": "week"})
    client.patch(f"/api/v1/todos/{number}", json={"done": True})
    (following,) = client.get("/api/v1/todos?done=false").json()
    client.patch(f"/api/v1/todos/{following['id']}", json={"notes": "mine"})
    undone = client.patch(f"/api/v1/todos/{number}", json={"done": False}).json()
    assert undone["repeat"] is None
    assert len(client.get("/api/v1/todos?done=false").json()) == 2


def test_today_is_the_visitors_day(client: Client) -> None:
    for day in ("2026-11-30", "2026-12-01", "2026-12-02", "2026-12-16", "2026-12-17"):
        add(client, day, due=day)
    assert titles(client, "view=today") == ["2026-11-30", "2026-12-01"]
    assert titles(client, "view=upcoming") == [
        "2026-12-02",
        "2026-12-16",
        "2026-12-17",
    ]
    client.cookies["tz"] = "Africa/Lagos"
    assert titles(client, "view=today") == ["2026-11-30", "2026-12-01", "2026-12-02"]
    assert titles(client, "view=upcoming") == ["2026-12-16", "2026-12-17"]


def test_a_search_takes_parts_of_words_without_case_and_accents(client: Client) -> None:
    add(client, "Café au lait", notes="100% Straße")
    add(client, "Tea", tags=["cafe"])
    assert titles(client, "q=CAFE") == ["Café au lait", "Tea"]
    assert titles(client, "q=caf+LAI") == ["Café au lait"]
    assert titles(client, "q=%23cafe") == ["Tea"]
    assert titles(client, "q=strasse") == ["Café au lait"]
    assert titles(client, "q=100%25") == ["Café au lait"]
    assert titles(client, "q=_") == []
    assert titles(client, "q=caf&done=true") == []


def test_tags_are_counted(client: Client) -> None:
    add(client, "milk", tags=["Shop", "home"])
    add(client, "rent", tags=["home"])
    assert client.get("/api/v1/tags").json() == [
        {"name": "home", "open": 2},
        {"name": "shop", "open": 1},
    ]
    assert titles(client, "tag=SHOP") == ["milk"]


def test_toggle_all_and_clear_completed_answer_what_they_did(client: Client) -> None:
    numbers = [add(client, title) for title in "abc"]
    client.patch(f"/api/v1/todos/{numbers[0]}", json={"done": True})
    changed = client.post("/api/v1/lists/1/toggle-all", json={"done": True}).json()
    assert [each["title"] for each in changed] == ["b", "c"]
    cleared = client.delete("/api/v1/lists/1/completed").json()
    assert [each["title"] for each in cleared] == ["a", "b", "c"]
    assert client.get("/api/v1/lists/1/todos").json() == []
    ids = [each["id"] for each in cleared]
    restored = client.post("/api/v1/todos/restore", json={"ids": ids}).json()
    assert [each["title"] for each in restored] == ["a", "b", "c"]


def test_a_todo_moves_within_its_list_and_to_another(client: Client) -> None:
    one, two, three = (add(client, title) for title in ("one", "two", "three"))
    client.post(f"/api/v1/todos/{three}/move", json={"after": one})
    assert titles(client, "") == ["one", "three", "two"]
    other = client.post("/api/v1/lists", json={"title": "Other"}).json()["id"]
    moved = client.post(f"/api/v1/todos/{two}/move", json={"list_id": other}).json()
    assert moved["list_id"] == other
    assert client.post(f"/api/v1/todos/{two}/move", json={"after": one}).status == 404


def test_a_line_is_understood_and_added(client: Client) -> None:
    client.post("/api/v1/lists", json={"title": "Shopping"})
    line = "milk #dairy !1 tomorrow +Shopping"
    said = client.get("/api/v1/quick-add", query={"text": line}).json()
    assert [part["text"] for part in said["parts"]] == ["#dairy", "!1", "tomorrow", "+Shopping"]
    added = client.post("/api/v1/quick-add", json={"text": line, "list_id": 1}).json()
    assert (added["title"], added["due"], added["list_id"]) == ("milk", "2026-12-02", 2)
    portuguese = {"Accept-Language": "pt-BR"}
    answer = client.post("/api/v1/quick-add", json={"text": "leite hoje"}, headers=portuguese)
    assert (answer.json()["title"], answer.json()["due"]) == ("leite", "2026-12-01")
