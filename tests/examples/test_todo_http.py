"""The to-do list keeps the rules of HTTP: methods, statuses, fields, files."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.server import ROOT

from .site import BROWSER, Site, error_of, served

ASSETS = {
    "app.js": "text/javascript; charset=utf-8",
    "icon.svg": "image/svg+xml; charset=utf-8",
    "style.css": "text/css; charset=utf-8",
}


@pytest.mark.parametrize(
    ("method", "path", "allow"),
    [
        ("POST", "/", "HEAD, GET"),
        ("DELETE", "/todos", "HEAD, GET, POST"),
        ("GET", "/todos/1", "POST, PATCH, DELETE"),
        ("HEAD", "/todos/1", "POST, PATCH, DELETE"),
        ("PUT", "/todos/1", "POST, PATCH, DELETE"),
        ("GET", "/todos/1/delete", "POST"),
        ("POST", "/assets/app.js", "HEAD, GET"),
        ("PURGE", "/", "HEAD, GET"),
        ("get", "/", "HEAD, GET"),
    ],
)
def test_a_method_without_a_meaning_is_answered_with_those_that_have_one(
    site: Site, method: str, path: str, allow: str
) -> None:
    answer = site.ask(method, path, body=None if method in ("GET", "HEAD") else b"")
    assert (answer.status, answer.get("allow")) == (405, allow)


def test_the_sentence_of_a_405_names_the_methods(site: Site) -> None:
    answer = site.ask("PUT", "/todos", body=b"")
    assert error_of(answer) == "PUT is not possible here; HEAD, GET, POST would be."


@pytest.mark.parametrize(
    "path",
    [
        "/nothing",
        "//",
        "/todos/",
        "/todos/0",
        "/todos/01",
        "/todos/x",
        "/todos/9999999999999999999",
        "/todos/%D9%A1",
        "/Todos",
        "/assets/",
        "/assets",
    ],
)
def test_an_address_that_leads_nowhere_is_404(site: Site, path: str) -> None:
    answer = site.ask("GET", path)
    assert (answer.status, answer.get("content-type")) == (404, "application/json")
    assert error_of(answer) == "There is nothing at this address."


def test_a_person_who_is_lost_gets_the_page_with_the_sentence(site: Site) -> None:
    answer = site.ask("GET", "/nothing", BROWSER)
    assert (answer.status, answer.get("content-type")) == (404, "text/html; charset=utf-8")
    assert b'role="alert">There is nothing at this address.</p>' in answer.body


@pytest.mark.parametrize("path", ["/", "/todos", "/assets/style.css", "/nothing"])
def test_head_is_get_without_the_body(site: Site, path: str) -> None:
    seen = [site.ask(method, path) for method in ("GET", "HEAD")]
    get, head = ([field for field in one.fields if field[0] != "date"] for one in seen)
    assert head == get
    assert (seen[1].status, seen[1].body) == (seen[0].status, b"")


def test_every_answer_carries_the_policy_that_forbids_what_the_page_does_not_need(
    site: Site,
) -> None:
    number = site.add("Guard the still")["id"]
    answers = [
        site.ask("GET", "/"),
        site.ask("GET", "/todos"),
        site.ask("GET", "/assets/app.js"),
        site.ask("GET", "/nothing"),
        site.submit(f"/todos/{number}", "done=1"),
    ]
    for answer in answers:
        policy = (answer.get("content-security-policy") or "").split("; ")
        assert policy[0] == "default-src 'none'"
        assert {"script-src 'self'", "frame-ancestors 'none'"} < set(policy)
        assert not any("unsafe" in rule for rule in policy)
        assert answer.get("x-content-type-options") == "nosniff"


def test_the_list_itself_is_never_cached(site: Site) -> None:
    for path in ("/", "/todos"):
        assert site.ask("GET", path).get("cache-control") == "no-store"


def test_the_assets_are_exactly_the_files_of_their_folder() -> None:
    assert {path.name for path in (ROOT / "examples/todo/assets").iterdir()} == set(ASSETS)


@pytest.mark.parametrize(("name", "kind"), ASSETS.items())
def test_an_asset_is_its_file_with_its_type(site: Site, name: str, kind: str) -> None:
    answer = site.ask("GET", f"/assets/{name}")
    assert (answer.status, answer.get("content-type")) == (200, kind)
    assert answer.body == (ROOT / "examples/todo/assets" / name).read_bytes()


@pytest.mark.parametrize("known", ["{}", "W/{}", '"other", {}', '"other",{} ', "*"])
def test_an_asset_the_browser_has_is_not_sent_again(site: Site, known: str) -> None:
    tag = site.ask("GET", "/assets/style.css").get("etag")
    answer = site.ask("GET", "/assets/style.css", f"If-None-Match: {known.format(tag)}")
    assert (answer.status, answer.get("etag"), answer.body) == (304, tag, b"")


def test_an_asset_that_has_changed_is_sent(site: Site) -> None:
    answer = site.ask("GET", "/assets/style.css", 'If-None-Match: "older", W/"oldest"')
    assert answer.status == 200


@pytest.mark.parametrize(
    "name",
    [
        "..",
        "../page.html",
        "%2e%2e/page.html",
        "..%2fpage.html",
        "..%5cpage.html",
        "%2Fetc%2Fpasswd",
        "/etc/passwd",
        "style.css%00",
        "style.css/",
        "STYLE.CSS",
        "%ff",
    ],
)
def test_no_name_leads_out_of_the_folder(site: Site, name: str) -> None:
    assert site.ask("GET", f"/assets/{name}").status == 404


def test_the_server_needs_no_particular_folder(tmp_path: Path) -> None:
    with served(tmp_path / "x.sqlite3", "--chdir", str(tmp_path)) as site:
        assert site.ask("GET", "/assets/app.js").status == 200
