from __future__ import annotations

import pytest

from potstill.web.testing import Answer, Client
from tests.todo.pages.reading import classes, ids, page, titles


def add(client: Client, text: str, list_id: int = 1) -> Answer:
    return client.post(f"/lists/{list_id}/add", form={"text": text, "back": f"/lists/{list_id}"})


def test_what_is_added_stands_last(client: Client) -> None:
    add(client, "tea")
    answer = add(client, "  coffee \t ")
    assert titles(answer) == ["tea", "coffee"]
    assert answer.history[0].status == 303
    assert answer.history[0].headers["Location"] == "/lists/1#todo-2"


@pytest.mark.parametrize("text", ["", "   ", "\u200b", "\x00"])
def test_blanks_are_not_added(client: Client, text: str) -> None:
    assert titles(add(client, text)) == []


def test_a_line_is_understood(client: Client) -> None:
    row = page(add(client, "milk #shop !1 tomorrow every week")).one(".todo")
    assert row.one(".label").text == "milk"
    assert (row.one(".due").text, row.one(".tag").text) == ("Tomorrow", "#shop")
    assert "p1" in row["class"]
    assert row.one(".repeat")["title"] == "Every week"


def test_a_line_is_understood_in_the_language_of_the_page(client: Client) -> None:
    client.cookies["lang"] = "pt"
    row = page(add(client, "leite amanhã")).one(".todo")
    assert (row.one(".label").text, row.one(".due").text) == ("leite", "Amanhã")


def test_what_is_too_long_is_not_cut(client: Client) -> None:
    answer = add(client, "x" * 501)
    assert titles(answer) == []
    assert "500 characters" in page(answer).one(".toast").text


def test_titles_are_text_whatever_they_look_like(client: Client) -> None:
    text = '<script>alert(1)</script> & "quotes" \''
    assert titles(add(client, text)) == [text]


def test_an_empty_list_has_neither_rows_nor_footer(client: Client) -> None:
    shown = page(client.get("/"))
    assert ["hidden" in shown.one(each).attributes for each in (".main", ".footer")] == [True] * 2
    shown = page(add(client, "tea"))
    assert ["hidden" in shown.one(each).attributes for each in (".main", ".footer")] == [False] * 2


def test_the_counter_says_item_and_items(client: Client) -> None:
    assert page(add(client, "tea")).one(".todo-count").text == "1 item left"
    assert page(add(client, "coffee")).one(".todo-count").text == "2 items left"


def test_the_address_says_what_is_shown(client: Client) -> None:
    add(client, "tea")
    add(client, "coffee")
    client.post("/todos/1/toggle", form={"done": "1"})
    assert titles(client.get("/lists/1")) == ["tea", "coffee"]
    assert titles(client.get("/lists/1?show=active")) == ["coffee"]
    completed = client.get("/lists/1?show=completed")
    assert titles(completed) == ["tea"]
    assert classes(completed) == ["completed"]
    chosen = page(completed).one(".selected")
    assert (chosen.text, chosen["aria-current"]) == ("Completed", "true")


def test_an_address_that_says_nonsense_is_no_page(client: Client) -> None:
    assert client.get("/lists/1?show=some").status == 422


def test_toggling_all_is_mixed_until_it_is_done(client: Client) -> None:
    add(client, "tea")
    add(client, "coffee")
    answer = client.post("/todos/1/toggle", form={"done": "1", "back": "/"})
    assert page(answer).one(".toggle-all")["aria-checked"] == "mixed"
    answer = client.post("/lists/1/toggle-all", form={"done": "1", "back": "/"})
    assert classes(answer) == ["completed", "completed"]
    assert page(answer).one(".toggle-all")["aria-checked"] == "true"
    answer = client.post("/lists/1/toggle-all", form={"done": "0", "back": "/"})
    assert classes(answer) == ["", ""]


def test_what_is_cleared_can_be_brought_back(client: Client) -> None:
    for text in ("tea", "coffee", "milk"):
        add(client, text)
    client.post("/todos/1/toggle", form={"done": "1"})
    client.post("/todos/3/toggle", form={"done": "1"})
    answer = client.post("/lists/1/clear", form={"back": "/lists/1"})
    assert titles(answer) == ["coffee"]
    toast = page(answer).one(".toast")
    assert "2 to-dos deleted" in toast.text
    gone = [each["value"] for each in toast.all("input") if each.attributes["name"] == "ids"]
    answer = client.post("/todos/restore", form={"ids": gone, "back": "/lists/1"})
    assert titles(answer) == ["tea", "coffee", "milk"]


def test_clearing_a_thousand_points_to_the_bin(client: Client) -> None:
    for number in range(201):
        client.post("/api/v1/lists/1/todos", json={"title": f"{number}"})
    client.post("/lists/1/toggle-all", form={"done": "1"})
    answer = client.post("/lists/1/clear", form={"back": "/"})
    assert page(answer).one(".toast").all(".undo") == []
    assert len(page(client.get("/bin")).one("main").all("li")) == 201


def test_a_flash_is_told_once(client: Client) -> None:
    ids_of = ids(add(client, "tea"))
    answer = client.post(f"/todos/{ids_of[0]}/delete", form={"back": "/"})
    assert page(answer).one(".toast").text.startswith("“tea” deleted")
    assert page(client.get("/")).all(".toast") == []


def test_the_template_for_scripts_is_a_row_like_the_others(client: Client) -> None:
    shown = page(add(client, "milk"))
    (row,) = shown.one("#blank").all("li")
    there, blank = ([each["class"].split()[0] for each in each_row.all("button")]
                    for each_row in (shown.one(".todo"), row))  # fmt: skip
    assert there == blank == ["toggle", "bare"]
