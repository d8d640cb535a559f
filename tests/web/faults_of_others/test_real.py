"""The faults are real: what is asked of us fails where it was seen, in the releases we test with.

When one of these fails, a release has mended a fault: docs/web/compared.md is to say so.
"""

from __future__ import annotations

import re
from importlib.metadata import version
from pathlib import Path

import bottle
import flask
import pytest

from potstill.web.testing import Answer, Client
from tests.support.server import ROOT

LATER = "Thu, 01 Jan 2037 00:00:00 GMT"


@pytest.fixture
def files(tmp_path: Path) -> Path:
    (tmp_path / "public").mkdir()
    (tmp_path / "public" / "a.txt").write_bytes(b"x" * 100)
    (tmp_path / "secret.txt").write_text("SECRET")
    (tmp_path / "public" / "link.txt").symlink_to(tmp_path / "secret.txt")
    return tmp_path / "public"


@pytest.fixture
def bottled(files: Path) -> Client:
    app = bottle.Bottle()
    app.get("/")(lambda: "front")
    app.get("/files/<name>")(lambda name: bottle.static_file(name, root=str(files)))
    app.post("/form")(lambda: bottle.request.forms["x"])
    app.post("/json")(lambda: str(len(bottle.request.json)))
    return Client(app)


@pytest.fixture
def flasked(files: Path) -> Client:
    app = flask.Flask("app", static_folder=str(files), static_url_path="/files")
    app.add_url_rule("/front", "front", lambda: "<title>front</title>")
    app.add_url_rule("/form", "form", lambda: "taken", methods=["POST"])
    return Client(app)


def ask(client: Client, **headers: str) -> Answer:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.get("/files/a.txt", headers=named)


@pytest.mark.parametrize("name", ["flask", "bottle"])
def test_the_page_names_the_releases_that_are_asked(name: str) -> None:
    page = (ROOT / "docs/web/compared.md").read_text()
    assert re.search(rf"\b{name} {re.escape(version(name))}\b", page, re.IGNORECASE)


def test_the_fault_is_real_in_bottle_options_is_405(bottled: Client) -> None:
    assert bottled.options("/").status == 405


def test_the_fault_is_real_in_bottle_allow_forgets_head(bottled: Client) -> None:
    assert bottled.put("/").headers["Allow"] == "GET"
    assert bottled.head("/").status == 200


def test_the_fault_is_real_in_bottle_entity_tags_have_no_quotes(bottled: Client) -> None:
    assert '"' not in ask(bottled).headers["ETag"]


def test_the_fault_is_real_in_bottle_a_stale_if_range_gets_a_part(bottled: Client) -> None:
    assert ask(bottled, Range="bytes=0-1", If_Range='"stale"').status == 206


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # leaves it open
def test_the_fault_is_real_in_bottle_416_does_not_tell_the_size(bottled: Client) -> None:
    answer = ask(bottled, Range="bytes=100-")
    assert (answer.status, answer.headers.get("Content-Range")) == (416, None)


def test_the_fault_is_real_in_bottle_a_date_overrules_a_tag_that_differs(bottled: Client) -> None:
    assert ask(bottled, If_None_Match='"other"', If_Modified_Since=LATER).status == 304


def test_the_fault_is_real_in_bottle_form_values_are_latin1(bottled: Client) -> None:
    assert bottled.post("/form", form={"x": "é"}).text == "Ã©"


def test_the_fault_is_real_in_bottle_json_has_a_limit_of_100_kb(bottled: Client) -> None:
    assert bottled.post("/json", json=["x" * 1000] * 90).text == "90"
    assert bottled.post("/json", json=["x" * 1000] * 110).status == 413


@pytest.mark.parametrize("name", ["bottled", "flasked"])
def test_the_fault_is_real_a_link_leads_out_of_the_directory(
    name: str, request: pytest.FixtureRequest
) -> None:
    client: Client = request.getfixturevalue(name)
    assert client.get("/files/link.txt").body == b"SECRET"


def test_the_fault_is_real_in_flask_a_slash_too_many_is_404(flasked: Client) -> None:
    assert flasked.get("/front/").status == 404


def test_the_fault_is_real_in_flask_another_site_may_send_a_form(flasked: Client) -> None:
    headers = {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.test"}
    assert flasked.post("/form", form={}, headers=headers).text == "taken"


def test_the_fault_is_real_in_flask_pages_have_no_header_fields_for_browsers(
    flasked: Client,
) -> None:
    headers = flasked.get("/front").headers
    assert "X-Content-Type-Options" not in headers
    assert "Content-Security-Policy" not in headers


def test_the_fault_is_real_in_flask_addresses_need_a_context() -> None:
    with pytest.raises(RuntimeError, match="outside of application context"):
        flask.url_for("front")
