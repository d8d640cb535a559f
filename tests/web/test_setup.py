"""What is refused at set-up, what comes too late, and how what is mounted starts and stops."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import pytest

from potstill.web import (
    App,
    Cors,
    Group,
    Request,
    Response,
    RouteError,
    SetupError,
    text,
)
from potstill.web.testing import Client
from tests.web.faults_of_others.sites import call
from tests.web.support import environ


def hello() -> str:
    return "hello"


def nothing(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    start_response("404 Not Found", [])
    return []


# -- what is refused, with advice ------------------------------------------------------------------


@pytest.mark.parametrize("pattern", ["/x/<id>", "/x/<int:id>"])
def test_a_variable_as_flask_writes_it_is_refused_with_advice(pattern: str) -> None:
    app = App()

    def show(id: str) -> str:
        return id

    with pytest.raises(RouteError, match=r"written in braces: \{name\} or \{name:int\}"):
        _registered(app, pattern, show)


def _registered(app: App, pattern: str, function: Callable[..., Any]) -> None:
    app.get(pattern)(function)
    app.start()


@pytest.mark.parametrize("method", ["get", "post", "put", "patch", "delete", "query"])
def test_a_verb_without_a_pattern_is_refused_with_advice(method: str) -> None:
    with pytest.raises(SetupError, match=r"as in @app\.get\('/'\)"):
        getattr(App(), method)(hello)


@pytest.mark.parametrize("what", [App(), App, Group, None])
def test_only_a_group_is_included(what: Any) -> None:
    with pytest.raises(SetupError, match=r"include\(\) takes a Group.*an application is mounted"):
        App().include(what)


@pytest.mark.parametrize("what", [Cors, App, None, "cors"])
def test_a_layer_is_something_made_and_not_its_class(what: Any) -> None:
    with pytest.raises(SetupError, match=r"use\(\) takes \(request, next\) -> Response"):
        App().use(what)


@pytest.mark.parametrize("name", ["_external", "_anchor", "_scheme"])
def test_an_address_has_none_of_the_options_of_flask(name: str) -> None:
    app = App()
    app.get("/")(hello)
    with pytest.raises(RouteError, match=f"{name!r} is neither"):
        app.url_for(hello, **{name: True})


# -- what is left out ------------------------------------------------------------------------------


def test_what_is_in_a_hidden_group_is_served_and_not_described() -> None:
    app = App()
    group = Group("/internal", hidden=True)
    group.get("/a")(hello)
    group.group("/deep").get("/b", name="b")(hello)
    group.get("/c", name="c", hidden=False)(hello)
    app.include(group)
    app.group("/made", hidden=True).get("/d", name="d")(hello)
    app.get("/open", name="open")(hello)
    client = Client(app)
    assert client.get("/openapi.json").json()["paths"].keys() == {"/open", "/internal/c"}
    for path in ("/internal/a", "/internal/deep/b", "/internal/c", "/made/d"):
        assert client.get(path).text == "hello"


# -- what comes too late ---------------------------------------------------------------------------


def _late() -> dict[str, Callable[[App, Group], object]]:
    def answer(request: Request, error: Exception) -> Response:
        return text("")

    return {
        "a route of a group": lambda app, group: group.get("/x")(hello),
        "a resource of a group": lambda app, group: group.resource("/x")(object()),
        "a mount of a group": lambda app, group: group.mount("/m", nothing),
        "a group in a group": lambda app, group: group.include(Group("/g")),
        "a route": lambda app, group: app.get("/x")(hello),
        "a mount": lambda app, group: app.mount("/m", nothing),
        "a catcher": lambda app, group: app.catch(404)(answer),
        "a layer": lambda app, group: app.use(lambda request, call: call(request)),
        "a wrapper": lambda app, group: app.wrap(lambda inner: inner),
        "a provider": lambda app, group: app.provide(dict, dict),
        "a start hook": lambda app, group: app.on_start(hello),
        "a stop hook": lambda app, group: app.on_stop(hello),
    }


@pytest.mark.parametrize("what", _late())
def test_what_comes_after_the_start_is_refused(what: str) -> None:
    app = App()
    group = app.group("/g")
    app.start()
    with pytest.raises(SetupError, match="before the first request"):
        _late()[what](app, group)


# -- starting and stopping -------------------------------------------------------------------------


def test_a_mounted_application_is_started_and_stopped_with_the_outer_one() -> None:
    steps: list[str] = []
    inner, outer = App(), App()
    for name, app in (("inner", inner), ("outer", outer)):
        app.on_start(_noting(steps, f"{name} started"))
        app.on_stop(_noting(steps, f"{name} stopped"))
    outer.group("/a").mount("/inner", inner)
    with Client(outer):
        steps.append("serving")
    assert steps == [
        "inner started",
        "outer started",
        "serving",
        "outer stopped",
        "inner stopped",
    ]


def _noting(steps: list[str], step: str) -> Callable[[], None]:
    return lambda: steps.append(step)


def test_a_start_hook_that_asks_the_application_does_not_start_it_again() -> None:
    app = App()
    app.get("/")(hello)
    asked: list[str] = []

    @app.on_start
    def ask() -> None:
        if len(asked) < 5:
            asked.append("once more")
            asked.append(call(app, environ("/"))[0])

    assert call(app, environ("/")) == ("200 OK", b"hello")
    assert asked == ["once more", "200 OK"]


def test_wrappers_are_made_once_however_many_ask_first() -> None:
    app = App()
    app.get("/")(hello)
    made: list[str] = []
    again = threading.Event()

    def wrapper(inner: WSGIApplication) -> WSGIApplication:
        made.append("wrapper")
        if len(made) > 1:
            again.set()
        again.wait(0.1)  # for what must not come: time enough for the other thread to be here too
        return inner

    app.wrap(wrapper)
    gate = threading.Barrier(2)
    answers: list[tuple[str, bytes]] = []

    def ask() -> None:
        gate.wait()
        answers.append(call(app, environ("/")))

    threads = [threading.Thread(target=ask) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert made == ["wrapper"]
    assert answers == [("200 OK", b"hello")] * 2
