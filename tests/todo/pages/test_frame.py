"""What every page has in common: languages, themes, addresses, and who may see it."""

from __future__ import annotations

import re

import pytest

from potstill.web.testing import Client
from puretodo.app import create
from puretodo.settings import Settings
from puretodo.store.location import location
from tests.todo.pages.reading import page, titles

PATHS = ("/", "/today", "/upcoming", "/search", "/bin", "/settings", "/help", "/lists/1/edit")


@pytest.mark.parametrize(
    ("accepted", "cookie", "language"),
    [
        ("pt-BR,pt;q=0.9,en;q=0.5", None, "pt"),
        ("en;q=0.3, pt;q=0.8", None, "pt"),
        ("fr, de;q=0.9", None, "en"),
        ("pt;q=0, en", None, "en"),
        ("", None, "en"),
        (";;q=,,pt;q=x", None, "en"),
        ("en", "pt", "pt"),
        ("pt", "xx", "pt"),
    ],
)
def test_the_language_is_chosen_or_asked_for(
    client: Client, accepted: str, cookie: str | None, language: str
) -> None:
    if cookie:
        client.cookies["lang"] = cookie
    shown = page(client.get("/", headers={"Accept-Language": accepted})).one("html")
    assert (shown["lang"], shown["dir"]) == (language, "ltr")


@pytest.mark.parametrize("path", PATHS)
def test_every_page_speaks_portuguese(client: Client, path: str) -> None:
    client.cookies["lang"] = "pt"
    assert "Configurações" in page(client.get(path)).one("nav").text


def test_preferences_are_kept(client: Client) -> None:
    answer = client.post("/settings", form={"lang": "pt", "theme": "dark"})
    assert page(answer).one("html")["data-theme"] == "dark"
    assert page(answer).one("h1").text == "Configurações"
    assert page(client.get("/")).one("html")["data-theme"] == "dark"


@pytest.mark.parametrize("form", [{"lang": "xx"}, {"theme": "pink"}])
def test_there_are_no_other_preferences(client: Client, form: dict[str, str]) -> None:
    assert client.post("/settings", form=form).status == 422


def test_a_theme_that_is_none_is_that_of_the_device(client: Client) -> None:
    client.cookies["theme"] = "pink"
    assert page(client.get("/")).one("html")["data-theme"] == "auto"


@pytest.mark.parametrize("back", ["//evil.test", "https://evil.test", "/\\evil.test", "", "today"])
def test_a_form_leads_to_no_other_site(client: Client, back: str) -> None:
    answer = client.post("/lists/1/clear", form={"back": back}, follow_redirects=False)
    assert answer.headers["Location"] == "/"


def test_a_form_leads_back_to_where_it_was(client: Client) -> None:
    shown = page(client.get("/search?q=a%20b%26c"))
    (back,) = [each["value"] for each in shown.one("#act").all("input")][1:]
    assert back == "/search?q=a%20b%26c"


def test_below_a_path_every_address_is_below_it(sqlite_url: str) -> None:
    app = create(Settings(location(sqlite_url)))
    with Client(app, "http://localhost/tools/todo", follow_redirects=True) as client:
        answer = client.post("/lists/1/add", form={"text": "tea #x", "back": "/"})
        assert titles(answer) == ["tea"]
        for path in PATHS:
            text = client.get(path, headers={"Accept": "text/html"}).text
            found = re.findall(r'(?:href|src|action|formaction)="(/[^"]*)"', text)
            assert found
            assert [each for each in found if not each.startswith("/tools/todo/")] == []
        assert '"start_url":"/tools/todo/"' in client.get("/manifest.webmanifest").text


def test_pages_are_not_kept_by_caches_of_others(client: Client) -> None:
    kept = client.get("/").headers["Cache-Control"]
    assert "private" in kept
    assert "no-cache" in kept


def test_the_policy_allows_nothing_from_elsewhere(client: Client) -> None:
    answer = client.get("/")
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert not re.search(r'\s(?:style|on\w+)="', answer.text)
    assert not re.search(r'(?:src|href)="(?:https?:)?//', answer.text)


@pytest.mark.parametrize("path", PATHS)
def test_names_within_a_page_are_there_once(client: Client, path: str) -> None:
    client.post("/lists/1/add", form={"text": "tea"})
    found = re.findall(r'\sid="([^"]+)"', client.get(path).text)
    assert sorted(found) == sorted(set(found))
