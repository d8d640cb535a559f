"""What the script of the to-do list adds: no reload, other tabs, the focus, words for a failure."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.support.server import RunningServer, potstill

from .conftest import Open
from .test_todo import add, item, titles


def test_nothing_reloads_the_page(scripted: BrowserContext, open_page: Open) -> None:
    page = open_page(scripted)
    page.evaluate("window.isTheSame = true")
    add(page, "one")
    item(page, "one").click()
    expect(item(page, "one", done=True)).to_be_visible()
    page.get_by_role("button", name="Delete: one").click()
    expect(page.get_by_text("Nothing to do.")).to_be_visible()
    assert page.evaluate("window.isTheSame") is True


def test_another_tab_shows_what_has_changed(scripted: BrowserContext, open_page: Open) -> None:
    one, other = open_page(scripted), open_page(scripted)
    add(one, "shared")
    expect(item(other, "shared")).to_be_visible()
    item(other, "shared").click()
    expect(item(one, "shared", done=True)).to_be_visible()
    one.get_by_role("button", name="Delete: shared").click()
    expect(other.get_by_text("Nothing to do.")).to_be_visible()


def test_what_another_tab_deletes_does_not_disturb_what_is_being_typed(
    scripted: BrowserContext, open_page: Open
) -> None:
    one, other = open_page(scripted), open_page(scripted)
    one.get_by_label("What is to be done?").press_sequentially("half a")
    add(other, "interrupting")
    expect(item(one, "interrupting")).to_be_visible()
    one.keyboard.type(" thought")
    one.keyboard.press("Enter")
    expect(item(one, "half a thought")).to_be_visible()


def test_an_item_that_is_gone_is_explained(chromium: Browser, server: RunningServer) -> None:
    with chromium.new_context() as mine, chromium.new_context() as theirs:
        one, other = mine.new_page(), theirs.new_page()
        one.goto(server.url)
        add(one, "wanted")
        other.goto(server.url)
        one.get_by_role("button", name="Delete: wanted").click()
        expect(one.get_by_text("Nothing to do.")).to_be_visible()
        item(other, "wanted").click()
        expect(other.get_by_role("alert")).to_have_text("This item is not on the list any more.")
        assert titles(other) == []


def test_the_keyboard_is_enough(scripted: BrowserContext, open_page: Open) -> None:
    page = open_page(scripted)
    expect(page.get_by_label("What is to be done?")).to_be_focused()  # the browser's own time
    for title in ("one", "two"):
        page.keyboard.type(title)
        page.keyboard.press("Enter")
        expect(item(page, title)).to_be_visible()
        expect(page.get_by_label("What is to be done?")).to_be_focused()
        expect(page.get_by_label("What is to be done?")).to_have_value("")
    for key in ("Tab", "Tab", "Space"):
        page.keyboard.press(key)
    expect(item(page, "one", done=True)).to_be_focused()
    for key in ("Tab", "Enter"):
        page.keyboard.press(key)
    assert page.locator("#todos:focus").or_(page.locator("#todos :focus")).count() == 1


def test_a_server_that_is_gone_is_explained(chromium: Browser, server: RunningServer) -> None:
    with chromium.new_context() as context:
        page = context.new_page()
        page.goto(server.url)
        server.stop()
        page.get_by_label("What is to be done?").fill("kept")
        page.keyboard.press("Enter")
        expect(page.get_by_role("alert")).to_have_text("The server does not answer. Is it running?")
        expect(page.get_by_label("What is to be done?")).to_have_value("kept")


def test_a_script_that_got_into_the_page_does_not_run(
    chromium: Browser, server: RunningServer
) -> None:
    with chromium.new_context() as context:
        page = context.new_page()
        page.goto(server.url)
        assert violations(page, "script") == "script-src-elem"
        assert page.evaluate("window.wasRun") is None
        assert violations(page, "style") == "style-src-elem"


def violations(page: Page, tag: str) -> str:
    """The rule that stops an element of this kind with its content inline."""
    broken: str = page.evaluate(
        """tag => new Promise((resolve) => {
            document.addEventListener(
                "securitypolicyviolation", (event) => resolve(event.effectiveDirective));
            document.body.append(
                Object.assign(document.createElement(tag), { textContent: "wasRun = true" }));
        })""",
        tag,
    )
    return broken


def test_it_works_under_a_prefix(chromium: Browser, tmp_path: Path) -> None:
    env = {"TODO_DB": str(tmp_path / "list.sqlite3")}
    arguments = ("--root-path", "/my/lists", "examples.todo_pep3333:app")
    with potstill(*arguments, env=env) as server, chromium.new_context() as context:
        page = context.new_page()
        page.goto(f"{server.url}/my/lists/")
        add(page, "mounted")
        item(page, "mounted").click()
        expect(item(page, "mounted", done=True)).to_be_visible()
