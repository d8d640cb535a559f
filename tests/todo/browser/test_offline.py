"""Without a connection what was opened can be read, nothing can be changed, and it is said."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.support.server import RunningServer
from tests.todo.faults.api import Api

from .browsers import WITH_WORKER, Browsers
from .errands import Errands
from .rows import add, label, shows, toggle
from .served import served, set_password

UNREACHED = ("ERR_CONNECTION", "ERR_INCOMPLETE", "ERR_EMPTY", "ERR_INTERNET", "ERR_FAILED")
KEPT = """async () => {
    const found = [];
    for (const name of await caches.keys())
        for (const { url } of await (await caches.open(name)).keys())
            found.push(new URL(url).pathname);
    return found;
}"""


@pytest.fixture
def context(browsers: Browsers) -> BrowserContext:
    browsers.provoke(*UNREACHED)
    return browsers.new(**WITH_WORKER)


@pytest.fixture
def page(own: RunningServer, browsers: Browsers, context: BrowserContext) -> Page:
    """Somebody who has looked at a list, a to-do and what is due."""
    with Api(own.port) as api:
        errands = Errands.made(api, own.url, "Garden")
        errands.add("plant a tree", notes="an apple, or a pear")
    opened = browsers.open(errands.url, context)
    shows(opened, "plant a tree")
    is_kept(opened, errands.url)
    opened.get_by_role("link", name="Today").click()
    expect(opened.get_by_role("heading", level=1)).to_have_text("Today")
    opened.goto(errands.url)
    return opened


def is_kept(page: Page, address: str) -> None:
    """Wait until the page can be read without a connection."""
    path = "/" + address.split("/", 3)[3]
    page.evaluate(
        """async (path) => {
            await navigator.serviceWorker.ready;
            while (!(await caches.match(path))) await new Promise((done) => setTimeout(done, 20));
        }""",
        path,
    )


def go_offline(page: Page, own: RunningServer) -> None:
    """For the page, and for its service worker, whose requests Chromium's switch does not stop."""
    page.context.set_offline(True)
    own.stop()


def test_what_was_opened_can_be_read(page: Page, own: RunningServer) -> None:
    go_offline(page, own)
    page.reload()
    shows(page, "plant a tree")
    expect(page.locator(".banner")).to_have_text("You are offline: reading only")
    page.get_by_role("link", name="Today").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Today")
    expect(page.locator(".banner")).to_be_visible()
    page.go_back()
    shows(page, "plant a tree")


def test_what_was_not_opened_is_explained(page: Page, own: RunningServer) -> None:
    go_offline(page, own)
    page.goto(f"{own.url}/bin")
    expect(page.get_by_role("heading", level=1)).to_have_text("You are offline")
    expect(page.get_by_text("What you have opened before can be read.")).to_be_visible()
    expect(page.get_by_role("link", name="Try again")).to_be_visible()


def test_nothing_can_be_changed_and_it_is_said_why(page: Page, own: RunningServer) -> None:
    go_offline(page, own)
    expect(page.locator(".new-todo")).to_be_disabled()
    expect(page.get_by_label("New list")).to_be_disabled()
    toast = page.locator(".toast")
    toggle(page, "plant a tree").click()
    expect(toast).to_have_text("You are offline: reading only")
    expect(toggle(page, "plant a tree")).not_to_be_checked()
    label(page, "plant a tree").dblclick()
    expect(page.locator(".edit")).to_have_count(0)
    for key in ("d", "2", "Alt+ArrowDown"):
        page.keyboard.press(key)
    shows(page, "plant a tree")
    expect(page.locator(".priority")).to_have_count(0)


def test_with_a_connection_again_all_works(page: Page, own: RunningServer, db: Path) -> None:
    go_offline(page, own)
    page.reload()
    expect(page.locator(".banner")).to_be_visible()
    with served(db, port=own.port), Api(own.port) as api:
        api.post("/lists/2/todos", {"title": "meanwhile"})
        page.context.set_offline(False)
        expect(page.locator(".banner")).to_have_count(0)
        shows(page, "plant a tree", "meanwhile")
        add(page, "and on")
        assert [each["title"] for each in api.get("/lists/2/todos")][-1] == "and on"


def test_after_a_logout_nothing_is_kept(
    browsers: Browsers, context: BrowserContext, db: Path
) -> None:
    browsers.provoke("Clear-Site-Data")
    set_password(db, "correct horse")
    with served(db, env={"PURETODO_ACCESS": "password"}) as own:
        page = browsers.open(f"{own.url}/lists/1", context)
        page.get_by_label("Password").fill("correct horse")
        page.get_by_role("button", name="Log in").click()
        expect(page).to_have_url(f"{own.url}/lists/1")
        is_kept(page, f"{own.url}/lists/1")
        page.get_by_role("button", name="Log out").click()
        expect(page.get_by_label("Password")).to_be_visible()
        assert page.evaluate(KEPT) == []
        page.go_back()
        expect(page.get_by_label("Password")).to_be_visible()
        expect(page.locator(".todo-list")).to_have_count(0)
