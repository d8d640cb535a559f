from __future__ import annotations

from typing import Any

import pytest

from potstill.web.testing import Answer, Client
from tests.todo.pages.reading import classes, field_value, page, titles

FIELDS = {
    "title": "tea",
    "notes": "",
    "due": "",
    "priority": "",
    "tags": "",
    "unit": "",
    "every": "1",
    "after": "due",
    "version": "1",
    "list_id": "1",
}


@pytest.fixture(autouse=True)
def there_are_three(client: Client) -> None:
    for title in ("tea", "coffee", "milk"):
        client.post("/api/v1/lists/1/todos", json={"title": title})


def save(client: Client, **fields: str) -> Answer:
    return client.post("/todos/1", form=FIELDS | fields)


def todo(client: Client, number: int = 1) -> dict[str, Any]:
    found: dict[str, Any] = client.get(f"/api/v1/todos/{number}").json()
    return found


def test_a_button_ticks_off_and_another_brings_back(client: Client) -> None:
    answer = client.post("/todos/2/toggle", form={"done": "1", "back": "/"})
    assert classes(answer) == ["", "completed", ""]
    toggle = page(answer).all(".toggle")[1]
    assert (toggle["aria-checked"], toggle["value"]) == ("true", "0")
    assert classes(client.post("/todos/2/toggle", form={"done": "0"})) == ["", "", ""]


@pytest.mark.parametrize(
    ("number", "to", "order"),
    [
        (1, "down", ["coffee", "tea", "milk"]),
        (2, "down", ["tea", "milk", "coffee"]),
        (3, "down", ["tea", "coffee", "milk"]),
        (1, "up", ["tea", "coffee", "milk"]),
        (2, "up", ["coffee", "tea", "milk"]),
        (3, "up", ["tea", "milk", "coffee"]),
    ],
)
def test_a_to_do_moves_by_one(client: Client, number: int, to: str, order: list[str]) -> None:
    assert titles(client.post(f"/todos/{number}/move", form={"to": to, "back": "/"})) == order


def test_what_is_deleted_comes_back_where_it_was(client: Client) -> None:
    answer = client.post("/todos/2/delete", form={"back": "/"})
    assert titles(answer) == ["tea", "milk"]
    assert titles(client.post("/todos/restore", form={"ids": "2"})) == ["tea", "coffee", "milk"]


def test_everything_about_a_to_do_can_be_changed(client: Client) -> None:
    answer = save(
        client,
        title="green tea",
        notes="loose\r\nleaves",
        due="2026-12-24",
        priority="2",
        tags="#shop, Home",
        unit="week",
        every="2",
        after="done",
    )
    assert titles(answer)[0] == "green tea"
    changed = todo(client)
    assert changed["notes"] == "loose\nleaves"
    assert (changed["due"], changed["priority"]) == ("2026-12-24", 2)
    assert changed["tags"] == ["shop", "home"]
    assert changed["repeat"] == {"every": 2, "unit": "week", "after": "done"}


def test_the_form_shows_what_there_is(client: Client) -> None:
    save(client, due="2026-12-24", tags="shop", unit="week", every="2")
    shown = client.get("/todos/1")
    assert [field_value(shown, name) for name in ("due", "tags", "every", "version")] == [
        "2026-12-24",
        "shop",
        "2",
        "2",
    ]


def test_what_is_emptied_is_taken_away(client: Client) -> None:
    save(client, due="2026-12-24", priority="1", tags="shop", unit="day")
    save(client, version="2")
    assert [todo(client)[name] for name in ("due", "priority", "tags", "repeat")] == [
        None,
        None,
        [],
        None,
    ]


def test_a_to_do_moves_to_another_list(client: Client) -> None:
    client.post("/lists", form={"title": "Shop"})
    answer = save(client, list_id="2")
    assert titles(answer) == ["tea"]
    assert page(answer).one("h1").text == "Shop"


def test_it_is_done_by_its_form_too(client: Client) -> None:
    save(client, done="1")
    assert todo(client)["done"]


def test_the_work_of_others_is_shown_before_it_is_overwritten(client: Client) -> None:
    client.patch("/api/v1/todos/1", json={"title": "theirs"})
    answer = save(client, title="mine")
    assert answer.status == 409
    assert "theirs" in page(answer).one(".theirs").text
    assert (field_value(answer, "title"), field_value(answer, "version")) == ("mine", "2")
    assert todo(client)["title"] == "theirs"
    assert titles(save(client, title="mine", version="2"))[0] == "mine"


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("title", " ", "It needs a title"),
        ("title", "x" * 501, "It needs a title"),
        ("notes", "x" * 20_001, "notes are too long"),
        ("due", "2026-02-30", "no day of the calendar"),
        ("due", "soon", "no day of the calendar"),
        ("priority", "7", "1, 2 or 3"),
        ("tags", "x" * 51, "At most 20 tags"),
        ("tags", " ".join(f"t{n}" for n in range(21)), "At most 20 tags"),
    ],
)
def test_what_is_wrong_is_told_and_nothing_is_lost(
    client: Client, field: str, value: str, told: str
) -> None:
    answer = save(client, **{"notes": "kept", field: value})
    assert answer.status == 422
    assert told in page(answer).one("main").one(".notice").text
    assert "kept" in answer.text or field == "notes"
    assert todo(client)["version"] == 1


@pytest.mark.parametrize("every", ["0", "1000", "x", "-1", ""])
def test_a_repeat_has_a_number(client: Client, every: str) -> None:
    answer = save(client, unit="day", every=every)
    assert answer.status == 422
    assert "Repeat after" in page(answer).one("main").one(".notice").text


def test_a_form_that_is_empty_is_told_so(client: Client) -> None:
    assert client.post("/todos/1", form={"version": "1"}).status == 422
