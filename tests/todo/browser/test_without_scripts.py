"""Everything is done by forms and links alone, in a browser that runs no scripts."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.support.server import RunningServer

from .browsers import Browsers
from .errands import Errands
from .rows import label, row, shows, toggle
from .served import served, set_password

TOMORROW = date.today() + timedelta(1)


@pytest.fixture
def page(browsers: Browsers, errands: Errands) -> Page:
    """The page of a list with three to-dos."""
    errands.add("one", "two", "three")
    opened = browsers.open(errands.url, java_script_enabled=False)
    shows(opened, "one", "two", "three")
    return opened


def press(page: Page, name: str) -> None:
    page.locator("main").get_by_role("button", name=name, exact=True).click()


def heading(page: Page, text: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(text)


def side(page: Page, name: str) -> None:
    page.locator(".side").get_by_role("link", name=name).click()


def test_a_line_is_added_as_it_is_understood(page: Page, errands: Errands) -> None:
    page.get_by_label("Add a to-do").fill("milk #shop !1 tomorrow")
    page.keyboard.press("Enter")
    shows(page, "one", "two", "three", "milk")
    expect(row(page, "milk")).to_contain_text("Tomorrow")
    added = errands.todos()[-1]
    assert (added["tags"], added["priority"], added["due"]) == (["shop"], 1, f"{TOMORROW}")


def test_todos_are_ticked_off_filtered_and_cleared(page: Page, errands: Errands) -> None:
    toggle(page, "two").click()
    expect(toggle(page, "two")).to_be_checked()
    expect(page.locator(".todo-count")).to_have_text("2 items left")
    page.get_by_role("link", name="Active", exact=True).click()
    shows(page, "one", "three")
    page.get_by_role("link", name="Completed", exact=True).click()
    shows(page, "two")
    toggle(page, "two").click()
    shows(page)
    expect(page.get_by_text("Nothing is done yet.")).to_be_visible()
    page.get_by_role("link", name="All", exact=True).click()
    toggle(page, "Complete all").click()
    expect(toggle(page, "Complete all")).to_be_checked()
    press(page, "Clear completed")
    expect(page.get_by_text("3 to-dos deleted")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    shows(page, "one", "two", "three")
    toggle(page, "Complete all").click()
    expect(toggle(page, "Complete all")).not_to_be_checked()
    assert [each["done"] for each in errands.todos()] == [False] * 3


def test_all_fields_are_edited(page: Page, errands: Errands, server: RunningServer) -> None:
    other = Errands.made(errands.api, server.url)
    label(page, "two").click()
    main = page.locator("main")
    for name, text in {
        "Title": "second",
        "Notes": "to be\nwritten",
        "Due": f"{TOMORROW}",
        "Tags": "#home garden",
    }.items():
        main.get_by_label(name, exact=True).fill(text)
    main.locator("[name=priority]").select_option(label="Medium")
    main.locator("[name=unit]").select_option(label="weeks")
    main.get_by_label("Every").fill("2")
    main.locator("[name=after]").select_option(label="the day it was done")
    main.locator("[name=list_id]").select_option(label=other.title)
    press(page, "Save")
    shows(page, "one", "three")
    (changed,) = other.todos()
    expected = {
        "title": "second",
        "notes": "to be\nwritten",
        "due": f"{TOMORROW}",
        "priority": 2,
        "tags": ["home", "garden"],
        "repeat": {"every": 2, "unit": "week", "after": "done"},
    }
    assert {name: changed[name] for name in expected} == expected


def test_what_somebody_else_wrote_meanwhile_is_shown_first(
    browsers: Browsers, page: Page, errands: Errands
) -> None:
    browsers.provoke("409")
    label(page, "two").click()
    errands.api.patch(f"/todos/{errands.todos()[1]['id']}", {"title": "theirs"})
    page.locator("main").get_by_label("Title").fill("mine")
    press(page, "Save")
    expect(page.get_by_role("alert")).to_contain_text("It now reads: theirs")
    press(page, "Save mine instead")
    shows(page, "one", "mine", "three")


def test_what_was_deleted_is_taken_back(page: Page, errands: Errands) -> None:
    row(page, "two").hover()
    row(page, "two").get_by_role("button", name="Delete two").click()
    shows(page, "one", "three")
    expect(page.get_by_text("“two” deleted")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    shows(page, "one", "two", "three")
    label(page, "one").click()
    press(page, "Delete")
    side(page, "Bin")
    page.get_by_role("button", name="Restore: one").click()
    expect(page.get_by_role("button", name="Restore: one")).to_have_count(0)
    assert errands.titles() == ["one", "two", "three"]


def test_the_order_is_changed(page: Page) -> None:
    label(page, "three").click()
    press(page, "Move up")
    shows(page, "one", "three", "two")
    label(page, "one").click()
    press(page, "Move down")
    shows(page, "three", "one", "two")


def test_lists_are_made_renamed_and_moved(page: Page, errands: Errands) -> None:
    page.get_by_label("New list").fill("Garden")
    page.keyboard.press("Enter")
    heading(page, "Garden")
    page.get_by_role("link", name="List settings").click()
    page.get_by_label("Name").fill("Orchard")
    press(page, "Save")
    heading(page, "Orchard")
    lists = page.locator(".side .lists a span:first-of-type")
    expect(lists.last).to_have_text("Orchard")
    page.get_by_role("link", name="List settings").click()
    press(page, "Move up")
    expect(lists.last).to_have_text(errands.title)
    press(page, "Move down")
    expect(lists.last).to_have_text("Orchard")


def test_lists_are_archived_deleted_and_brought_back(page: Page, errands: Errands) -> None:
    entry = page.locator(".side").get_by_role("link", name=errands.title)
    page.get_by_role("link", name="List settings").click()
    press(page, "Archive")
    expect(page.get_by_text(f"“{errands.title}” is in the archive")).to_be_visible()
    expect(entry).to_have_count(0)
    side(page, "Bin")
    page.locator("main li", has_text=errands.title).get_by_role("button").first.click()
    expect(entry).to_be_visible()
    for restore in ("Undo", f"Restore: {errands.title}"):
        page.goto(f"{errands.url}/edit")
        press(page, "Delete this list")
        expect(entry).to_have_count(0)
        if restore != "Undo":
            side(page, "Bin")
        page.get_by_role("button", name=restore).click()
        heading(page, errands.title)
    shows(page, "one", "two", "three")


def test_todos_are_found_and_added_where_they_are_looked_for(
    page: Page, errands: Errands, server: RunningServer
) -> None:
    page.get_by_label("Search to-dos").fill("thre")
    page.keyboard.press("Enter")
    shows(page, "three")
    page.goto(f"{server.url}/tags/shop")
    page.get_by_label("Add with #shop").fill("milk")
    page.keyboard.press("Enter")
    expect(row(page, "milk").locator(".tag")).to_have_text("#shop")
    side(page, "Today")
    page.get_by_label("Add for today").fill("water the plants")
    page.keyboard.press("Enter")
    expect(row(page, "water the plants")).to_be_visible()
    side(page, "Upcoming")
    expect(row(page, "water the plants")).to_be_visible()
    for title in ("milk", "water the plants"):
        (found,) = errands.api.get(f"/todos?q={title.split()[0]}")
        errands.api.delete(f"/todos/{found['id']}")


def test_language_and_theme_are_chosen(page: Page) -> None:
    side(page, "Settings")
    page.get_by_label("Language").select_option(label="Português")
    page.get_by_label("Dark").check()
    press(page, "Save")
    expect(page.locator("html")).to_have_attribute("lang", "pt")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    background = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert background == "rgb(23, 19, 16)"


def test_one_logs_in_and_out(browsers: Browsers, db: Path) -> None:
    browsers.provoke("403", "Clear-Site-Data")
    set_password(db, "correct horse")
    with served(db, env={"PURETODO_ACCESS": "password"}) as own:
        page = browsers.open(f"{own.url}/today", java_script_enabled=False)
        page.get_by_label("Password").fill("wrong horse")
        press(page, "Log in")
        expect(page.get_by_role("alert")).to_have_text("That is not the password.")
        page.get_by_label("Password").fill("correct horse")
        press(page, "Log in")
        heading(page, "Today")
        page.get_by_role("button", name="Log out").click()
        expect(page).to_have_url(f"{own.url}/login")
        page.goto(f"{own.url}/today")
        expect(page.get_by_label("Password")).to_be_visible()
        browsers.close()
