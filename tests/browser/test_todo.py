"""The to-do list in a real browser, as a person uses it."""

from __future__ import annotations

from playwright.sync_api import BrowserContext, Locator, Page, expect

from .conftest import Open


def add(page: Page, title: str) -> None:
    page.get_by_label("What is to be done?").fill(title)
    page.get_by_role("button", name="Add", exact=True).click()
    expect(item(page, title)).to_be_visible()


def item(page: Page, title: str, *, done: bool = False) -> Locator:
    return page.get_by_role("button", name=title, exact=True, pressed=done)


def titles(page: Page) -> list[str]:
    return page.locator("#todos .title").all_inner_texts()


def test_an_item_is_added_crossed_off_put_back_and_deleted(
    context: BrowserContext, open_page: Open
) -> None:
    page = open_page(context)
    expect(page.get_by_text("Nothing to do. Enjoy it.")).to_be_visible()
    add(page, "Buy a pot still")
    item(page, "Buy a pot still").click()
    expect(item(page, "Buy a pot still", done=True)).to_be_visible()
    item(page, "Buy a pot still", done=True).click()
    expect(item(page, "Buy a pot still")).to_be_visible()
    page.get_by_role("button", name="Delete: Buy a pot still").click()
    expect(page.get_by_text("Nothing to do. Enjoy it.")).to_be_visible()


def test_the_list_is_there_after_a_reload(context: BrowserContext, open_page: Open) -> None:
    page = open_page(context)
    for title in ("one", "two", "three"):
        add(page, title)
    item(page, "one").click()
    expect(item(page, "one", done=True)).to_be_visible()
    page.reload()
    assert titles(page) == ["two", "three", "one"]
    expect(page.get_by_text("1 of 3 done")).to_be_visible()
    expect(item(page, "one", done=True)).to_be_visible()


def test_markup_in_a_title_is_shown_as_it_was_typed(
    context: BrowserContext, open_page: Open
) -> None:
    page = open_page(context)
    add(page, "<b>bold</b> & <script>alert(1)</script>")
    page.reload()
    assert titles(page) == ["<b>bold</b> & <script>alert(1)</script>"]


def test_an_empty_title_is_not_sent(context: BrowserContext, open_page: Open) -> None:
    page = open_page(context)
    page.get_by_role("button", name="Add", exact=True).click()
    assert page.locator("#title:invalid").count() == 1
    assert titles(page) == []


def test_the_page_fits_a_phone_whatever_the_title(context: BrowserContext, open_page: Open) -> None:
    page = open_page(context)
    page.set_viewport_size({"width": 320, "height": 640})
    add(page, "Supercalifragilistic" * 8)
    for part in ("html", "main", "li", ".delete"):
        box = page.locator(part).bounding_box()
        assert box is not None
        assert box["x"] + box["width"] <= 320


def test_a_second_tab_shows_the_same_list(context: BrowserContext, open_page: Open) -> None:
    one, other = open_page(context), open_page(context)
    add(one, "from the first")
    other.reload()
    expect(item(other, "from the first")).to_be_visible()
    add(other, "from the second")
    one.reload()
    assert titles(one) == titles(other) == ["from the first", "from the second"]
