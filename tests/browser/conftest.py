"""A to-do list that Chromium opens; a page that complains fails its test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request

from tests.support.server import RunningServer, potstill

Open = Callable[[BrowserContext], Page]


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RunningServer]:
    env = {"TODO_DB": str(tmp_path / "list.sqlite3")}
    with potstill("examples.todo_pep3333:app", env=env) as running:
        yield running


@pytest.fixture
def open_page(server: RunningServer) -> Iterator[Open]:
    """A page that shows the list; what it complains about on its console is collected."""
    complaints: list[str] = []

    def opened(context: BrowserContext) -> Page:
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda message: complaints.append(f"{message.type}: {message.text}"))
        page.on("requestfailed", lambda request: complaints.extend(failure_of(request)))
        page.goto(server.url)
        return page

    yield opened
    assert complaints == []


def failure_of(request: Request) -> list[str]:
    """Why it failed; nothing when it was a navigation that made the browser drop it."""
    reason = request.failure or "unknown"
    return [] if reason == "net::ERR_ABORTED" else [f"{request.url}: {reason}"]


@pytest.fixture(params=[True, False], ids=["with JavaScript", "without JavaScript"])
def context(request: pytest.FixtureRequest, chromium: Browser) -> Iterator[BrowserContext]:
    opened = chromium.new_context(java_script_enabled=request.param)
    yield opened
    opened.close()


@pytest.fixture
def scripted(chromium: Browser) -> Iterator[BrowserContext]:
    opened = chromium.new_context()
    yield opened
    opened.close()
