"""Everything is done without a mouse, and the focus is always somewhere that can be seen."""

from __future__ import annotations

import re
from datetime import date

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.support.server import RunningServer

from .browsers import Browsers
from .errands import Errands
from .rows import is_stored, label, row, shows, toggle

FOCUS = """() => {
    const element = document.activeElement;
    if (element === document.body) return "nothing has the focus";
    const shown = [element, element.closest(".adding, .search, .making, .todo, dialog")];
    const isMarked = shown.some((each) => each && getComputedStyle(each).outlineStyle !== "none");
    const { width, height, top, bottom } = element.getBoundingClientRect();
    const isSeen = width && height && bottom > 0 && top < innerHeight;
    if (!isMarked && !element.matches("main, dialog")) return `no outline: ${element.outerHTML}`;
    if (!isSeen) return `out of sight: ${element.outerHTML}`;
    return "";
}"""


class Keys:
    """A keyboard, and eyes that look for the focus after each key."""

    def __init__(self, page: Page) -> None:
        self._page = page

    def press(self, *keys: str) -> None:
        for key in keys:
            self._page.keyboard.press(key)
            self.look()

    def look(self) -> None:
        """The focus is somewhere, and shown."""
        assert self._page.evaluate(FOCUS) == ""

    def type(self, text: str) -> None:
        self._page.keyboard.type(text)

    def enter(self, text: str) -> None:
        self.type(text)
        self.press("Enter")


@pytest.fixture
def page(browsers: Browsers, errands: Errands) -> Page:
    errands.add("one", "two", "three")
    opened = browsers.open(errands.url)
    shows(opened, "one", "two", "three")
    expect(opened.locator(".new-todo")).to_be_focused()
    return opened


@pytest.fixture
def keys(page: Page) -> Keys:
    return Keys(page)


def has_focus(page: Page, title: str) -> None:
    expect(label(page, title)).to_be_focused()


def test_todos_are_added_one_after_the_other(page: Page, keys: Keys) -> None:
    for title in ("four", "five"):
        keys.enter(title)
        expect(page.locator(".new-todo")).to_be_focused()
    shows(page, "one", "two", "three", "four", "five")
    keys.press("Escape")
    has_focus(page, "one")
    keys.press("n")
    expect(page.locator(".new-todo")).to_be_focused()


def test_one_walks_ticks_off_and_takes_back(page: Page, keys: Keys, errands: Errands) -> None:
    keys.press("Escape", "j", "j", "k")
    has_focus(page, "two")
    keys.press("ArrowDown", "ArrowDown", "ArrowUp")
    has_focus(page, "two")
    keys.press("x")
    expect(toggle(page, "two")).to_be_checked()
    keys.press("x", "z")
    expect(toggle(page, "two")).to_be_checked()
    is_stored(page)
    assert [each["done"] for each in errands.todos()] == [False, True, False]
    has_focus(page, "two")


def test_a_title_is_edited_or_left_as_it_was(page: Page, keys: Keys) -> None:
    keys.press("Escape", "e")
    keys.enter(" and a half")
    shows(page, "one and a half", "two", "three")
    has_focus(page, "one and a half")
    keys.press("j", "Enter")
    keys.type("!")
    keys.press("Escape")
    shows(page, "one and a half", "two", "three")
    has_focus(page, "two")
    keys.press("k", "z")
    shows(page, "one", "two", "three")


def test_a_priority_is_given_and_taken_away(page: Page, keys: Keys) -> None:
    keys.press("Escape", "2")
    expect(row(page, "one").locator(".priority")).to_contain_text("!2")
    keys.press("0")
    expect(row(page, "one").locator(".priority")).to_have_count(0)
    has_focus(page, "one")


def test_a_day_is_set_in_the_details(page: Page, keys: Keys, errands: Errands) -> None:
    keys.press("Escape", "j", "o")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("Title")).to_be_visible()
    tab_to(page, keys, dialog.get_by_label("Due", exact=True))
    first = "ArrowUp"  # of the months, of the days; the year begins with this one
    keys.press(first, "ArrowRight", first, "ArrowRight", first, "Enter")
    expect(dialog).to_be_hidden()
    expect(row(page, "two").locator(".due")).to_be_visible()
    assert errands.todos()[1]["due"] == f"{date.today().year}-01-01"
    has_focus(page, "two")


