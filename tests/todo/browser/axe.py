"""axe-core in a page: what of it some people cannot see, read, reach or understand."""

from __future__ import annotations

from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page, ViewportSize

SIZES: tuple[ViewportSize, ...] = (
    {"width": 1280, "height": 800},
    {"width": 360, "height": 740},
)

# All rules are run; only what is said of the elements that keep them is left out.
RUN = """async () => {
    const { violations, passes } = await axe.run({ resultTypes: ["violations"] });
    return { violations, passed: passes.length };
}"""


def in_every_look(page: Page) -> list[str]:
    """The violations of a page, as it stands, in light and dark, on a desktop and on a phone."""
    found: list[str] = []
    for size in SIZES:
        page.set_viewport_size(size)
        page.emulate_media(color_scheme="light")
        found += [f"{size['width']} px, light: {each}" for each in violations(page)]
        page.emulate_media(color_scheme="dark")
        found += [f"{size['width']} px, dark: {each}" for each in violations(page)]
    return found


def violations(page: Page) -> list[str]:
    """What axe's own set of rules, whole, has against a page."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    result: dict[str, Any] = page.evaluate(RUN)
    assert result["passed"] > 10
    return [
        f"{page.url}: {rule['id']}: {node['html']} {node['failureSummary']}"
        for rule in result["violations"]
        for node in rule["nodes"]
    ]
