"""Days: those of a Tuesday that stands still, and those of where the browser is."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.support.server import RunningServer
from tests.todo.faults.api import Api

from .browsers import Browsers
from .errands import Errands
from .rows import add, is_stored, row, rows, shows, toggle
from .served import served
from .standing_still import CLOCK


@pytest.fixture(scope="module")
def still(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningServer]:
    """A server where it is always Tuesday, 1 December 2026."""
    db = tmp_path_factory.mktemp("still") / "todo.sqlite3"
    db.write_bytes(sqlite_template.read_bytes())
    with served(db, application="tests.todo.browser.standing_still:app") as running:
        yield running


@pytest.fixture
def garden(still: RunningServer) -> Iterator[Errands]:
    """Things to do, in the only list."""
    with Api(still.port) as api:
        for each in api.get("/lists"):
            api.delete(f"/lists/{each['id']}")
        errands = Errands.made(api, still.url, "Garden")
        for title, due in {
            "rent": "2026-11-30",
            "water": "2026-12-01",
            "prune": "2026-12-02",
            "rake": "2026-12-05",
            "sow": "2027-03-01",
        }.items():
            errands.add(title, due=due)
        errands.add("rest")
        yield errands


@pytest.fixture
def tuesday(garden: Errands, browsers: Browsers) -> Page:
    """Somebody who looks at them, on the same day."""
    context = browsers.new()
    context.add_init_script(CLOCK)
    return browsers.open(garden.url, context)


def groups(page: Page, headings: dict[str, list[str]]) -> None:
    expect(page.locator(".group h2")).to_have_text(list(headings))
    for name, titles in headings.items():
        group = page.get_by_role("region", name=name, exact=True)
        expect(group.locator(".label")).to_have_text(titles)


def test_today_and_upcoming_say_what_is_due(tuesday: Page) -> None:
    days = tuesday.locator(".due")
    expect(days).to_have_text(["Yesterday", "Today", "Tomorrow", "Sat 5 Dec", "1 Mar 2027"])
    side = tuesday.locator(".side")
    expect(side.get_by_role("link", name="Today")).to_contain_text("2")
    side.get_by_role("link", name="Today").click()
    expect(tuesday.locator(".when")).to_have_text("Tuesday, 1 December")
    groups(tuesday, {"Overdue": ["rent"], "Today": ["water"]})
    side.get_by_role("link", name="Upcoming").click()
    later = {"Saturday, 5 December": ["rake"], "Monday, 1 March 2027": ["sow"]}
    tomorrow = {"Tomorrow Wednesday, 2 December": ["prune"]}
    groups(tuesday, {"Overdue": ["rent"], "Today": ["water"]} | tomorrow | later)


def test_what_is_added_and_done_today(tuesday: Page) -> None:
    tuesday.locator(".side").get_by_role("link", name="Today").click()
    expect(rows(tuesday)).to_have_count(2)
    tuesday.get_by_label("Add for today").fill("call Ann")
    tuesday.keyboard.press("Enter")
    expect(row(tuesday, "call Ann")).to_be_visible()
    toggle(tuesday, "rent").click()
    is_stored(tuesday)
    expect(tuesday.locator(".side").get_by_role("link", name="Today")).to_contain_text("2")
    expect(tuesday.get_by_role("region", name="Today").locator(".label")).to_have_text(
        ["water", "call Ann"]
    )


def test_what_repeats_comes_back(tuesday: Page) -> None:
    add(tuesday, "bins every friday")
    expect(row(tuesday, "bins").locator(".due")).to_have_text("Fri 4 Dec")
    expect(row(tuesday, "bins").locator(".repeat")).to_have_attribute("title", "Every week")
    toggle(tuesday, "bins").click()
    expect(row(tuesday, "bins")).to_have_count(2)
    expect(row(tuesday, "bins").locator(".due")).to_have_text(["Fri 4 Dec", "Fri 11 Dec"])


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago"])
def test_it_is_the_day_of_where_the_browser_is(
    browsers: Browsers, errands: Errands, server: RunningServer, zone: str
) -> None:
    page = browsers.open(errands.url, timezone_id=zone)
    day = page.evaluate("new Date().toLocaleDateString('sv')")
    expect(page.locator("html")).to_have_attribute("data-today", day)
    page.goto(f"{server.url}/today")
    expect(page.locator("html")).to_have_attribute("data-zone", zone)
    page.get_by_label("Add for today").fill("sleep +" + errands.title.replace(" ", "-"))
    page.keyboard.press("Enter")
    expect(rows(page)).to_have_count(1)
    (added,) = errands.api.get("/todos?q=sleep")
    assert added["due"] == day
    errands.api.delete(f"/todos/{added['id']}")


def test_what_was_understood_is_shown_while_one_types(tuesday: Page) -> None:
    field, chips = tuesday.locator(".new-todo"), tuesday.locator(".chip")
    field.type("milk #shop !1 tomorrow every week", delay=0)
    expect(chips).to_have_text(["#shop", "!1", "Tomorrow", "every week"])
    tuesday.keyboard.press("Enter")
    expect(chips).to_have_count(0)
    shows(tuesday, "rent", "water", "prune", "rake", "sow", "rest", "milk")
    expect(row(tuesday, "milk").locator(".priority")).to_contain_text("!1")