def test_the_order_is_changed(page: Page, keys: Keys, errands: Errands) -> None:
    keys.press("Escape", "Alt+ArrowDown")
    shows(page, "two", "one", "three")
    has_focus(page, "one")
    expect(page.locator("#said")).to_have_text("“one” is now number 2 of 3")
    keys.press("Alt+ArrowDown", "Alt+ArrowDown", "k", "Alt+ArrowUp")
    shows(page, "three", "two", "one")
    is_stored(page)
    assert errands.titles() == ["three", "two", "one"]


def test_what_was_deleted_is_taken_back(page: Page, keys: Keys, errands: Errands) -> None:
    keys.press("Escape", "j", "d")
    shows(page, "one", "three")
    has_focus(page, "three")
    keys.press("d")
    has_focus(page, "one")
    keys.press("d")
    expect(page.locator(".new-todo")).to_be_focused()
    page.keyboard.press("Escape")  # there is no row to go to
    for shown in (["one"], ["one", "three"], ["one", "two", "three"]):
        page.keyboard.press("z")
        shows(page, *shown)
    assert errands.titles() == ["one", "two", "three"]


def test_the_whole_list_is_ticked_off_filtered_and_cleared(page: Page, keys: Keys) -> None:
    keys.press("Escape", "x")
    tab_to(page, keys, page.get_by_role("link", name="Active", exact=True))
    keys.press("Enter")
    shows(page, "two", "three")
    expect(page.get_by_role("link", name="Active", exact=True)).to_be_focused()
    tab_to(page, keys, page.get_by_role("link", name="All", exact=True), back=True)
    keys.press("Enter")
    shows(page, "one", "two", "three")
    tab_to(page, keys, page.locator(".toggle-all"), back=True)
    keys.press("Space")
    expect(page.locator(".todo.completed")).to_have_count(3)
    tab_to(page, keys, page.locator(".clear-completed"))
    keys.press("Enter")
    shows(page)
    expect(page.get_by_text("3 to-dos deleted")).to_be_visible()
    keys.press("z")
    shows(page, "one", "two", "three")
    keys.press("z")
    expect(page.locator(".todo.completed .label")).to_have_text(["one"])


def test_a_search_is_typed_and_left(page: Page, keys: Keys) -> None:
    keys.press("Escape", "/")
    keys.type("thr")
    expect(page).to_have_url(re.compile("q=thr"))
    shows(page, "three")
    keys.press("Escape")
    has_focus(page, "three")
    page.go_back()
    shows(page, "one", "two", "three")


def test_one_goes_to_views_and_to_another_list(
    page: Page, keys: Keys, server: RunningServer, errands: Errands
) -> None:
    keys.press("Escape", "g", "t")
    expect(page.get_by_role("heading", level=1)).to_have_text("Today")
    keys.press("g", "u")
    expect(page.get_by_role("heading", level=1)).to_have_text("Upcoming")
    keys.press("g", "i")
    expect(page).to_have_url(f"{server.url}/")
    entry = page.locator(".side").get_by_role("link", name=errands.title)
    tab_to(page, keys, entry)
    keys.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(errands.title)
    shows(page, "one", "two", "three")


def test_the_sheet_of_keys_opens_and_closes(page: Page, keys: Keys) -> None:
    keys.press("Escape", "?")
    dialog = page.get_by_role("dialog", name="Keys and help")
    expect(dialog).to_be_visible()
    expect(dialog).to_contain_text("Move up or down")
    keys.press("Escape")
    expect(dialog).to_be_hidden()
    has_focus(page, "one")


def test_the_content_is_reached_past_the_lists(browsers: Browsers, errands: Errands) -> None:
    page = browsers.open(f"{errands.url}#nothing")  # who follows a link to a place is left there
    keys = Keys(page)
    keys.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    keys.press("Enter")
    expect(page.locator("main")).to_be_focused()


def test_keys_are_nobodys_while_one_types(page: Page, keys: Keys) -> None:
    keys.type("njkxed?/z0")
    expect(page.locator(".new-todo")).to_have_value("njkxed?/z0")
    shows(page, "one", "two", "three")


def tab_to(page: Page, keys: Keys, wanted: Locator, *, back: bool = False) -> None:
    """Press Tab until it has the focus; past the last element is the browser's own bar."""
    for _ in range(40):
        page.keyboard.press("Shift+Tab" if back else "Tab")
        if wanted.evaluate("element => element === document.activeElement"):
            return
        if not page.evaluate("document.activeElement === document.body"):
            keys.look()
    raise AssertionError(f"{wanted} is not reached by Tab")
