"""The documentation page: whole without JavaScript, usable by keyboard, loading nothing foreign."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from typing import Annotated

import pytest
from msgspec import Meta
from playwright.sync_api import Browser, FilePayload, Page, expect

from potstill.web import App, Request
from potstill.web.openapi.page import FILES
from potstill.web.openapi.view import chapters
from potstill.web.testing import Client
from tests.support.server import potstill
from tests.web.api.site import make_app


def test_page_needs_nothing_from_elsewhere() -> None:
    answer = Client(make_app()).get("/docs")
    assert answer.status == 200
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "//" not in policy
    assert 'src="http' not in answer.text
    assert "<style" not in answer.text
    assert "<script>" not in answer.text


@pytest.mark.parametrize("name", FILES)
def test_files_of_the_page_are_served_with_their_types(name: str) -> None:
    client = Client(make_app())
    answer = client.get(f"/docs/{name}")
    assert answer.status == 200
    assert answer.headers["Content-Type"] == FILES[name]
    etag = answer.headers["ETag"]
    assert client.get(f"/docs/{name}", headers={"If-None-Match": etag}).status == 304


def test_other_files_are_not_served() -> None:
    client = Client(make_app())
    assert client.get("/docs/docs.html").status == 404
    assert client.get("/docs/..%2fapp.py").status == 404


def test_page_has_every_operation_and_schema() -> None:
    app = make_app()
    page = Client(app).get("/docs").text
    document = Client(app).get("/openapi.json").json()
    for item in document["paths"].values():
        for operation in item.values():
            assert f'id="{operation["operationId"]}"' in page
    for name in document["components"]["schemas"]:
        assert f'id="schema-{name}"' in page


def test_words_of_the_application_are_escaped() -> None:
    app = App(title="<b>T</b>", description="<script>alert(1)</script>")

    @app.get("/")
    def home(request: Request, q: str = "'\"><img src=x>") -> str:
        """Show <i>this</i>."""
        return q

    page = Client(app).get("/docs").text
    for markup in ("<b>", "<script>alert", "<img", "<i>"):
        assert markup not in page


def test_host_that_a_client_made_up_is_not_repeated() -> None:
    page = Client(make_app()).get("/docs", headers={"Host": "x$(reboot)"}).text
    assert "reboot" not in page
    assert "curl http://localhost/" in page


def test_command_is_safe_in_a_shell_whatever_the_names_are() -> None:
    app = App()

    @app.get("/it's/{name}")
    def home(request: Request, name: Annotated[str, Meta(examples=["$(reboot) '"])]) -> str:
        return name

    made = Client(app).get("/openapi.json").json()
    [chapter] = chapters(made, "http://localhost")
    assert shlex.split(chapter.operations[0].curl) == [
        "curl",
        "http://localhost/it's/%24%28reboot%29%20%27",
    ]


def test_addresses_are_below_the_prefix_of_the_application() -> None:
    page = Client(make_app()).get("/docs", environ={"SCRIPT_NAME": "/library"}).text
    assert 'href="/library/openapi.json"' in page
    assert 'data-root="/library"' in page
    assert "http://localhost/library/authors" in page


def test_application_without_operations_has_a_page() -> None:
    assert "no operation" in Client(App()).get("/docs").text


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with potstill("tests.web.api.site:app") as running:
        yield running.url


@pytest.fixture
def page(chromium: Browser, address: str) -> Iterator[Page]:
    """The page in a browser; what it complains about fails the test."""
    context = chromium.new_context()
    opened = context.new_page()
    opened.set_default_timeout(10_000)
    complaints: list[str] = []
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on("console", lambda message: complaints.append(f"{message.type}: {message.text}"))
    opened.goto(address + "/docs")
    yield opened
    context.close()
    assert complaints == []


def test_tried_request_shows_what_came_back(page: Page) -> None:
    page.goto(page.url + "#Authors_post")
    form = page.locator("#Authors_post form")
    form.get_by_label("Body").fill('{"name": "Tove Jansson"}')
    form.get_by_role("button", name="Send POST").click()
    result = form.get_by_role("status")
    expect(result).to_contain_text("201 Created")
    expect(result).to_contain_text('"name": "Tove Jansson"')
    result.get_by_text("Header fields").click()
    expect(result).to_contain_text("location: /authors/")


def test_tried_request_takes_path_query_and_header(page: Page) -> None:
    page.goto(page.url + "#price_get")
    form = page.locator("#price_get form")
    form.get_by_label("quantity").fill("2")
    form.get_by_label("x-currency").select_option("EUR")
    command = page.locator("#price_get .curl code")
    expect(command).to_contain_text("/price?quantity=2")
    expect(command).to_contain_text("-H 'x-currency: EUR'")
    form.get_by_role("button", name="Send GET").click()
    expect(form.get_by_role("status")).to_contain_text('"total": "299.00"')


def test_tried_request_sends_files(page: Page) -> None:
    page.goto(page.url + "#take_in_post")
    form = page.locator("#take_in_post form")
    form.get_by_label("files").set_input_files(
        FilePayload(name="a.txt", mimeType="text/plain", buffer=b"abc")
    )
    form.get_by_role("button", name="Send POST").click()
    expect(form.get_by_role("status")).to_contain_text('"size": 3')


def test_page_works_by_keyboard(page: Page) -> None:
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the operations")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.locator("details.operation > summary").first).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("details.operation").first).to_have_attribute("open", "")


def test_operations_are_found_by_words(page: Page) -> None:
    page.get_by_label("Find").fill("put cover")
    expect(page.locator("nav li:visible")).to_have_count(1)
    page.get_by_label("Find").fill("")
    assert page.locator("nav li:visible").count() >= 30


def test_page_does_not_scroll_sideways_on_a_phone(page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 700})
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width == 360


def test_page_reads_without_javascript(chromium: Browser, address: str) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address + "/docs")
    page.locator("#Authors_get summary").first.click()
    expect(page.locator("#Authors_get table")).to_be_visible()
    expect(page.locator("form:visible")).to_have_count(0)
    expect(page.locator("button:visible")).to_have_count(0)
    context.close()
