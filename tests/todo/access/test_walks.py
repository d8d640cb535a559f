"""Over all routes: with the numbers of what is somebody else's, and by links to a list."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from potstill.web.testing import Client
from puretodo.model.values import NewList, NewTodo
from puretodo.store import lists, todos
from puretodo.store.accounts import Account
from puretodo.store.passes import NewPass
from puretodo.store.scope import Scope
from tests.todo.access.routes import ways
from tests.todo.access.site import Site
from tests.todo.access.state import state_of

NUMBERS = ("list_id", "todo_id", "share_id", "pass_id")


@dataclass
class Home:
    """What somebody has: a list that is shared, and one that is nobody else's business."""

    account: Account
    shared: dict[str, object]
    secret: dict[str, object]
    """The variables of patterns, for each of the lists."""

    @property
    def shared_id(self) -> int:
        assert isinstance(self.shared["list_id"], int)
        return self.shared["list_id"]

    @property
    def todo_id(self) -> int:
        assert isinstance(self.shared["todo_id"], int)
        return self.shared["todo_id"]


@pytest.fixture
def home(site: Site) -> Home:
    cid = site.add("Cid")
    token = site.token(cid, NewPass("feed"))
    made = []
    with site.database.writing(Scope(cid.id)) as tx:
        for title in ("Open", "SECRET list"):
            added = lists.add(tx, NewList(title=title))
            todo = todos.add(tx, added.id, NewTodo(title=f"of {title}", tags=["secret"]))
            made.append({"list_id": added.id, "todo_id": todo.id})
    for values in made:
        list_id = values["list_id"]
        values |= {
            "share_id": site.issue(cid, NewPass("share", list_id=list_id)).id,
            "pass_id": site.issue(cid, NewPass("session")).id,
        }
    named: dict[str, object] = {
        "tag": "secret",
        "name": "of SECRET list",
        "token": token,
        "file": "page.css",
    }
    return Home(cid, made[0] | named, made[1] | named)


def guest(site: Site, home: Home, *, may_edit: bool) -> str:
    """The path of a link to the list that is shared."""
    new = NewPass("share", list_id=home.shared_id, may_edit=may_edit)
    return f"/s/{site.token(home.account, new)}"


# -- other accounts ----------------------------------------------------------------------------


def test_what_is_somebody_elses_is_not_there(site: Site, home: Home) -> None:
    before = state_of(site.database, home.account.id)
    bob = site.member("Bob")
    for way in ways(site.app, home.secret):
        if way.path == "/logout":
            continue
        status, text = way.go(bob)
        if any(f"{{{name}" in way.source for name in NUMBERS):
            assert status == 404, way
        if not way.source.startswith("/feeds/"):  # whoever has its address may read it
            assert "SECRET list" not in text, way
    assert state_of(site.database, home.account.id) == before


def test_what_is_somebody_elses_is_not_there_for_a_token(site: Site, home: Home) -> None:
    before = state_of(site.database, home.account.id)
    token = site.token(site.add("Dan"), NewPass("api"))
    client = Client(site.app, headers={"Authorization": f"Bearer {token}"})
    for way in ways(site.app, home.secret):
        if way.source.startswith("/api/") and any(f"{{{name}" in way.source for name in NUMBERS):
            assert way.go(client)[0] == 404, way
    assert state_of(site.database, home.account.id) == before


# -- guests ------------------------------------------------------------------------------------


@pytest.mark.parametrize("may_edit", [False, True])
@pytest.mark.parametrize("who", ["stranger", "Bob", "Cid"])
def test_a_guest_reaches_nothing_but_the_list(
    site: Site, home: Home, who: str, may_edit: bool
) -> None:
    """Whoever they are otherwise: the owner of the list is a guest by a link of hers, too."""
    client = site.client() if who == "stranger" else site.member(who)
    link = guest(site, home, may_edit=may_edit)
    before = state_of(site.database, home.account.id, but_list=home.shared_id)
    everything = state_of(site.database, home.account.id)
    for way in ways(site.app, home.secret):
        status, text = way.go(client, link)
        assert "SECRET list" not in text, way
        if any(f"{{{name}" in way.source for name in NUMBERS):
            assert status in (403, 404), way
        else:
            assert status in (200, 201, 303, 403, 404), way
        assert state_of(site.database, home.account.id, but_list=home.shared_id) == before, way
    if not may_edit:
        assert state_of(site.database, home.account.id) == everything


@pytest.mark.parametrize("may_edit", [False, True])
def test_a_guest_does_with_the_list_what_the_link_allows(
    site: Site, home: Home, may_edit: bool
) -> None:
    client = site.client()
    link = guest(site, home, may_edit=may_edit)
    before = state_of(site.database, home.account.id, but_list=home.shared_id)
    everything = state_of(site.database, home.account.id)
    done = set()
    for way in ways(site.app, home.shared):
        with site.database.writing(Scope(home.account.id)) as tx:
            todos.restore(tx, [home.todo_id])  # if the way before has deleted it
        status, text = way.go(client, link)
        assert "SECRET list" not in text, way
        assert status in (200, 201, 204, 303, 403, 404, 409), (way, status, text)
        if status < 400 or status == 409:  # it would, had the way before not changed it
            done.add((way.method, way.source))
        if not may_edit:
            assert state_of(site.database, home.account.id) == everything, way
        assert state_of(site.database, home.account.id, but_list=home.shared_id) == before, way
    changing = {way for way in done if way[0] not in ("GET", "HEAD")}
    assert {source for method, source in done if method == "GET"} >= READING
    assert changing == (CHANGING if may_edit else set())


READING = {
    "/",
    "/lists/{list_id:int}",
    "/search",
    "/help",
    "/tags/{tag}",
    "/manifest.webmanifest",
    "/sw.js",
    "/offline",
    "/api/v1/me",
    "/api/v1/lists",
    "/api/v1/lists/{list_id:int}",
    "/api/v1/lists/{list_id:int}/todos",
    "/api/v1/todos",
    "/api/v1/todos/{todo_id:int}",
    "/api/v1/tags",
    "/api/v1/quick-add",
    "/api/v1/events",
}
CHANGING: set[tuple[str, str]] = {
    ("POST", "/lists/{list_id:int}/add"),
    ("POST", "/lists/{list_id:int}/toggle-all"),
    ("POST", "/lists/{list_id:int}/clear"),
    ("POST", "/todos/{todo_id:int}/toggle"),
    ("POST", "/todos/{todo_id:int}/delete"),
    ("POST", "/todos/{todo_id:int}/move"),
    ("POST", "/todos/{todo_id:int}"),
    ("POST", "/todos/restore"),
    ("POST", "/api/v1/lists/{list_id:int}/todos"),
    ("PATCH", "/api/v1/lists/{list_id:int}"),
    ("POST", "/api/v1/lists/{list_id:int}/toggle-all"),
    ("DELETE", "/api/v1/lists/{list_id:int}/completed"),
    ("PATCH", "/api/v1/todos/{todo_id:int}"),
    ("DELETE", "/api/v1/todos/{todo_id:int}"),
    ("POST", "/api/v1/todos/{todo_id:int}/move"),
    ("POST", "/api/v1/todos/restore"),
    ("POST", "/api/v1/quick-add"),
}
