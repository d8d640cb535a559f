"""What goes wrong with prefixes elsewhere: of groups, and of applications below another."""

from __future__ import annotations

from collections.abc import Iterable
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest

from potstill.web import (
    App,
    Group,
    Request,
)
from potstill.web.testing import Client
from tests.web.faults_of_others.sites import echo


def test_prefixes_of_groups_within_groups_add_up_also_when_routes_come_later() -> None:
    app, outer, inner = App(), Group("/api"), Group("/v1")
    app.include(outer)
    outer.include(inner, "/x")

    @inner.get("/todos")
    def all_todos() -> str:
        return "here"

    assert Client(app).get("/api/x/v1/todos").text == "here"
    assert app.url_for(all_todos) == "/api/x/v1/todos"


def test_the_same_group_may_be_included_twice() -> None:
    app, group = App(), Group()

    @group.get("/a")
    def a() -> str:
        return "a"

    app.include(group, "/one")
    app.include(group, "/two")
    assert Client(app).get("/one/a").text == Client(app).get("/two/a").text == "a"


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("/old", "/sub/old|"),
        ("/old/", "/sub/old|/"),
        ("/old/a//b", "/sub/old|/a//b"),
        ("/old/new", "/sub/old/new|"),
        ("/old/new/x", "/sub/old/new|/x"),
        ("/old/newer", "/sub/old|/newer"),
        ("/old/%C3%A9%2Fx", "/sub/old|/\u00c3\u00a9/x"),
    ],
)
def test_the_longest_prefix_wins_and_moves_to_script_name(path: str, found: str) -> None:
    app = App()
    app.mount("/old", echo)
    app.mount("/old/new", echo)
    answer = Client(app, "http://localhost/sub").get(path)
    assert answer.body.decode("latin-1") == found


def test_a_prefix_ends_at_a_slash() -> None:
    app = App()
    app.mount("/old", echo)
    assert Client(app).get("/older").status == 404


def test_a_route_below_a_mount_is_found_and_the_rest_is_the_mount_s() -> None:
    app = App()
    app.mount("/", echo)

    @app.get("/new")
    def new() -> str:
        return "new"

    assert Client(app).get("/new").text == "new"
    assert Client(app).get("/other").text == "|/other"


def test_an_application_mounted_in_another_makes_addresses_below_its_mount() -> None:
    inner, outer = App(), App()

    @inner.get("/here", name="here")
    def here(request: Request) -> str:
        return request.url_for("here")

    outer.mount("/a b", inner)
    assert Client(outer).get("/a%20b/here").text == "/a%20b/here"


def test_a_mounted_application_keeps_its_own_error_and_status_line() -> None:
    def teapot(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        start_response("404 Not In This House", [("Content-Type", "text/x-own")])
        return [b"mine"]

    app = App()
    app.mount("/x", teapot)
    answer = Client(app).get("/x")
    assert (answer.status, answer.reason, answer.body) == (404, "Not In This House", b"mine")
