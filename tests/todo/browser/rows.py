"""To-dos on a page, as the tests find them."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect


def rows(page: Page) -> Locator:
    """All of them."""
    return page.locator("main .todo")


def row(page: Page, title: str) -> Locator:
    """The one with exactly this title."""
    label = page.locator(".label", has_text=re.compile(f"^{re.escape(title)}$"))
    return page.locator("main .todo").filter(has=label)


def label(page: Page, title: str) -> Locator:
    """Its title, which has the focus for the whole row."""
    return row(page, title).locator(".label")


def toggle(page: Page, title: str) -> Locator:
    """What says whether it is done."""
    return page.get_by_role("checkbox", name=title, exact=True)


def shows(page: Page, *titles: str) -> None:
    """Wait until these are there, in this order, and no other."""
    expect(page.locator("main .label")).to_have_text(list(titles))


def is_stored(page: Page) -> None:
    """Wait until the server has answered to all that was done to rows."""
    expect(page.locator('main .todo[data-version=""]')).to_have_count(0)


def add(page: Page, line: str) -> None:
    """Type it, and wait until it is stored."""
    before = rows(page).count()
    page.locator(".new-todo").fill(line)
    page.keyboard.press("Enter")
    expect(rows(page)).to_have_count(before + 1)
    is_stored(page)
