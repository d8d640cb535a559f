from __future__ import annotations

import pytest

from potstill.web.testing import Answer, Client
from tests.todo.pages.reading import page


def beside(answer: Answer) -> list[str]:
    """The lists as the page shows them beside the rest."""
    return [each.one("span").text for each in page(answer).one(".lists").all("a")]


@pytest.fixture(autouse=True)
def there_are_three(client: Client) -> None:
    for title in ("Shop", "Books"):
        client.post("/lists", form={"title": title})


def test_a_new_list_is_shown(client: Client) -> None:
    answer = client.post("/lists", form={"title": " Garden "})
    assert page(answer).one("h1").text == "Garden"
    assert beside(answer) == ["To do", "Shop", "Books", "Garden"]


@pytest.mark.parametrize("title", ["", "  ", "\u200b", "x" * 501])
def test_a_list_has_a_title(client: Client, title: str) -> None:
    assert beside(client.post("/lists", form={"title": title})) == ["To do", "Shop", "Books"]


def test_a_list_is_renamed(client: Client) -> None:
    answer = client.post("/lists/2/edit", form={"title": "Market"})
    assert page(answer).one("h1").text == "Market"


def test_a_name_that_is_none_is_told_so(client: Client) -> None:
    answer = client.post("/lists/2/edit", form={"title": "\u200b"})
    assert answer.status == 422
    assert "title" in page(answer).one("main").one(".notice").text


@pytest.mark.parametrize(
    ("number", "to", "order"),
    [
        (3, "up", ["To do", "Books", "Shop"]),
        (2, "up", ["Shop", "To do", "Books"]),
        (1, "down", ["Shop", "To do", "Books"]),
        (1, "up", ["To do", "Shop", "Books"]),
        (3, "down", ["To do", "Shop", "Books"]),
    ],
)
def test_a_list_moves_by_one(client: Client, number: int, to: str, order: list[str]) -> None:
    assert beside(client.post(f"/lists/{number}/move", form={"to": to})) == order


def test_what_is_archived_is_out_of_sight_and_at_hand(client: Client) -> None:
    answer = client.post("/lists/2/edit", form={"archived": "1"})
    assert beside(answer) == ["To do", "Books"]
    assert "in the archive" in page(answer).one(".toast").text
    assert "Shop" in page(client.get("/bin")).one("main").text
    assert beside(client.post("/lists/2/edit", form={"archived": "0"})) == [
        "To do",
        "Shop",
        "Books",
    ]


def test_a_deleted_list_can_be_brought_back(client: Client) -> None:
    answer = client.post("/lists/2/delete")
    assert beside(answer) == ["To do", "Books"]
    assert page(answer).one(".toast").one("form")["action"] == "/lists/2/restore"
    answer = client.post("/lists/2/restore")
    assert page(answer).one("h1").text == "Shop"


def test_without_any_list_one_is_asked_for(client: Client) -> None:
    for number in (1, 2, 3):
        client.post(f"/lists/{number}/delete")
    assert page(client.get("/")).one("h1").text == "No list yet"
    for path in ("/today", "/upcoming", "/search?q=x", "/tags/x", "/settings", "/bin", "/help"):
        assert client.get(path).status == 200
