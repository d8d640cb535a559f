"""Other applications below a path of ours: SCRIPT_NAME right, their answers left alone."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

import flask
import pytest

from potstill.web import App, HTTPError, Next, Request, Response, SetupError
from potstill.web.testing import Client


def echo(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    start_response("200 Fine", [("Content-Type", "text/plain"), ("X-Own", "yes")])
    return [f"{environ['SCRIPT_NAME']}|{environ['PATH_INFO']}".encode("latin-1")]


def hello(request: Request) -> str:
    return "ours" if request.path else ""


@pytest.mark.parametrize(
    ("path", "answered"),
    [
        ("/legacy", b"/sub/legacy|"),
        ("/legacy/", b"/sub/legacy|/"),
        ("/legacy/a/b", b"/sub/legacy|/a/b"),
        ("/legacy//a", b"/sub/legacy|//a"),
        ("/legacy/caf%C3%A9", "/sub/legacy|/café".encode()),
        ("/legacy/deep/x", b"/sub/legacy/deep|/x"),
        ("/legacy/deeper", b"/sub/legacy|/deeper"),
        ("/legacy/ours", b"ours"),
        ("/legacyx", b"ours"),
    ],
)
def test_the_longest_prefix_moves_to_script_name(path: str, answered: bytes) -> None:
    app = App()
    app.mount("/legacy", echo)
    app.mount("/legacy/deep/", echo)
    app.get("/legacy/ours")(hello)
    app.get("/{rest:path}", name="rest")(hello)
    assert Client(app).get(f"/sub{path}", environ=_below("/sub", path)).body == answered


def _below(root: str, path: str) -> dict[str, str]:
    from urllib.parse import unquote

    return {"SCRIPT_NAME": root, "PATH_INFO": unquote(path, "latin-1")}


def test_a_mount_may_take_whatever_is_left() -> None:
    app = App()
    app.mount("/", echo)
    app.get("/ours")(hello)
    client = Client(app)
    assert client.get("/ours").text == "ours"
    assert client.get("/theirs").text == "|/theirs"


def test_its_answer_is_left_as_it_is() -> None:
    app = App()
    app.mount("/x", echo)
    answer = Client(app).get("/x")
    assert (answer.status, answer.reason) == (200, "Fine")
    assert answer.headers.lines == [("Content-Type", "text/plain"), ("X-Own", "yes")]


def test_our_layers_see_it() -> None:
    app = App()

    @app.use
    def mark(request: Request, call: Next) -> Response:
        response = call(request)
        response.headers["X-Layer"] = "seen"
        if request.path == "/x/teapot":
            response.status = 418
        return response

    app.mount("/x", echo)
    client = Client(app)
    assert client.get("/x").headers["X-Layer"] == "seen"
    assert client.get("/x/teapot").status == 418


def test_flask_runs_below_a_path() -> None:
    inner = flask.Flask("inner")

    @inner.get("/hello")
    def greet() -> str:
        return flask.url_for("greet")

    app = App()
    app.mount("/flask", inner)
    client = Client(app)
    assert client.get("/flask/hello").text == "/flask/hello"
    assert client.head("/flask/hello").status == 200
    assert client.get("/flask/nothing").status == 404


def test_an_application_of_ours_runs_below_another() -> None:
    inner = App()

    @inner.get("/todos/{id:int}")
    def todo(request: Request, id: int) -> str:
        return request.url_for(todo, id=id + 1)

    outer = App()
    outer.mount("/api", inner)
    assert Client(outer).get("/api/todos/1").text == "/api/todos/2"
    assert Client(outer).get("/api/todos/1/").headers["Location"] == "/api/todos/1"


def lazy(environ: WSGIEnvironment, start_response: StartResponse) -> Iterator[bytes]:
    start_response("201 Created", [("Content-Type", "text/plain")])
    yield b"a"
    yield b"b"


def writing(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    write = start_response("200 OK", [("Content-Type", "text/plain")])
    write(b"a")
    return [b"b"]


def recovering(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    start_response("200 OK", [("Content-Type", "text/plain")])
    try:
        raise ZeroDivisionError
    except ZeroDivisionError:
        start_response("500 Broken", [("Content-Type", "text/plain")], sys.exc_info())
    return [b"ab"]


@pytest.mark.parametrize(
    ("application", "status"), [(lazy, 201), (writing, 200), (recovering, 500)]
)
def test_each_way_of_answering_works(application: Any, status: int) -> None:
    app = App()
    app.mount("/x", application)
    answer = Client(app).get("/x")
    assert (answer.status, answer.body) == (status, b"ab")


def test_its_body_is_closed_by_the_server() -> None:
    closed: list[str] = []

    class Body:
        def __iter__(self) -> Iterator[bytes]:
            yield b"a"
            yield b"b"

        def close(self) -> None:
            closed.append("yes")

    def start_late(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        start_response("200 OK", [])
        return Body()

    app = App()
    app.mount("/x", start_late)
    client = Client(app)
    client.get("/x")
    with client.stream("GET", "/x") as answer:
        next(answer)
    client.head("/x")
    assert closed == ["yes"] * 3


def test_a_failure_in_it_is_answered_by_us() -> None:
    def broken(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        raise ZeroDivisionError

    def silent(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        return []

    app = App()
    app.mount("/broken", broken)
    app.mount("/silent", silent)
    client = Client(app, raise_errors=False)
    assert client.get("/broken").status == 500
    answer = client.get("/silent")
    assert answer.status == 500
    assert "without calling start_response" in answer.errors


def test_what_the_server_knows_how_to_send_is_passed_on_as_it_is() -> None:
    class Special:
        def __iter__(self) -> Iterator[bytes]:
            return iter((b"x",))

    special = Special()

    def pushes(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        start_response("200 OK", [])
        return special

    app = App()
    app.mount("/x", pushes)
    from tests.web.support import environ

    start: Callable[..., Any] = lambda *_: None  # noqa: E731
    assert app(environ("/x"), start) is special


@pytest.mark.parametrize(("prefix", "what"), [("x", echo), ("/{x}", echo), ("/x", "echo")])
def test_what_cannot_be_mounted_is_refused(prefix: str, what: Any) -> None:
    with pytest.raises(SetupError):
        App().mount(prefix, what)


def test_the_layers_of_a_group_lie_around_what_is_mounted_in_it() -> None:
    def refusing(request: Request, call: Next) -> Response:
        raise HTTPError(401)

    app = App()
    group = app.group("/admin", middleware=[refusing])
    group.mount("/old", echo)
    group.group("/deep").mount("/er", echo)
    app.mount("/open", echo)
    client = Client(app)
    assert client.get("/admin/old").status == 401
    assert client.get("/admin/old/x").status == 401
    assert client.get("/admin/deep/er/x").status == 401
    assert client.get("/open/x").text == "/open|/x"


def test_what_is_mounted_in_a_group_finds_its_whole_prefix_in_script_name() -> None:
    def marking(request: Request, call: Next) -> Response:
        response = call(request)
        response.headers["X-Layer"] = "seen"
        return response

    app = App()
    app.group("/admin", middleware=[marking]).mount("/old", echo)
    answer = Client(app).get("/admin/old/x/y")
    assert (answer.text, answer.headers["X-Layer"]) == ("/admin/old|/x/y", "seen")


def test_much_that_is_written_in_the_call_goes_to_the_disk() -> None:
    block = b"x" * 100_000

    def writes(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        write = start_response("200 OK", [("Content-Type", "text/plain")])
        for _ in range(30):
            write(block)
        return [b"end"]

    app = App()
    app.mount("/x", writes)
    client = Client(app)
    assert client.get("/x").body == block * 30 + b"end"
    with client.stream("GET", "/x") as answer:
        assert next(answer).startswith(b"xxx")  # and the client leaves; the file is closed
