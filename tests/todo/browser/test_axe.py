"""No page, in no state, theme or size, has a violation of axe's rules."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.support.server import RunningServer
from tests.todo.faults.api import Api

from .axe import in_every_look
from .browsers import Browsers
from .errands import Errands
from .rows import is_stored, label, row
from .served import served, set_password

TODAY = date.today()


@pytest.fixture
def full(errands: Errands) -> Errands:
    """A list with something of everything."""
    errands.add("bread", tags=["shop"], priority=1, due=f"{TODAY}")
    errands.add("rent", due=f"{TODAY - timedelta(1)}", repeat={"every": 1, "unit": "month"})
    errands.add("plan the garden", notes="Beans, and *not* too many.", priority=2)
    errands.add("a holiday", due=f"{TODAY + timedelta(400)}", priority=3)
    errands.add("done already", done=True)
    return errands


@pytest.fixture
def page(browsers: Browsers, full: Errands) -> Page:
    """The page of that list."""
    return browsers.open(full.url)


def test_lists_full_filtered_and_empty(page: Page, full: Errands, server: RunningServer) -> None:
    empty = Errands.made(full.api, server.url)
    found = in_every_look(page)
    for address in (f"{full.url}?show=completed", empty.url, f"{empty.url}?show=active"):
        page.goto(address)
        found += in_every_look(page)
    assert found == []


def test_views(page: Page, server: RunningServer) -> None:
    found = []
    for path in ("/today", "/upcoming", "/tags/shop", "/tags/none", "/search?q=b", "/search"):
        page.goto(server.url + path)
        found += in_every_look(page)
    assert found == []


def test_details_help_and_settings(page: Page, full: Errands, server: RunningServer) -> None:
    todo = full.todos()[1]["id"]
    full.api.post(f"/lists/{full.id}/shares", {"label": "Ann"})
    found = []
    for path in (f"/todos/{todo}", "/help", "/settings", f"/lists/{full.id}/edit"):
        page.goto(server.url + path)
        found += in_every_look(page)
    assert found == []


def test_the_bin_full_and_empty(page: Page, full: Errands, server: RunningServer) -> None:
    page.goto(f"{server.url}/bin")
    found = in_every_look(page)
    full.api.delete(f"/todos/{full.todos()[0]['id']}")
    archived = Errands.made(full.api, server.url)
    full.api.patch(f"/lists/{archived.id}", {"archived": True})
    page.reload()
    assert found + in_every_look(page) == []


def test_a_row_being_edited_and_one_with_a_conflict(browsers: Browsers, full: Errands) -> None:
    browsers.provoke("412")
    page = browsers.open(full.url)
    label(page, "bread").dblclick()
    found = in_every_look(page)
    is_stored(page)
    full.api.patch(f"/todos/{full.todos()[0]['id']}", {"title": "white bread"})
    page.locator(".edit").fill("brown bread")
    page.keyboard.press("Enter")
    expect(page.locator(".conflict")).to_be_visible()
    assert found + in_every_look(page) == []


def test_a_toast_and_what_is_understood(page: Page) -> None:
    row(page, "bread").locator(".destroy").click()
    expect(page.locator(".toast .undo")).to_be_visible()
    page.locator(".undo").focus()
    page.locator(".new-todo").fill("milk #shop !1 tomorrow " + "and more " * 50)
    expect(page.locator(".chip")).to_have_count(3)
    page.locator(".undo").focus()  # it stays as long as the focus is there
    assert in_every_look(page) == []


def test_sheets(page: Page) -> None:
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    found = in_every_look(page)
    page.keyboard.press("Escape")
    page.keyboard.press("o")
    expect(page.locator("dialog [name=title]")).to_be_visible()
    found += in_every_look(page)
    assert found == []


def test_the_lists_in_the_drawer_of_a_phone(page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    page.get_by_role("button", name="Menu").click()
    expect(page.locator(".side")).to_be_visible()
    assert in_every_look(page) == []


def test_what_guests_see(browsers: Browsers, full: Errands) -> None:
    found = []
    todo = full.todos()[0]["id"]
    for may_edit in (False, True):
        share = full.api.post(f"/lists/{full.id}/shares", {"may_edit": may_edit})
        page = browsers.open(share["url"])
        found += in_every_look(page)
        page.goto(f"{page.url}todos/{todo}")
        found += in_every_look(page)
    assert found == []


def test_errors_and_the_page_without_a_connection(
    browsers: Browsers, server: RunningServer
) -> None:
    browsers.provoke("404")
    page = browsers.open(f"{server.url}/nowhere")
    found = in_every_look(page)
    page.goto(f"{server.url}/offline")
    assert found + in_every_look(page) == []


@pytest.fixture(scope="module", params=["password", "accounts"])
def locked(
    request: pytest.FixtureRequest, sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningServer]:
    """A server that asks who comes."""
    db = tmp_path_factory.mktemp("locked") / "todo.sqlite3"
    db.write_bytes(sqlite_template.read_bytes())
    set_password(db, "correct horse")
    with served(db, env={"PURETODO_ACCESS": request.param}) as running:
        yield running


def test_the_login_and_what_can_be_set_behind_it(browsers: Browsers, locked: RunningServer) -> None:
    browsers.provoke("403")
    page = browsers.open(f"{locked.url}/login?next=/settings")
    found = in_every_look(page)
    for password in ("wrong horse", "correct horse"):
        if page.get_by_label("Name").count():
            page.get_by_label("Name").fill("owner")
        page.get_by_label("Password").fill(password)
        page.get_by_role("button", name="Log in").click()
        expect(page.get_by_role("alert").or_(page.locator("#sessions"))).to_be_visible()
        found += in_every_look(page)
    page.get_by_label("What it is for").fill("scripts")
    page.get_by_role("button", name="Make a token").click()
    expect(page.get_by_label("A new API token")).to_be_visible()
    assert found + in_every_look(page) == []


def test_an_account_without_lists(own: RunningServer, browsers: Browsers) -> None:
    with Api(own.port) as api:
        api.delete("/lists/1")
    assert in_every_look(browsers.open(own.url)) == []
