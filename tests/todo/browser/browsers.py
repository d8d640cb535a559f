"""Browsers of people, each with storage of its own, and all that their pages complain about."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request

USUAL: dict[str, Any] = {
    "locale": "en-GB",
    "timezone_id": "Europe/London",
    "reduced_motion": "reduce",
    "service_workers": "block",
}
WITH_WORKER: dict[str, Any] = {"service_workers": "allow"}
BLOCKED = "Service Worker registration blocked by Playwright"


class Browsers:
    """Any number of them, in one Chromium."""

    def __init__(self, chromium: Browser) -> None:
        self._chromium = chromium
        self._contexts: list[BrowserContext] = []
        self._heard: list[str] = []
        self._provoked: list[str] = []

    def new(self, **options: Any) -> BrowserContext:
        """Somebody's, in London unless told otherwise.

        Nothing moves and no service worker is installed, which saves time: `**WITH_WORKER` for one.
        """
        context = self._chromium.new_context(**USUAL | options)
        context.set_default_timeout(10_000)
        context.on("page", self._watch)
        context.on("console", self._hear)
        context.on("requestfailed", self._notice)
        self._contexts.append(context)
        return context

    def open(self, address: str, context: BrowserContext | None = None, **options: Any) -> Page:
        """A page at an address, in a browser that is new unless it is given."""
        page = (context or self.new(**options)).new_page()
        page.goto(address)
        return page

    def provoke(self, *patterns: str) -> None:
        """What is to be complained about, as the test is about it."""
        self._provoked += patterns

    @property
    def complaints(self) -> list[str]:
        """What was complained about, and not provoked."""
        return [
            text
            for text in self._heard
            if not any(re.search(each, text) for each in self._provoked)
        ]

    def close(self) -> None:
        """Close all of them, as before their server stops."""
        while self._contexts:
            self._contexts.pop().close()

    def _watch(self, page: Page) -> None:
        page.on("pageerror", lambda error: self._heard.append(str(error)))

    def _hear(self, message: ConsoleMessage) -> None:
        if message.text != BLOCKED:
            self._heard.append(f"{message.type}: {message.text} {message.location.get('url', '')}")

    def _notice(self, request: Request) -> None:
        # What is dropped did not fail: its page was left, or (None) preloads scripts and runs none.
        if request.failure not in ("net::ERR_ABORTED", None):
            self._heard.append(f"{request.url}: {request.failure}")
