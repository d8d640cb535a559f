"""Small and fitting: what the first page weighs, and that no page is wider than its window."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.support.server import RunningServer, potstill
from tests.todo.faults.api import Api

from .browsers import WITH_WORKER, Browsers
from .errands import Errands
from .rows import rows

BUDGET = 30 * 1024
"""Bytes of all bodies, as sent."""
KEPT_BUDGET = 10 * 1024
"""Bytes that the service worker fetches afterwards, to have them offline."""
LOGGED = re.compile(r'"GET (?P<path>\S+) HTTP/1.1" 200 (?P<bytes>\d+)')
TITLES = [f"Number {number}: look after what was planted in the garden" for number in range(20)]
OVERFLOWING = """() => {
    const wide = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= wide) return [];
    return [...document.querySelectorAll("body *")]
        .filter((each) => each.getBoundingClientRect().right > wide + 1)
        .map((each) => each.outerHTML.slice(0, 200));
}"""


def test_the_first_page_is_small(browsers: Browsers, db: Path) -> None:
    """The server's log counts the bytes of each body: of the page, and of all it asks for."""
    with potstill("puretodo.app:create()", env={"PURETODO_DB": str(db)}) as own:
        with Api(own.port) as api:
            Errands(api, 1, "", "").add(*TITLES, tags=["garden"], due="2030-01-01")
        page = browsers.open(own.url, **WITH_WORKER)
        expect(rows(page)).to_have_count(20)
        page.evaluate("navigator.serviceWorker.ready.then(() => 1)")
        own.wait_for(r'"GET /offline HTTP/1.1" 200')
        browsers.close()
        own.stop()
    sent = [
        (found["path"], int(found["bytes"]))
        for found in LOGGED.finditer(own.output)
        if "/api/" not in found["path"]
    ]
    worker = [path for path, _ in sent].index("/sw.js")
    assert sent[0][0] == "/"
    assert sum(size for _, size in sent[:worker]) <= BUDGET, sent[:worker]
    assert sum(size for _, size in sent[worker:]) <= KEPT_BUDGET, sent[worker:]


@pytest.fixture
def paths(errands: Errands) -> list[str]:
    """Pages with long words on them."""
    word = "Supercalifragilistic" * 6
    (todo,) = errands.add(word, tags=[word[:50], "b"], due="2030-01-01", priority=1, notes=word)
    errands.api.patch(f"/lists/{errands.id}", {"title": word})
    own = f"/lists/{errands.id}"
    return [own, f"{own}/edit", f"/todos/{todo}", "/upcoming", f"/search?q={word}", *OTHERS]


OTHERS = ["/today", "/settings", "/bin", "/help", "/offline", f"/tags/{'Supercalifragilistic' * 2}"]


def overflowing(page: Page, addresses: list[str], *, large: bool = False) -> list[str]:
    found: list[str] = []
    for address in addresses:
        page.goto(address)
        if large:
            page.evaluate("document.documentElement.style.fontSize = '200%'")
        found += [f"{address}: {each}" for each in page.evaluate(OVERFLOWING)]
    return found


def test_nothing_is_wider_than_a_small_phone(
    browsers: Browsers, server: RunningServer, paths: list[str]
) -> None:
    page = browsers.open(server.url, viewport={"width": 320, "height": 640})
    assert overflowing(page, [server.url + path for path in paths]) == []


def test_nothing_is_wider_than_the_window_when_letters_are_twice_as_large(
    browsers: Browsers, server: RunningServer, paths: list[str]
) -> None:
    addresses = [server.url + path for path in paths]
    page = browsers.open(server.url, viewport={"width": 640, "height": 400}, device_scale_factor=2)
    assert overflowing(page, addresses) == []
    page.set_viewport_size({"width": 1280, "height": 800})
    assert overflowing(page, addresses, large=True) == []


@pytest.mark.parametrize("width", [360, 1280])
def test_from_right_to_left_all_is_on_the_other_side(
    browsers: Browsers, errands: Errands, width: int
) -> None:
    errands.add("לחם #קניות", "חלב", priority=1, due="2030-01-01")
    page = browsers.open(errands.url, viewport={"width": width, "height": 740})
    page.evaluate("document.documentElement.dir = 'rtl'")
    assert page.evaluate(OVERFLOWING) == []
    if width == 360:
        page.get_by_role("button", name="Menu").click()
    side, main = (page.locator(part).bounding_box() for part in (".side", "main .title"))
    assert side
    assert main
    assert side["x"] + side["width"] == width
    assert width == 360 or side["x"] >= main["x"] + main["width"]
    first = rows(page).first
    box, text = (first.locator(part).bounding_box() for part in (".toggle", ".label"))
    assert box
    assert text
    assert box["x"] >= text["x"] + text["width"]


def test_nothing_moves_for_whom_that_is_too_much(browsers: Browsers, errands: Errands) -> None:
    for motion, names in (("no-preference", ("fresh", "up")), ("reduce", ("none", "none"))):
        page = browsers.open(errands.url, reduced_motion=motion)
        page.locator(".new-todo").fill(motion)
        page.keyboard.press("Enter")
        fresh = page.locator(".todo.fresh")
        expect(fresh).to_have_css("animation-name", names[0])
        seconds = "0s" if motion == "reduce" else "0.14s"
        expect(page.locator(".button").first).to_have_css(
            "transition-duration", re.compile(f"^{seconds}")
        )
        page.get_by_role("link", name="Keys and help").click()
        expect(page.locator("dialog")).to_have_css("animation-name", names[1])
