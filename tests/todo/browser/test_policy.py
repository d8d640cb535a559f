"""What the page may load and run: its own, and nothing else."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from .browsers import Browsers
from .errands import Errands

STRICT = {
    "default-src": "'self'",
    "object-src": "'none'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
    "form-action": "'self'",
}


def test_the_policy_is_strict(browsers: Browsers, errands: Errands) -> None:
    page = browsers.new().new_page()
    answer = page.goto(errands.url)
    assert answer
    policy = dict(
        part.strip().split(" ", 1) for part in answer.headers["content-security-policy"].split(";")
    )
    assert policy | STRICT == policy
    assert re.fullmatch(r"'self' 'nonce-[\w+/=-]{16,}'", policy["script-src"])
    assert "unsafe" not in answer.headers["content-security-policy"]


def test_all_that_is_loaded_comes_from_here(browsers: Browsers, errands: Errands) -> None:
    context = browsers.new()
    asked: list[str] = []
    context.on("request", lambda request: asked.append(request.url))
    page = browsers.open(errands.url, context)
    page.get_by_role("link", name="Keys and help").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    own = errands.url.rsplit("/", 2)[0]
    assert len(asked) > 10
    assert [url for url in asked if not url.startswith(f"{own}/")] == []


def test_what_got_into_the_page_does_not_run(browsers: Browsers, errands: Errands) -> None:
    browsers.provoke("Content Security Policy")
    errands.add("<img src=x onerror='wasRun = true'><script>wasRun = true</script>")
    page = browsers.open(errands.url)
    assert violation(page, "script") == "script-src-elem"
    assert violation(page, "style") == "style-src-elem"
    assert page.evaluate("window.wasRun") is None
    expect(page.locator(".label")).to_contain_text("<script>")


def violation(page: Page, tag: str) -> str:
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
