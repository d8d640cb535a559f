"""Below a path of a real nginx, everything works as it does at the root."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.deploy.proxies import Door, nginx

from .browsers import WITH_WORKER, Browsers
from .rows import add, is_stored, label, row, shows, toggle
from .served import served

SITE = """
server {{
    listen {door};
    location /my/lists/ {{
        proxy_pass http://127.0.0.1:{port}{path};
        proxy_http_version 1.1;
        proxy_set_header Connection "";
        proxy_set_header Host $http_host;
        proxy_set_header X-Forwarded-For $remote_addr;
        proxy_set_header X-Forwarded-Proto $scheme;
        proxy_set_header X-Forwarded-Prefix /my/lists;
        proxy_buffering off;
    }}
}}
"""
STRIPPED = ("--forwarded-headers", "x-forwarded-for,x-forwarded-proto,x-forwarded-prefix")
WHOLE = ("--root-path", "/my/lists")
BELIEVED = ("--forwarded-allow-ips", "127.0.0.1")


@pytest.fixture(params=["the prefix is taken away", "the path is left whole"])
def site(request: pytest.FixtureRequest, db: Path, tmp_path: Path) -> Iterator[str]:
    """The address of the lists, in front of nginx."""
    is_stripped = request.param == "the prefix is taken away"
    options, path = (STRIPPED, "/") if is_stripped else (WHOLE, "")
    door = Door()
    with served(db, *options, *BELIEVED) as own:
        site = SITE.format(door=door.address, port=own.port, path=path)
        with nginx(tmp_path, door, site=site):
            yield f"http://127.0.0.1:{door.port}/my/lists"


def test_everything_works_below_a_path(site: str, browsers: Browsers) -> None:
    context = browsers.new(**WITH_WORKER)
    page, other = browsers.open(f"{site}/", context), browsers.open(f"{site}/lists/1")
    add(page, "bread #shop")
    shows(other, "bread")
    toggle(other, "bread").check()
    expect(toggle(page, "bread")).to_be_checked()
    label(page, "bread").dblclick()
    page.locator(".edit").fill("white bread")
    page.keyboard.press("Enter")
    shows(other, "white bread")
    is_stored(page)
    page.locator(".tag").click()
    expect(page).to_have_url(f"{site}/tags/shop")
    page.get_by_label("New list").fill("Garden")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Garden")
    page.get_by_role("link", name="List settings").click()
    page.get_by_role("button", name="Delete this list").click()
    expect(page).to_have_url(f"{site}/")
    page.keyboard.press("Escape")
    page.keyboard.press("o")
    page.locator("dialog").get_by_label("Notes").fill("fresh")
    page.locator("dialog").get_by_role("button", name="Save").click()
    expect(row(other, "white bread").locator(".noted")).to_be_visible()
    scope = page.evaluate("navigator.serviceWorker.ready.then((worker) => worker.scope)")
    assert scope == f"{site}/"
    paths = {each["name"]: each["path"] for each in context.cookies()}
    assert paths["tz"] == "/my/lists"
