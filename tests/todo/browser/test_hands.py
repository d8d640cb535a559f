"""By hand: rows are dragged by mouse and finger, and what was done by mistake is undone."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import FloatRect, Locator, Page, Route, expect

from tests.support.server import RunningServer

from .browsers import Browsers
from .errands import Errands
from .rows import is_stored, row, shows, toggle

PHONE: dict[str, Any] = {
    "viewport": {"width": 360, "height": 740},
    "has_touch": True,
    "is_mobile": True,
}


@pytest.fixture
def page(browsers: Browsers, errands: Errands) -> Page:
    errands.add("one", "two", "three")
    opened = browsers.open(errands.url)
    shows(opened, "one", "two", "three")
    return opened


def box(locator: Locator) -> FloatRect:
    found = locator.bounding_box()
    assert found
    return found


def middle(locator: Locator) -> tuple[float, float]:
    place = box(locator)
    return place["x"] + place["width"] / 2, place["y"] + place["height"] / 2


def grip(page: Page, title: str) -> Locator:
    return row(page, title).locator(".handle")


def drag(page: Page, title: str, x: float, y: float) -> None:
    page.mouse.move(*middle(grip(page, title)))
    page.mouse.down()
    page.mouse.move(x, y, steps=8)


def below(page: Page, title: str) -> tuple[float, float]:
    x, y = middle(grip(page, title))
    return x, y + 4


def test_a_row_is_dragged_by_mouse(page: Page, errands: Errands) -> None:
    drag(page, "one", *below(page, "three"))
    shows(page, "two", "three", "one")
    page.mouse.up()
    is_stored(page)
    assert errands.titles() == ["two", "three", "one"]
    page.reload()
    shows(page, "two", "three", "one")


def test_escape_puts_a_dragged_row_back(page: Page, errands: Errands) -> None:
    drag(page, "one", *below(page, "three"))
    shows(page, "two", "three", "one")
    page.keyboard.press("Escape")
    page.mouse.up()
    shows(page, "one", "two", "three")
    assert errands.titles() == ["one", "two", "three"]


def test_a_row_is_dropped_on_another_list(
    page: Page, errands: Errands, server: RunningServer
) -> None:
    other = Errands.made(errands.api, server.url)
    entry = page.locator(".side").get_by_role("link", name=other.title)
    expect(entry).to_be_visible()
    drag(page, "two", *middle(entry))
    expect(entry).to_have_class("over")
    page.mouse.up()
    shows(page, "one", "three")
    expect(page.locator(".toast")).to_contain_text(f"Moved to {other.title}")
    is_stored(page)
    expect(entry).to_contain_text("1")
    assert other.titles() == ["two"]
    page.locator(".undo").click()
    expect(row(page, "two")).to_be_visible()
    assert other.titles() == []


def test_a_row_is_dragged_by_finger(browsers: Browsers, errands: Errands) -> None:
    errands.add("one", "two", "three")
    page = browsers.open(errands.url, **PHONE)
    shows(page, "one", "two", "three")
    start, end = middle(grip(page, "three")), middle(grip(page, "one"))
    touch = page.context.new_cdp_session(page)

    def send(kind: str, *points: tuple[float, float]) -> None:
        places: list[dict[str, Any]] = [{"x": x, "y": y} for x, y in points]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": places})

    send("touchStart", start)
    for step in range(1, 9):
        send("touchMove", (start[0], start[1] + (end[1] - 4 - start[1]) * step / 8))
    shows(page, "three", "one", "two")
    send("touchEnd")
    is_stored(page)
    assert errands.titles() == ["three", "one", "two"]


def test_on_a_phone_a_tap_opens_the_details(browsers: Browsers, errands: Errands) -> None:
    errands.add("one", "two")
    page = browsers.open(errands.url, **PHONE)
    expect(page.locator(".new-todo")).not_to_be_focused()  # no keyboard over the list
    row(page, "one").locator(".label").tap()
    page.locator("dialog").get_by_label("Title").fill("first")
    page.locator("dialog").get_by_role("button", name="Save").tap()
    shows(page, "first", "two")
    row(page, "two").locator(".label").tap()
    page.locator("dialog").get_by_role("button", name="Delete").tap()
    shows(page, "first")
    page.locator(".undo").tap()
    shows(page, "first", "two")


def test_a_deleted_todo_is_brought_back(page: Page, errands: Errands) -> None:
    row(page, "two").hover()
    row(page, "two").locator(".destroy").click()
    shows(page, "one", "three")
    expect(page.locator(".toast")).to_contain_text("“two” deleted")
    page.locator(".undo").click()
    shows(page, "one", "two", "three")
    assert errands.titles() == ["one", "two", "three"]


def test_what_was_cleared_is_brought_back(page: Page, errands: Errands) -> None:
    toggle(page, "one").check()
    toggle(page, "three").check()
    page.locator(".clear-completed").click()
    shows(page, "two")
    expect(page.locator(".toast")).to_contain_text("2 to-dos deleted")
    page.locator(".undo").click()
    shows(page, "one", "two", "three")
    assert [each["done"] for each in errands.todos()] == [True, False, True]


def test_a_deleted_list_is_brought_back(page: Page, errands: Errands) -> None:
    page.get_by_role("link", name="List settings").click()
    page.get_by_role("button", name="Delete this list").click()
    expect(page.locator(".side")).not_to_contain_text(errands.title)
    page.locator(".undo").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(errands.title)
    shows(page, "one", "two", "three")


def test_what_is_not_stored_yet_can_be_ticked_off(page: Page, errands: Errands) -> None:
    held: list[Route] = []
    page.route("**/quick-add", lambda route: held.append(route))
    page.locator(".new-todo").fill("four")
    page.keyboard.press("Enter")
    toggle(page, "four").check()
    (adding,) = held
    adding.continue_()
    is_stored(page)
    expect(toggle(page, "four")).to_be_checked()
    assert [each["done"] for each in errands.todos()] == [False, False, False, True]


def test_details_are_changed_in_the_sheet(page: Page, errands: Errands) -> None:
    row(page, "two").hover()
    row(page, "two").locator(".details").click()
    sheet = page.get_by_role("dialog")
    sheet.get_by_label("Notes").fill("not forgotten")
    sheet.get_by_label("Tags").fill("home")
    sheet.get_by_role("button", name="Save").click()
    expect(sheet).to_be_hidden()
    expect(row(page, "two").locator(".tag")).to_have_text("#home")
    expect(row(page, "two").locator(".noted")).to_be_visible()
    row(page, "two").locator(".tag").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("#home")
    shows(page, "two")
    assert errands.todos()[1]["notes"] == "not forgotten"
