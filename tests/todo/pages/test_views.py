from __future__ import annotations

import pytest

from potstill.web.testing import Client
from tests.todo.pages.reading import page, titles


@pytest.fixture(autouse=True)
def some_are_due(client: Client) -> None:
    client.post("/lists", form={"title": "Shop"})
    for list_id, title, due in [
        (1, "rent", "2026-11-30"),
        (2, "milk", "2026-12-01"),
        (1, "tree", "2026-12-02"),
        (1, "gifts", "2027-01-05"),
        (1, "whenever", None),
    ]:
        client.post(f"/api/v1/lists/{list_id}/todos", json={"title": title, "due": due})


def groups(client: Client, path: str) -> list[tuple[str, list[str]]]:
    found = page(client.get(path)).all(".group")
    return [(each.one("h2").text, [row.text for row in each.all(".label")]) for each in found]


def test_today_has_what_is_due_and_what_is_over(client: Client) -> None:
    assert groups(client, "/today") == [("Overdue", ["rent"]), ("Today", ["milk"])]


def test_a_day_is_the_visitors(client: Client) -> None:
    client.cookies["tz"] = "Africa/Lagos"  # where it is Wednesday
    assert groups(client, "/today") == [("Overdue", ["rent", "milk"]), ("Today", ["tree"])]


def test_upcoming_is_by_day(client: Client) -> None:
    assert groups(client, "/upcoming") == [
        ("Overdue", ["rent"]),
        ("Today", ["milk"]),
        ("Tomorrow Wednesday, 2 December", ["tree"]),
        ("Tuesday, 5 January 2027", ["gifts"]),
    ]


def test_what_is_done_is_due_no_more(client: Client) -> None:
    client.post("/todos/1/toggle", form={"done": "1"})
    assert groups(client, "/today") == [("Today", ["milk"])]


def test_a_to_do_says_of_which_list_it_is(client: Client) -> None:
    assert [each.text for each in page(client.get("/today")).all(".from")] == ["To do", "Shop"]


def test_the_number_beside_today_is_marked_when_something_is_over(client: Client) -> None:
    badge = page(client.get("/")).one("nav").all("a")[1].one(".count")
    assert (badge.text, badge["class"]) == ("2", "count late")
    client.post("/todos/1/toggle", form={"done": "1"})
    badge = page(client.get("/")).one("nav").all("a")[1].one(".count")
    assert (badge.text, badge["class"]) == ("1", "count")


def test_what_is_added_for_today_is_due_today(client: Client) -> None:
    form = {"due": "2026-12-01", "back": "/today"}
    client.post("/lists/1/add", form=form | {"text": "bread"})
    client.post("/lists/1/add", form=form | {"text": "cake tomorrow"})
    assert groups(client, "/today")[1] == ("Today", ["bread", "milk"])
    assert "cake" in dict(groups(client, "/upcoming"))["Tomorrow Wednesday, 2 December"]


def test_a_tag_has_a_page(client: Client) -> None:
    form = {"before": "#café", "back": "/tags/caf%C3%A9"}
    answer = client.post("/lists/1/add", form=form | {"text": "beans"})
    assert page(answer).one("h1").text == "#café"
    assert titles(answer) == ["beans"]


def test_a_search_finds_parts_of_words_in_any_case(client: Client) -> None:
    answer = client.get("/search?q=REE")
    assert titles(answer) == ["tree"]
    assert page(answer).one("main").all("p")[0].text == "1 result for “REE”"
    assert page(answer).one(".search").one("input")["value"] == "REE"


@pytest.mark.parametrize("query", ["", "%20", "nothing%20like%20this", "%", "x" * 2000])
def test_a_search_may_find_nothing(client: Client, query: str) -> None:
    assert titles(client.get(f"/search?q={query}")) == []


def test_a_search_without_words_offers_the_tags(client: Client) -> None:
    client.post("/lists/1/add", form={"text": "beans #shop"})
    assert page(client.get("/search")).one("main").one(".tag").text == "#shop 1"
