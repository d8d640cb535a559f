"""What others do is seen as it happens, and disturbs nobody."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from statistics import median
from time import monotonic

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.support.server import RunningServer
from tests.todo.faults.api import Api

from .browsers import Browsers
from .errands import Errands
from .rows import add, is_stored, label, row, shows, toggle
from .served import served

SOON = 1.0
"""Seconds."""


@pytest.fixture
def pages(browsers: Browsers, errands: Errands) -> tuple[Page, Page]:
    """Two people on the page of a list with three to-dos."""
    errands.add("one", "two", "three")
    one, other = browsers.open(errands.url), browsers.open(errands.url)
    for page in (one, other):
        shows(page, "one", "two", "three")
    is_live(one, other, errands)
    return one, other


def is_live(one: Page, other: Page, errands: Errands) -> None:
    """Wait until both listen."""
    (added,) = errands.add("listening?")
    for page in (one, other):
        shows(page, *errands.titles())
    errands.api.delete(f"/todos/{added}")
    for page in (one, other):
        shows(page, *errands.titles())


def rename(page: Page, title: str) -> None:
    page.goto(f"{page.url}/edit")
    page.get_by_label("Name").fill(title)
    page.get_by_role("button", name="Save").click()


def edit(page: Page, title: str, wanted: str) -> None:
    label(page, title).dblclick()
    page.locator(".edit").fill(wanted)
    page.keyboard.press("Enter")


def test_each_sees_what_the_other_does_within_a_second(pages: tuple[Page, Page]) -> None:
    one, other = pages
    times: list[float] = []

    def seen(act: Callable[[], object], look: Callable[[], object]) -> None:
        begun = monotonic()
        act()
        look()
        times.append(monotonic() - begun)

    seen(lambda: add(one, "four"), lambda: shows(other, "one", "two", "three", "four"))
    seen(lambda: edit(other, "two", "2"), lambda: shows(one, "one", "2", "three", "four"))
    seen(toggle(one, "one").check, lambda: expect(toggle(other, "one")).to_be_checked())
    label(other, "one").click()
    move = "Alt+ArrowDown"
    seen(lambda: other.keyboard.press(move), lambda: shows(one, "2", "one", "three", "four"))
    row(one, "one").hover()
    delete = row(one, "one").locator(".destroy")
    seen(delete.click, lambda: shows(other, "2", "three", "four"))
    heading = one.get_by_role("heading", level=1)
    seen(lambda: rename(other, "Renamed"), lambda: expect(heading).to_have_text("Renamed"))
    entry = one.locator(".side [aria-current=page]")
    expect(entry).to_have_text("Renamed3")
    assert median(times) < SOON, times


def test_a_guest_sees_it_too(browsers: Browsers, errands: Errands) -> None:
    errands.add("one")
    share = errands.api.post(f"/lists/{errands.id}/shares", {"may_edit": True})
    owner, guest = browsers.open(errands.url), browsers.open(share["url"])
    is_live(owner, guest, errands)
    toggle(guest, "one").check()
    expect(toggle(owner, "one")).to_be_checked()
    add(owner, "two")
    shows(guest, "one", "two")


def test_all_tabs_of_a_browser_listen_by_one_connection(
    browsers: Browsers, errands: Errands
) -> None:
    context = browsers.new()
    connections = connections_of(context)
    tabs = [browsers.open(errands.url, context) for _ in range(3)]
    for number in range(3):
        errands.add(f"number {number}")
        for tab in tabs:
            shows(tab, *errands.titles())
    assert len(connections) == 1
    tabs[0].close()
    errands.add("another one listens now")
    for tab in tabs[1:]:
        shows(tab, *errands.titles())
    assert len(connections) == 2


def connections_of(context: BrowserContext) -> list[str]:
    """The addresses that are listened to, as they are asked for."""
    found: list[str] = []
    context.on(
        "request",
        lambda request: found.append(request.url) if "/api/v1/events" in request.url else None,
    )
    return found


def test_what_is_being_typed_is_not_disturbed(pages: tuple[Page, Page], errands: Errands) -> None:
    one, other = pages
    label(one, "two").dblclick()
    field = one.locator(".edit")
    field.type(" and a ha", delay=0)
    add(other, "four")
    edit(other, "one", "1")
    row(other, "three").hover()
    row(other, "three").locator(".destroy").click()
    shows(other, "1", "two", "four")
    is_stored(other)
    field.type("lf")
    expect(field).to_be_focused()
    expect(field).to_have_value("two and a half")
    one.keyboard.press("Enter")
    shows(one, "1", "two and a half", "four")
    shows(other, "1", "two and a half", "four")
    expect(label(one, "two and a half")).to_be_focused()


def test_a_new_line_and_the_focus_outlive_what_others_do(
    pages: tuple[Page, Page], errands: Errands
) -> None:
    one, _ = pages
    field = one.locator(".new-todo")
    field.type("half a")
    errands.add("interrupting")
    shows(one, "one", "two", "three", "interrupting")
    expect(field).to_be_focused()
    one.keyboard.type(" thought")
    expect(field).to_have_value("half a thought")
    one.keyboard.press("Escape")
    one.keyboard.press("j")
    errands.api.delete(f"/todos/{errands.todos()[0]['id']}")
    shows(one, "two", "three", "interrupting")
    expect(label(one, "two")).to_be_focused()
    errands.api.delete(f"/todos/{errands.todos()[0]['id']}")
    shows(one, "three", "interrupting")
    expect(label(one, "three")).to_be_focused()


def test_of_two_edits_one_is_chosen(
    browsers: Browsers, pages: tuple[Page, Page], errands: Errands
) -> None:
    browsers.provoke("412")
    one, other = pages
    for title, choice, kept in (
        ("two", "Save mine instead", "mine"),
        ("three", "Take theirs", "theirs"),
    ):
        label(one, title).dblclick()
        edit(other, title, "theirs")
        is_stored(other)
        one.locator(".edit").fill("mine")
        one.keyboard.press("Enter")
        conflict = one.get_by_role("alert").filter(has_text="Somebody changed this meanwhile")
        expect(conflict).to_contain_text("theirs")
        expect(conflict.get_by_role("button", name="Save mine instead")).to_be_focused()
        conflict.get_by_role("button", name=choice).click()
        expect(label(one, kept)).to_be_focused()
    for page in pages:
        shows(page, "one", "mine", "theirs")
    is_stored(one)
    assert errands.titles() == ["one", "mine", "theirs"]


def test_a_page_catches_up_when_the_server_comes_back(browsers: Browsers, db: Path) -> None:
    browsers.provoke("ERR_CONNECTION", "ERR_INCOMPLETE", "ERR_EMPTY", "502", "503")
    with served(db) as other, Api(other.port) as api:
        with served(db) as first:
            errands = Errands.made(api, first.url)
            page = browsers.open(errands.url)
            errands.add("before")
            shows(page, "before")
        errands.add("meanwhile")
        with served(db, port=first.port):
            shows(page, "before", "meanwhile")
            errands.add("after")
            shows(page, "before", "meanwhile", "after")
            add(page, "from here")
        assert errands.titles() == ["before", "meanwhile", "after", "from here"]


def test_another_server_on_the_same_database_is_heard(browsers: Browsers, db: Path) -> None:
    with served(db) as one, served(db) as other, Api(one.port) as api:
        errands = Errands.made(api, one.url)
        here = browsers.open(errands.url)
        there = browsers.open(errands.url.replace(one.url, other.url))
        is_live(here, there, errands)
        add(here, "from one")
        shows(there, "from one")
        toggle(there, "from one").check()
        expect(toggle(here, "from one")).to_be_checked()
        browsers.close()


def test_a_list_that_somebody_deletes_is_left(
    browsers: Browsers, pages: tuple[Page, Page], errands: Errands, server: RunningServer
) -> None:
    browsers.provoke("404")
    one, other = pages
    other.goto(f"{errands.url}/edit")
    other.get_by_role("button", name="Delete this list").click()
    expect(other.get_by_text("deleted")).to_be_visible()
    expect(one).to_have_url(f"{server.url}/")
    expect(one.locator(".side")).not_to_contain_text(errands.title)
