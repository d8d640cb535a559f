"""Who a request is from: strangers, programs with tokens, and whoever comes where all may."""

from __future__ import annotations

import shutil
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from potstill.web.testing import Client
from puretodo.store import passes
from puretodo.store.passes import NewPass
from puretodo.store.scope import Scope
from tests.todo.access.site import PAGE, Site, Sites, bearer

OPEN = {"/login", "/health", "/offline", "/sw.js", "/manifest.webmanifest", "/feeds/{token}.ics"}
"""What strangers may see."""


def test_a_stranger_is_sent_to_the_login_from_every_page_and_told_so_by_the_api(
    site: Site,
) -> None:
    for route in site.app.routes:
        source = route.pattern.source
        if source in OPEN:
            continue
        path = source.replace(":int", "").replace(":path", "")
        for name, _ in [pair for segment in route.pattern.segments for pair in segment.variables]:
            path = path.replace(f"{{{name}}}", "1")
        for method in route.dispatch:
            answer = site.client().request(method, path)
            is_page = not source.startswith(("/api/", "/get-todos", "/add-todo", "/remove-todo"))
            if is_page:
                assert answer.status == 303, (method, path)
                assert answer.headers["Location"].startswith("/login"), (method, path)
            else:
                assert answer.status == 401, (method, path)
                assert answer.headers["WWW-Authenticate"] == "Bearer"
                assert answer.content_type == "application/problem+json"


def test_a_stranger_learns_nothing_of_what_there_is(site: Site) -> None:
    client = site.client()
    for path in ("/lists/1", "/lists/999", "/nothing/here", "/api/v1/lists/1", "/api/v1/x"):
        assert client.get(path).status in (303, 401)
    answer = client.post("/api/v1/lists", json={"wrong": "body"})
    assert answer.status == 401  # before the body is looked at


def test_a_form_of_a_stranger_is_lost_and_leads_to_the_login(site: Site) -> None:
    answer = site.client().post("/lists", form={"title": "x"})
    assert (answer.status, answer.headers["Location"]) == (303, "/login")


def test_the_things_of_the_login_page_are_for_all(site: Site) -> None:
    client = site.client()
    page = client.get("/login", headers=PAGE)
    assert page.status == 200
    assert page.headers["Cache-Control"] == "no-store"
    for path in ("/sw.js", "/manifest.webmanifest", "/offline", "/health"):
        assert client.get(path).status == 200


# -- API tokens --------------------------------------------------------------------------------


def test_a_token_opens_the_api_and_no_page(site: Site) -> None:
    token = site.token(site.add("Cid"), NewPass("api", "script"))
    client = site.client()
    answer = client.get("/api/v1/me", headers=bearer(token))
    assert answer.json() == {
        "name": "Cid",
        "access": "accounts",
        "is_guest": False,
        "list_id": None,
        "may_edit": True,
    }
    assert client.get("/", headers=bearer(token)).status == 303
    assert client.get("/get-todos", headers=bearer(token)).status == 200


def test_a_token_needs_no_origin(site: Site) -> None:
    token = site.token(site.add("Cid"), NewPass("api"))
    answer = site.client().post(
        "/api/v1/lists",
        json={"title": "Trip"},
        headers=bearer(token),
        environ={"HTTP_ORIGIN": None},
    )
    assert answer.status == 201


@pytest.mark.parametrize("kind", ["session", "feed", "share"])
def test_a_pass_of_another_kind_is_no_token(site: Site, kind: passes.Kind) -> None:
    ada = site.add("Cid")
    with site.database.reading(Scope(ada.id)) as tx:
        from puretodo.store import lists

        list_id = lists.inbox(tx).id if kind == "share" else None
    token = site.token(ada, NewPass(kind, list_id=list_id))
    assert site.client().get("/api/v1/me", headers=bearer(token)).status == 401


def test_a_wrong_token_is_refused_though_a_right_cookie_came_along(site: Site) -> None:
    client = site.member("Ada")
    answer = client.get("/api/v1/me", headers=bearer("x"))
    assert answer.status == 401
    assert answer.headers["WWW-Authenticate"] == 'Bearer error="invalid_token"'


def test_a_forged_revoked_or_expired_token_is_refused(site: Site) -> None:
    cid = site.add("Cid")
    client = site.client()
    end = site.clock() + timedelta(days=1)
    issued = site.issue(cid, NewPass("api", expires_at=end))
    token = site.keys.tokens.text("api", issued.id)
    forged = token[:-2] + ("AA" if token[-2:] != "AA" else "BA")
    assert client.get("/api/v1/me", headers=bearer(forged)).status == 401
    assert client.get("/api/v1/me", headers=bearer(token)).status == 200
    site.clock.now = end
    assert client.get("/api/v1/me", headers=bearer(token)).status == 401
    site.clock.advance(days=-1)
    assert client.get("/api/v1/me", headers=bearer(token)).status == 200
    with site.database.writing(Scope(cid.id)) as tx:
        passes.revoke(tx, "api", issued.id)
    assert client.get("/api/v1/me", headers=bearer(token)).status == 401


def test_a_session_cookie_that_was_changed_is_none(site: Site) -> None:
    client = site.member("Ada")
    (name,) = client.cookies
    for cookie in ("", "x", client.cookies[name][:-3] + "AAA", "x" * 5000):
        other = site.client()
        other.cookies[name] = cookie
        assert other.get("/api/v1/me").status == 401


def test_two_on_one_host_do_not_log_each_other_out(
    site: Site, sqlite_template: Path, tmp_path: Path
) -> None:
    path = shutil.copy(sqlite_template, tmp_path / "neighbour.sqlite3")
    neighbour = Site(str(path))
    with closing(neighbour.database), Client(neighbour.app):
        neighbour.owner()
        both = {**site.member("Ada").cookies, **neighbour.member().cookies}
        assert len(both) == 2
        for each, name in ((site, "Ada"), (neighbour, "owner")):
            client = each.client()
            client.cookies.update(both)
            assert client.get("/api/v1/me").json()["name"] == name


# -- where everybody may come in ---------------------------------------------------------------


@pytest.mark.parametrize(
    "host", ["http://localhost", "http://127.0.0.1:8000", "http://[::1]:8000", "http://todo.home"]
)
def test_without_a_login_it_answers_to_its_own_names(sites: Sites, host: str) -> None:
    site = sites(access="none", hosts=("todo.home",))
    assert site.client(host).get("/api/v1/me").json()["access"] == "none"


def test_without_a_login_no_other_name_leads_here(sites: Sites) -> None:
    """A page of evil.test that lets its name point to this machine (DNS rebinding) gets 421."""
    site = sites(access="none")
    client = site.client("http://evil.test:8000")
    for path in ("/", "/api/v1/lists", "/settings", "/static/app.css", "/s/x/", "/feeds/x.ics"):
        assert client.get(path).status == 421
    assert client.post("/api/v1/lists", json={"title": "x"}).status == 421


def test_with_a_login_any_name_will_do_unless_some_are_named(sites: Sites) -> None:
    site = sites(access="password")
    assert site.client("http://anything.test").get("/login").status == 200
    site = sites(access="password", hosts=("todo.example",))
    assert site.client("http://anything.test").get("/login").status == 421
    assert site.client("http://todo.example").get("/login").status == 200
