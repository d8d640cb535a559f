"""Who comes by a link sees one list, and changes it only if the link says so."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest

from potstill.web.testing import Client
from tests.todo.pages.reading import page, titles


@pytest.fixture(autouse=True)
def there_are_two_lists(client: Client) -> None:
    client.post("/lists", form={"title": "Shop"})
    client.post("/lists/2/add", form={"text": "milk today"})
    client.post("/lists/1/add", form={"text": "secret"})


def link(client: Client, *, may_edit: bool) -> str:
    made = client.post("/api/v1/lists/2/shares", json={"may_edit": may_edit, "label": ""})
    url: str = made.json()["url"]
    return urlsplit(url).path.rstrip("/")


def test_a_guest_sees_one_list_and_none_beside_it(client: Client) -> None:
    root = link(client, may_edit=True)
    answer = client.get(f"{root}/")
    assert page(answer).one("h1").text == "Shop"
    assert titles(answer) == ["milk"]
    assert page(answer).all("nav") == []
    for path in ("/today", "/upcoming", "/search?q=e", "/help", "/settings"):
        assert "secret" not in client.get(root + path).text


def test_a_guest_who_may_edit_does_so(client: Client) -> None:
    root = link(client, may_edit=True)
    answer = client.post(f"{root}/lists/2/add", form={"text": "bread", "back": "/"})
    assert titles(answer) == ["milk", "bread"]
    assert answer.url.removeprefix("http://localhost").startswith(f"{root}/")


def test_a_guest_who_reads_has_nothing_to_press(client: Client) -> None:
    root = link(client, may_edit=False)
    shown = page(client.get(f"{root}/"))
    assert [shown.all(each) for each in (".adding", ".destroy", ".handle", ".toggle-all")] == [
        []
    ] * 4
    assert "disabled" in shown.one(".toggle").attributes
    details = page(client.get(f"{root}/todos/1")).one("main")
    assert details.all("button") == []


def test_a_guest_who_reads_and_presses_is_refused(client: Client) -> None:
    root = link(client, may_edit=False)
    answer = client.post(f"{root}/todos/1/toggle", form={"done": "1"})
    assert answer.status == 403
    assert client.get(f"{root}/lists/2/edit").status == 403


@pytest.mark.parametrize("path", ["/lists/1", "/todos/2", "/lists/1/edit"])
def test_other_lists_are_not_there_for_a_guest(client: Client, path: str) -> None:
    assert client.get(link(client, may_edit=True) + path).status == 404


def test_the_bin_is_not_for_guests(client: Client) -> None:
    assert client.get(f"{link(client, may_edit=True)}/bin").status == 404
