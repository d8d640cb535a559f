from __future__ import annotations

import pytest

from potstill.web.testing import Client
from tests.todo.pages.reading import page


@pytest.mark.parametrize("path", ["/nothing", "/lists/999", "/todos/999", "/lists/999/edit"])
def test_what_is_not_there_has_a_page_of_ours(client: Client, path: str) -> None:
    answer = client.get(path)
    assert answer.status == 404
    shown = page(answer)
    assert shown.one("h1").text == "404"
    assert shown.one("main").one("a")["href"] == "/"


def test_the_page_of_an_error_speaks_the_visitors_language(client: Client) -> None:
    client.cookies["lang"] = "pt"
    assert "Não há nada aqui" in page(client.get("/nothing")).one("main").text


@pytest.mark.parametrize("path", ["/api/v1/todos/999", "/api/v1/nothing"])
def test_the_interface_answers_in_its_own_way(client: Client, path: str) -> None:
    answer = client.get(path, headers={"Accept": "*/*"})
    assert (answer.status, answer.content_type) == (404, "application/problem+json")


def test_programs_are_shown_no_page(client: Client) -> None:
    answer = client.get("/nothing", headers={"Accept": "application/json"})
    assert answer.content_type == "application/problem+json"


def test_a_wrong_method_says_which_there_are(client: Client) -> None:
    answer = client.get("/todos/1/toggle")
    assert answer.status == 405
    assert "POST" in answer.headers["Allow"]
    assert page(answer).one("h1").text == "405"


def test_who_comes_by_another_name_is_told_how_to_add_it(client: Client) -> None:
    answer = client.get("/", environ={"HTTP_HOST": "todo.home"})
    assert answer.status == 421
    assert "--hosts" in page(answer).one("main").text
