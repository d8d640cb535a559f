"""Who reads Portuguese finds no English left."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect

import puretodo.pages
from tests.support.server import RunningServer

from .browsers import Browsers
from .errands import Errands
from .rows import row, shows

WORDS = Path(puretodo.pages.__file__).parent / "words"
SHOWN = """() => {
    const names = ["aria-label", "aria-description", "placeholder", "title", "alt", "content"];
    const found = [document.title.split(" · ")[0]];
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (texts.nextNode())
        if (!texts.currentNode.parentElement.closest("script, [lang]:not(html)"))
            found.push(texts.currentNode.data);
    for (const element of document.querySelectorAll("*"))
        for (const name of names) found.push(element.getAttribute(name) ?? "");
    return found.map((text) => text.replace(/\\s+/g, " ").trim()).filter(Boolean);
}"""


def texts(words: Mapping[str, Any]) -> Iterator[str]:
    for value in words.values():
        if isinstance(value, dict):
            yield from texts(value)
        elif isinstance(value, list):
            yield from map(str, value)
        else:
            yield str(value)


def read(language: str) -> set[str]:
    return set(texts(tomllib.loads((WORDS / f"{language}.toml").read_text("utf-8"))))


def pattern(text: str) -> str:
    return re.sub(r"\\\{\w+\\\}", ".+", re.escape(text))


ENGLISH = re.compile(
    "|".join(pattern(each) for each in read("en") - read("pt") if re.sub(r"\{\w+\}|\W", "", each))
)


def english(page: Page) -> list[str]:
    shown: list[str] = page.evaluate(SHOWN)
    assert len(shown) > 5
    return [f"{page.url}: {each}" for each in shown if ENGLISH.fullmatch(each)]


def test_no_page_has_english_left(
    browsers: Browsers, errands: Errands, server: RunningServer
) -> None:
    browsers.provoke("404")
    (todo, *_) = errands.add("comprar pão", priority=1, tags=["x"], due="2030-01-01", notes="-")
    errands.add("pagar a renda", repeat={"every": 2, "unit": "week", "after": "done"})
    errands.add("feito", done=True)
    errands.api.post(f"/lists/{errands.id}/shares", {})
    page = browsers.open(errands.url, locale="pt-PT")
    expect(page.locator("html")).to_have_attribute("lang", "pt")
    found = []
    own = f"/lists/{errands.id}"
    for path in (
        *(own, f"{own}?show=completed", f"{own}/edit", f"/todos/{todo}", "/today", "/upcoming"),
        *("/tags/x", "/search?q=a", "/search?q=zzz", "/bin", "/settings", "/help", "/offline"),
        "/nowhere",
    ):
        page.goto(server.url + path)
        found += english(page)
    assert found == []


def test_what_scripts_say_is_portuguese_too(browsers: Browsers, errands: Errands) -> None:
    errands.add("comprar pão", "pagar a renda")
    page = browsers.open(errands.url, locale="pt-BR")
    page.locator(".new-todo").fill("leite #mercado amanhã")
    expect(page.locator(".chip")).to_have_text(["#mercado", "Amanhã"])
    page.keyboard.press("Enter")
    expect(row(page, "leite").locator(".due")).to_have_text("Amanhã")
    expect(page.locator(".todo-count")).to_have_text("3 tarefas restantes")
    page.keyboard.press("Escape")
    page.keyboard.press("d")
    expect(page.locator(".toast")).to_be_visible()
    assert english(page) == []
    page.keyboard.press("z")
    shows(page, "comprar pão", "pagar a renda", "leite")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    assert english(page) == []
