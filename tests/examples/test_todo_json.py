"""The to-do list for programs: the same addresses, in JSON."""

from __future__ import annotations

import json

import pytest

from tests.support.wire import Client, chunked

from .site import JSON, Site, error_of


def test_an_added_item_comes_back_with_its_number(site: Site) -> None:
    answer = site.send("POST", "/todos", {"title": "Buy a pot still"})
    todo = json.loads(answer.body)
    assert (answer.status, answer.get("content-type")) == (201, "application/json")
    assert todo == {"id": todo["id"], "title": "Buy a pot still", "done": False}
    assert todo in site.todos()


def test_done_is_set_and_unset(site: Site) -> None:
    todo = site.add("Polish the copper")
    for done in (True, True, False):
        answer = site.send("PATCH", f"/todos/{todo['id']}", {"done": done})
        assert (answer.status, json.loads(answer.body)) == (200, todo | {"done": done})
        assert todo | {"done": done} in site.todos()


def test_a_deleted_item_comes_back_once_and_is_gone(site: Site) -> None:
    todo = site.add("Burn the recipe")
    answer = site.ask("DELETE", f"/todos/{todo['id']}")
    assert (answer.status, json.loads(answer.body)) == (200, todo)
    assert todo not in site.todos()
    again = site.ask("DELETE", f"/todos/{todo['id']}")
    assert (again.status, error_of(again)) == (404, "This item is not on the list any more.")


def test_a_body_in_chunks_is_read_like_any_other(site: Site) -> None:
    encoded = b'5\r\n{"tit\r\n13\r\nle": "In pieces"}  \r\n0\r\n\r\n'
    with Client(site.server.port) as client:
        client.send(chunked("/todos", encoded, JSON))
        assert json.loads(client.answer("POST").body)["title"] == "In pieces"


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("  two   spaces\t\n", "two spaces"),
        ("a\x00b\x1fc\x85d", "a b c d"),
        ("half a \ud83e pair", "half a pair"),
        ("\U0001f943" * 200, "\U0001f943" * 200),
    ],
)
def test_a_title_is_one_line_of_text(site: Site, sent: str, kept: str) -> None:
    assert site.add(sent)["title"] == kept


@pytest.mark.parametrize("title", ["", "   ", "\x00", "x" * 201, 7, None, ["x"], {"x": 1}])
def test_a_title_of_no_use_is_refused_with_the_rule(site: Site, title: object) -> None:
    answer = site.send("POST", "/todos", {"title": title})
    assert answer.status == 400
    assert error_of(answer).startswith("A title has 1 to 200 characters; this one has ")


@pytest.mark.parametrize(
    "body", [b"", b"{", b"title=x", b'{"title": "\xff"}', b"[" * 60_000, b"1" * 5_000]
)
def test_what_is_not_json_is_refused(site: Site, body: bytes) -> None:
    answer = site.ask("POST", "/todos", JSON, body=body)
    assert (answer.status, error_of(answer)) == (400, "This is neither JSON nor a form.")


@pytest.mark.parametrize("value", [[], "title", 1, None, True])
def test_json_that_is_no_object_is_refused(site: Site, value: object) -> None:
    answer = site.send("POST", "/todos", value)
    assert (answer.status, error_of(answer)) == (400, 'Send an object, {"title": "Buy milk"}.')


@pytest.mark.parametrize("fields", [{}, {"done": None}, {"done": "yes"}, {"done": [True]}])
def test_a_change_that_says_nothing_is_refused(site: Site, fields: dict[str, object]) -> None:
    todo = site.add("Stay")
    answer = site.send("PATCH", f"/todos/{todo['id']}", fields)
    assert (answer.status, error_of(answer)) == (400, "Say whether it is `done`: true or false.")
    assert todo in site.todos()


def test_a_body_of_the_largest_size_is_read(site: Site) -> None:
    body = b'{"title": "large"}'.ljust(65_536)
    assert site.ask("POST", "/todos", JSON, body=body).status == 201


def test_a_larger_body_is_too_large(site: Site) -> None:
    body = b'{"title": "too large"}'.ljust(65_537)
    answer = site.ask("POST", "/todos", JSON, body=body)
    assert (answer.status, error_of(answer)) == (413, "At most 65,536 bytes.")


def test_a_larger_body_in_chunks_is_too_large(site: Site) -> None:
    encoded = b"10001\r\n" + b" " * 65_537 + b"\r\n0\r\n\r\n"
    with Client(site.server.port) as client:
        client.send(chunked("/todos", encoded, JSON))
        assert client.answer("POST").status == 413
