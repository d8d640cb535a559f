"""The steps of docs/web/tutorial.md: each runs, in memory and as `potstill` serves it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from wsgiref.types import WSGIApplication

import pytest
from playwright.sync_api import Browser, Page, expect

from potstill.web.testing import Answer, Client
from tests.support.server import ROOT, RunningServer, potstill

STEPS = "examples.web_tutorial"
PAGE = {"Accept": "text/html,*/*;q=0.8"}
ANNA = {"name": "Anna", "password": "correct horse"}
KEY = "a key for tests alone, of 32 letters and more"
WITH_STORAGE = ("step5_storage", "step7_pages", "step8_login", "app")
EVERY = ("step1_hello", "step2_routes", "step3_resource", *WITH_STORAGE)


@pytest.fixture(autouse=True)
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty one for each test, and a key for sessions."""
    monkeypatch.setenv("SHOPPING_DB", str(tmp_path / "list.sqlite3"))
    monkeypatch.setenv("SESSION_KEY", KEY)
    return tmp_path / "list.sqlite3"


def step(name: str) -> WSGIApplication:
    """The application of a step, imported anew."""
    for loaded in [each for each in sys.modules if each.startswith(STEPS)]:
        del sys.modules[loaded]
    app: WSGIApplication = import_module(f"{STEPS}.{name}").app
    return app


@pytest.fixture
def client(request: pytest.FixtureRequest) -> Iterator[Client]:
    with Client(step(request.param)) as client:
        yield client


def signed_in(client: Client) -> Client:
    answer = client.post("/join", form=ANNA)
    assert (answer.status, answer.headers["Location"]) == (303, "/")
    return client


def is_open(path: Path) -> bool:
    """Does this process hold the file?"""
    held = [os.path.realpath(each) for each in Path("/proc/self/fd").iterdir()]
    return str(path) in held


def names_on(page: Answer) -> list[str]:
    return re.findall(r'class="name">([^<]*)<', page.text)


@pytest.mark.parametrize("client", ["step1_hello"], indirect=True)
def test_the_first_step_says_hello(client: Client) -> None:
    answer = client.get("/")
    assert (answer.status, answer.text) == (200, "Hello, world!\n")
    assert client.get("/elsewhere").status == 404


@pytest.mark.parametrize("client", ["step2_routes"], indirect=True)
def test_arguments_come_from_the_path_and_the_query_and_have_types(client: Client) -> None:
    assert client.get("/prices/milk?amount=3").text == "3 x milk: 3.57\n"
    assert client.get("/prices/tea").status == 404
    assert client.get("/prices/milk?amount=0").json()["errors"][0]["field"] == "amount"
    assert client.put("/prices/tea?cents=250").status == 204
    assert client.get("/prices/tea").text == "1 x tea: 2.50\n"
    assert client.get("/aisles/7").json() == {"aisle": 7, "next": 8}
    assert client.get("/aisles/last").status == 404
    assert client.delete("/prices/milk").headers["Allow"] == "GET, HEAD, PUT, OPTIONS"


@pytest.mark.parametrize("client", ["step3_resource", "step5_storage"], indirect=True)
def test_the_resource_answers_all_its_verbs(client: Client) -> None:
    answer = client.post("/api/items", json={"name": "milk", "amount": 2})
    assert (answer.status, answer.headers["Location"]) == (201, "/api/items/1")
    milk = {"id": 1, "name": "milk", "amount": 2, "done": False}
    assert answer.json() == client.get("/api/items/1").json() == milk
    assert client.post("/api/items", json={"name": "milk", "amount": 0}).status == 422
    assert client.patch("/api/items/1", json={"done": True}).json() == milk | {"done": True}
    assert client.get("/api/items?done=false").json() == []
    assert client.delete("/api/items/1").status == 204
    assert client.delete("/api/items/1").status == 404
    assert client.get("/docs", headers=PAGE).status == 200


def test_what_was_stored_is_there_after_a_new_start() -> None:
    for expected in (0, 1):
        with Client(step("step5_storage")) as client:
            assert len(client.get("/api/items").json()) == expected
            client.post("/api/items", json={"name": "milk"})


def test_the_tests_of_step_six_pass() -> None:
    command = [sys.executable, "-m", "pytest", "-q", "-c", os.devnull, "-p", "no:cacheprovider"]
    path = ROOT / "examples/web_tutorial"
    done = subprocess.run(
        [*command, f"--rootdir={path}", str(path / "test_step5.py")],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"PYTHONDONTWRITEBYTECODE": "1"},
    )
    assert (done.returncode, done.stdout.splitlines()[-1][:8]) == (0, "7 passed"), done.stdout


@pytest.mark.parametrize("client", ["step7_pages"], indirect=True)
def test_forms_change_the_list_and_lead_back_to_it(client: Client) -> None:
    for form in ({"name": "<milk>", "amount": "2"}, {"name": "bread", "amount": ""}):
        answer = client.post("/items", form=form)
        assert (answer.status, answer.headers["Location"]) == (303, "/")
    page = client.get("/")
    assert names_on(page) == ["&lt;milk&gt;", "bread"]
    for path in re.findall(r'(?:href|src)="(/static/[^"]+)"', page.text):
        assert "immutable" in client.get(path).headers["Cache-Control"]
    assert client.post("/items/1/done", form={"done": "true"}, follow_redirects=True).status == 200
    assert names_on(client.get("/")) == ["bread", "&lt;milk&gt;"]
    client.post("/items/1/drop")
    assert names_on(client.get("/")) == ["bread"]
    assert client.post("/items/1/drop").status == 404


@pytest.mark.parametrize("client", ["step7_pages"], indirect=True)
def test_the_form_of_another_site_is_refused(client: Client) -> None:
    foreign = {"Origin": "https://evil.example"}
    assert client.post("/items", form={"name": "milk"}, headers=foreign).status == 403
    assert names_on(client.get("/")) == []


