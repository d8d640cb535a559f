"""Error pages, the development page and templates, as a browser shows them under their policies."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.support.server import potstill

CONTRAST = """
element => {
  const rgb = text => text.match(/[\\d.]+/g).map(Number);
  const shine = ([r, g, b]) => [r, g, b]
    .map(c => c / 255).map(c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  let back = element, colour = [0, 0, 0, 0];
  while (back && (colour[3] ?? 1) === 0) {
    colour = rgb(getComputedStyle(back).backgroundColor);
    back = back.parentElement;
  }
  const [one, other] = [shine(rgb(getComputedStyle(element).color)), shine(colour)];
  return (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
}
"""
"""The contrast of an element's text to what is behind it (WCAG 2.2, 1.4.3)."""


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with potstill("tests.web.failing_site:app") as running:
        yield running.url


@pytest.fixture(params=["light", "dark"])
def page(request: pytest.FixtureRequest, chromium: Browser) -> Iterator[Page]:
    """A page on a phone, in either colour scheme; a blocked style or script fails the test."""
    context = chromium.new_context(
        color_scheme=request.param, viewport={"width": 390, "height": 780}
    )
    opened = context.new_page()
    opened.set_default_timeout(10_000)
    complaints: list[str] = []
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on("console", lambda message: complaints.append(f"{message.type}: {message.text}"))
    yield opened
    context.close()
    expected = re.compile("Failed to load resource: the server responded with a status of")
    assert [each for each in complaints if not expected.search(each)] == []


def assert_readable(texts: Locator) -> None:
    """Each has a contrast of at least 4.5 to 1."""
    assert texts.count() > 0
    for text in texts.all():
        contrast = text.evaluate(CONTRAST)
        assert contrast >= 4.5, f"{text.text_content()!r} has a contrast of {contrast:.2f}"


def assert_fits(page: Page) -> None:
    """Nothing is wider than the screen."""
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_an_error_page_is_styled_readable_and_fits(page: Page, address: str) -> None:
    answer = page.goto(address + "/nowhere")
    assert answer is not None
    assert answer.status == 404
    expect(page.get_by_role("heading", level=1)).to_have_text("Error 404: Not Found")
    expect(page.get_by_role("main")).to_have_count(1)
    is_dark = page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")
    background = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert background == ("rgb(21, 24, 29)" if is_dark else "rgb(247, 246, 243)")
    assert_readable(page.locator("h1, .status, .detail"))
    assert_fits(page)


def test_an_error_page_lists_what_is_wrong(page: Page, address: str) -> None:
    page.goto(address + "/refused")
    expect(page.locator(".detail")).to_have_text("Two of the fields <cannot> be taken.")
    expect(page.get_by_role("listitem")).to_have_count(2)
    assert_readable(page.locator("li, li b"))
    assert_fits(page)


def test_the_development_page_opens_and_closes_without_a_script(page: Page, address: str) -> None:
    answer = page.goto(address + "/crash")
    assert answer is not None
    assert answer.status == 500
    expect(page.get_by_role("heading", level=1)).to_have_text("RuntimeError")
    expect(page.get_by_text("no <img src=x onerror=alert(1)>").first).to_be_visible()
    expect(page.get_by_text("There is milk only.").first).to_be_visible()
    expect(page.locator("details.frame[open] .here")).to_contain_text("raise RuntimeError")
    expect(page.get_by_role("row", name="password")).to_contain_text("(hidden)")
    text = page.locator("details", has_text="Traceback as text").locator("pre")
    expect(text).to_be_hidden()
    page.get_by_text("Traceback as text").click()
    expect(text).to_contain_text("Traceback (most recent call last)")
    text.click()
    assert "RuntimeError: no <img" in page.evaluate("String(getSelection())")
    assert_fits(page)


def test_the_development_page_can_be_read_by_keyboard(page: Page, address: str) -> None:
    page.goto(address + "/crash")
    opened = page.locator("details[open]").count()
    page.keyboard.press("Tab")
    expect(page.locator("summary:focus").first).to_be_visible()
    page.keyboard.press("Enter")
    assert page.locator("details[open]").count() == opened + (
        1 if page.evaluate("document.activeElement.parentElement.open") else -1
    )


def test_the_development_page_is_readable_with_all_of_it_open(page: Page, address: str) -> None:
    page.goto(address + "/crash")
    for summary in page.locator("details:not([open]) > summary").all():
        if summary.is_visible():
            summary.click()
    assert_readable(page.locator("h1, h2, .call, .message, .note, .file, .link, footer p"))
    assert_readable(page.locator("details[open] .here, caption, th small, summary b"))
    assert_fits(page)


def test_a_name_that_a_template_does_not_know_is_shown_in_it(page: Page, address: str) -> None:
    page.goto(address + "/typo")
    expect(page.locator(".note")).to_contain_text("Did you mean 'title'?")
    expect(page.locator("details.frame[open] .here")).to_have_text("{{ titel }}\n")


def test_a_script_with_the_nonce_runs_and_no_other_does(chromium: Browser, address: str) -> None:
    with chromium.new_context() as context:
        page = context.new_page()
        blocked: list[str] = []
        page.on("console", lambda message: blocked.append(message.text))
        page.goto(address)
        title = page.locator("h1").get_attribute("title")
        assert title is not None
        assert "</script>" in title
        assert page.evaluate("document.body.dataset.title") == title
        assert page.evaluate("document.body.dataset.foreign") is None
        assert page.evaluate("document.body.dataset.evil") is None
        assert len([text for text in blocked if "Content Security Policy" in text]) == 1
        page.get_by_role("button").click()
        expect(page.locator("body")).to_have_text("Sent.")
