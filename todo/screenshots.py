"""The pictures of the README: `.venv/bin/python todo/screenshots.py` takes them anew.

A real Potstill serves lists of one day, which stands still, so that the same pages make the same
pictures. With a folder as its argument it takes every page in every width and theme there instead,
to be looked at.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple
from urllib.request import Request, urlopen

from playwright.sync_api import Browser, Page, sync_playwright

from potstill.web import App
from puretodo.app import create

HERE = Path(__file__).parent
NOW = datetime(2026, 12, 3, 9, 30, tzinfo=UTC)
"""A Thursday."""
STANDING_STILL = f"""
const Real = Date;
globalThis.Date = class extends Real {{
    constructor(...parts) {{ super(...(parts.length ? parts : [Date.now()])); }}
    static now() {{ return {int(NOW.timestamp() * 1000)}; }}
}};
"""
LISTS = {
    "Home": [
        "Renew the passport !1 #papers",
        "Water the plants every 3 days",
        "Call grandmother today !2",
        "Book the train to Porto !1 tomorrow #travel",
        "Return the library books saturday",
        "Fix the kitchen tap #diy",
        "Pay the rent 1 jan every month #papers",
        "Ask Ines about the spare room",
        "Descale the kettle",
        "Hang the pictures in the hall #diy",
    ],
    "Groceries": [
        "Bread",
        "Coffee, the dark one",
        "Olive oil",
        "Lemons",
        "Candles for the cake friday",
    ],
    "Garden": [
        "Plant the garlic sunday",
        "Sharpen the secateurs #diy",
        "Order seeds !3 15 jan",
        "Cover the lemon tree tomorrow",
    ],
    "Trip to Porto": [
        "Pack the camera 11 dec #travel",
        "Find somebody to feed the cat !1 8 dec",
        "Download the maps #travel",
    ],
}
DONE = {"Descale the kettle", "Hang the pictures in the hall", "Lemons", "Download the maps"}
DUE = {"Renew the passport": "2026-12-02"}
"""What is overdue: nothing is added too late."""
NOTES = {"Book the train to Porto": "Window seats, not before nine."}
WIDTHS = {1440: 900, 768: 1024, 360: 740}
"""And the heights of their windows."""


class Picture(NamedTuple):
    """What is on one."""

    path: str
    width: int
    theme: str
    act: Callable[[Page], None] = lambda _: None


def typing(page: Page) -> None:
    """A line that is being typed, and what is understood of it."""
    page.locator(".new-todo").type("Dinner with Ana #friends !2 saturday")
    page.locator(".chip").nth(2).wait_for()


def details(page: Page) -> None:
    """The sheet of a to-do."""
    page.keyboard.press("Escape")
    for _ in range(3):
        page.keyboard.press("j")
    page.keyboard.press("o")
    page.locator("dialog [name=notes]").wait_for()


def help_sheet(page: Page) -> None:
    """All keys."""
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    page.locator("dialog .keys").first.wait_for()


def drawer(page: Page) -> None:
    """The lists, where they are not beside the page."""
    if page.locator(".menu").is_visible():
        page.locator(".menu").click()


def deleted(page: Page) -> None:
    """A to-do that was just deleted, and may come back."""
    page.keyboard.press("Escape")
    page.keyboard.press("d")
    page.locator(".undo").wait_for()


README = {
    "list-light.png": Picture("/", 1440, "light", typing),
    "list-phone.png": Picture("/", 360, "dark"),
    "upcoming-dark.png": Picture("/upcoming", 1440, "dark"),
}
PAGES: dict[str, tuple[str, Callable[[Page], None]]] = {
    "list": ("/", lambda _: None),
    "typing": ("/", typing),
    "details": ("/", details),
    "help": ("/", help_sheet),
    "drawer": ("/", drawer),
    "empty": ("/lists/5", lambda _: None),
    "today": ("/today", lambda _: None),
    "upcoming": ("/upcoming", lambda _: None),
    "search": ("/search?q=the", lambda _: None),
    "edit": ("/lists/1/edit", lambda _: None),
    "settings": ("/settings", lambda _: None),
    "nowhere": ("/nowhere", lambda _: None),
    "offline": ("/offline", lambda _: None),
    "deleted": ("/", deleted),
    "bin": ("/bin", lambda _: None),
}


def main() -> None:
    """Take all of them."""
    pictures, folder = README, HERE / "docs"
    if len(sys.argv) > 1:
        pictures, folder = every_look(), Path(sys.argv[1])
    folder.mkdir(exist_ok=True)
    with served() as url, chromium() as browser:
        fill(url)
        for name, picture in pictures.items():
            take(browser, url, picture, folder / name)
            print(f"{folder / name}: {(folder / name).stat().st_size / 1000:.0f} KB")


def every_look() -> dict[str, Picture]:
    """Each page, in each width and theme."""
    return {
        f"{name}-{width}-{theme}.png": Picture(path, width, theme, act)
        for name, (path, act) in PAGES.items()
        for width in WIDTHS
        for theme in ("light", "dark")
    }


def application() -> App:
    """What the server serves: the same day for ever."""
    return create(clock=lambda: NOW)


@contextmanager
def served() -> Iterator[str]:
    """The address of a server with an empty database of its own."""
    with tempfile.TemporaryDirectory() as folder:
        environment = os.environ | {"PURETODO_DB": f"{folder}/todo.sqlite3"}
        options = ("--bind", "127.0.0.1:0", "--access-logfile", os.devnull)
        process = subprocess.Popen(  # noqa: S603 - nothing of it comes from elsewhere
            [sys.executable, "-m", "potstill", "screenshots:application()", *options],
            cwd=HERE,
            env=environment,
            stderr=subprocess.PIPE,
            text=True,
        )
        try:
            yield address(process)
        finally:
            process.terminate()
            process.communicate()


def address(process: subprocess.Popen[str]) -> str:
    """Where a server listens, which it says when it does."""
    assert process.stderr is not None
    for line in process.stderr:
        if found := re.search(r"Listening at (http://\S+)", line):
            return found[1].rstrip("/")
    raise RuntimeError("the server did not start")


def fill(url: str) -> None:
    """Add all lists."""
    ask("PATCH", f"{url}/api/v1/lists/1", {"title": next(iter(LISTS))})
    for title in [*LISTS, "Ideas"][1:]:
        ask("POST", f"{url}/api/v1/lists", {"title": title})
    for number, lines in enumerate(LISTS.values(), 1):
        for line in lines:
            todo = ask("POST", f"{url}/api/v1/quick-add", {"text": line, "list_id": number})
            title = todo["title"]
            wanted: dict[str, Any] = {"done": title in DONE, "notes": NOTES.get(title, "")}
            wanted["due"] = DUE.get(title, todo["due"])
            ask("PATCH", f"{url}/api/v1/todos/{todo['id']}", wanted)


def ask(method: str, url: str, data: object) -> dict[str, Any]:
    """What the API answers."""
    headers = {"Content-Type": "application/json"}
    request = Request(url, json.dumps(data).encode(), headers, method=method)  # noqa: S310 - ours
    with urlopen(request) as answer:  # noqa: S310
        said: dict[str, Any] = json.load(answer)
    return said


@contextmanager
def chromium() -> Iterator[Browser]:
    """Debian's."""
    with sync_playwright() as playwright:
        path = shutil.which("chromium")
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


def take(browser: Browser, url: str, picture: Picture, file: Path) -> None:
    """Take one: what a window shows, at rest."""
    context = browser.new_context(
        viewport={"width": picture.width, "height": WIDTHS[picture.width]},
        color_scheme="dark" if picture.theme == "dark" else "light",
        reduced_motion="reduce",
        bypass_csp=True,  # Playwright hides the caret by a style of its own
        locale="en-GB",
        timezone_id="Europe/London",
        has_touch=picture.width < 1000,
        is_mobile=picture.width < 1000,
    )
    context.add_init_script(STANDING_STILL)
    page = context.new_page()
    page.goto(url + picture.path)
    picture.act(page)
    page.screenshot(path=file, animations="disabled", caret="hide")
    context.close()


if __name__ == "__main__":
    main()