@pytest.mark.parametrize("client", ["step8_login", "app"], indirect=True)
def test_strangers_are_sent_to_sign_in_or_refused(client: Client) -> None:
    answer = client.get("/", headers=PAGE)
    assert (answer.status, answer.headers["Location"]) == (303, "/login")
    assert client.get("/").status == 401
    assert client.post("/items", form={"name": "milk"}).status == 401
    assert client.get("/login", headers=PAGE).status == 200


@pytest.mark.parametrize("client", ["step8_login", "app"], indirect=True)
def test_who_has_an_account_signs_in_and_out(client: Client) -> None:
    signed_in(client)
    assert "Anna" in client.get("/").text
    client.post("/logout")
    assert client.get("/").status == 401
    wrong = client.post("/login", form=ANNA | {"password": "battery staple"}, follow_redirects=True)
    assert "Name or password is wrong." in wrong.text
    assert "Name or password is wrong." not in client.get("/login").text
    taken = client.post("/join", form=ANNA, follow_redirects=True)
    assert "That name is taken." in taken.text
    assert client.post("/login", form=ANNA).headers["Location"] == "/"
    assert client.get("/").status == 200


@pytest.mark.parametrize("client", ["step8_login"], indirect=True)
def test_passwords_are_not_kept(client: Client, database: Path) -> None:
    signed_in(client)
    assert ANNA["password"].encode() not in database.read_bytes()
    assert client.post("/join", form={"name": "Ben", "password": "short"}).status == 422


@pytest.mark.parametrize("client", ["app"], indirect=True)
def test_each_change_is_told_to_all_who_listen(client: Client, database: Path) -> None:
    assert client.get("/events").status == 401
    signed_in(client)
    with client.stream("GET", "/events") as answer:
        assert answer.content_type == "text/event-stream"
        assert next(answer) == b":\n\n"
        assert not is_open(database)
        client.post("/items", form={"name": "milk"})
        assert b"data: changed\n" in next(answer)
        client.post("/api/items", json={"name": "bread"})
        assert b"data: changed\n" in next(answer)
    assert names_on(client.get("/items")) == ["milk", "bread"]


@pytest.mark.parametrize("client", ["app"], indirect=True)
def test_the_api_is_for_members_too(client: Client) -> None:
    assert client.get("/api/items").status == 401
    assert signed_in(client).get("/api/items").json() == []


@pytest.mark.parametrize("client", ["app"], indirect=True)
def test_errors_have_a_page_of_the_application_for_people(client: Client) -> None:
    page = client.get("/elsewhere", headers=PAGE)
    assert (page.status, page.content_type) == (404, "text/html")
    assert "Back to the list" in page.text
    assert client.get("/elsewhere").content_type == "application/problem+json"
    assert client.get("/elsewhere").headers["Server-Timing"].startswith("app;dur=")


@pytest.mark.parametrize("name", EVERY)
def test_every_step_is_served_by_potstill(name: str, database: Path) -> None:
    with potstill(f"{STEPS}.{name}:app") as server:
        path = "/" if name in ("step1_hello", "step7_pages") else "/openapi.json"
        done = subprocess.run(
            ["curl", "-sSf", "--noproxy", "*", server.url + path],
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode, done.stderr) == (0, "")
        assert server.stop() == 0
    assert database.exists() == (name in WITH_STORAGE)
    assert "Traceback" not in server.output


@pytest.fixture
def served() -> Iterator[RunningServer]:
    with potstill(f"{STEPS}.app:app") as server:
        yield server
    assert "Traceback" not in server.output


@pytest.fixture
def complaints() -> Iterator[list[str]]:
    """What browsers complain of; nothing, if all is well."""
    found: list[str] = []
    yield found
    assert found == []


@pytest.fixture
def anna(chromium: Browser, served: RunningServer, complaints: list[str]) -> Iterator[Page]:
    context = chromium.new_context(viewport={"width": 390, "height": 700})
    yield joined(context.new_page(), "Anna", served, complaints)
    context.close()


@pytest.fixture
def ben(chromium: Browser, served: RunningServer, complaints: list[str]) -> Iterator[Page]:
    context = chromium.new_context(java_script_enabled=False)
    yield joined(context.new_page(), "Ben", served, complaints)
    context.close()


def joined(page: Page, name: str, server: RunningServer, complaints: list[str]) -> Page:
    """The page with the list, of somebody who has just made an account."""
    page.set_default_timeout(10_000)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda message: complaints.append(message.text))
    page.goto(server.url)
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(ANNA["password"])
    page.get_by_role("button", name="Make a new account").click()
    expect(page.locator(".nothing")).to_be_visible()
    return page


def test_two_people_share_a_list_and_one_of_them_without_scripts(anna: Page, ben: Page) -> None:
    ben.get_by_label("What do we need?").fill("milk")
    ben.get_by_role("button", name="Add").click()
    expect(anna.locator("li .name")).to_have_text(["milk"])
    anna.get_by_role("button", name="Tick off milk").click()
    expect(anna.locator("li.done .name")).to_have_text(["milk"])
    ben.reload()
    expect(ben.locator("li.done .name")).to_have_text(["milk"])


def test_a_name_is_text_and_no_markup_on_a_page_that_fits_a_phone(anna: Page) -> None:
    anna.set_viewport_size({"width": 320, "height": 600})
    anna.get_by_label("What do we need?").fill("<img src=x onerror=alert(1)>" + "x" * 50)
    anna.get_by_role("button", name="Add").click()
    expect(anna.locator("li .name")).to_contain_text("<img src=x")
    assert anna.evaluate("document.documentElement.scrollWidth") == 320
