"""What goes wrong with verbs elsewhere: HEAD, OPTIONS, 405, and whose handler is called."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from potstill.web import (
    App,
    Request,
    Response,
    SetupError,
    stream,
    verb,
)
from potstill.web.testing import Client
from tests.web.faults_of_others.sites import todos


@pytest.mark.parametrize("path", ["/todos", "/todos/1", "/assets/a.css", "/docs", "/openapi.json"])
def test_head_is_answered_wherever_get_is_and_not_with_405(path: str, tmp_path: Path) -> None:
    (tmp_path / "a.css").write_text("a{}")
    app = todos()
    app.static("/assets", tmp_path)
    got, headed = Client(app).get(path), Client(app).head(path)
    assert (headed.status, headed.body) == (200, b"")
    assert headed.headers["Content-Length"] == str(len(got.body))


def test_head_closes_a_stream_that_it_does_not_read() -> None:
    app, closed = App(), []

    def blocks() -> Iterator[bytes]:
        try:
            yield b"a"
        finally:
            closed.append(True)

    class Body:
        def __iter__(self) -> Iterator[bytes]:
            return blocks()

        def close(self) -> None:
            closed.append(True)

    @app.get("/")
    def front() -> Response:
        return stream(Body())

    assert Client(app).head("/").body == b""
    assert closed == [True]


@pytest.mark.parametrize(
    ("path", "allow"),
    [
        ("/todos", "GET, HEAD, POST, OPTIONS"),
        ("/todos/1", "GET, HEAD, DELETE, OPTIONS"),
        ("/assets/a.css", "GET, HEAD, OPTIONS"),
    ],
)
def test_options_is_answered_with_every_method_and_neither_405_nor_empty(
    path: str, allow: str, tmp_path: Path
) -> None:
    (tmp_path / "a.css").write_text("a{}")
    app = todos()
    app.static("/assets", tmp_path)
    answer = Client(app).options(path)
    assert (answer.status, answer.body, answer.headers["Allow"]) == (204, b"", allow)


@pytest.mark.parametrize("path", ["/todos", "/todos/1", "/hello", "/assets/a.css"])
@pytest.mark.parametrize("method", ["PATCH", "PROPFIND", "BREW", "get"])
def test_a_wrong_verb_is_405_with_allow_and_never_404_nor_the_handler(
    method: str, path: str, tmp_path: Path
) -> None:
    (tmp_path / "a.css").write_text("a{}")
    app = todos()
    app.static("/assets", tmp_path)

    @app.get("/hello")
    def hello() -> str:
        raise AssertionError("a function, too, answers its own verb only")

    answer = Client(app).request(method, path)
    assert answer.status == 405
    assert "GET, HEAD" in answer.headers["Allow"]


def test_a_wrong_verb_does_not_find_another_pattern_that_matches() -> None:
    app = App()

    @app.get("/users/me")
    def me() -> str:
        return "me"

    @app.post("/users/{name}")
    def rename(name: str) -> str:
        return name

    answer = Client(app).post("/users/me")
    assert (answer.status, answer.headers["Allow"]) == (405, "GET, HEAD, OPTIONS")


def test_query_is_a_verb_like_any_other_and_has_a_body() -> None:
    app = App()

    @app.query("/search")
    def search(request: Request) -> str:
        return request.text

    assert Client(app).request("QUERY", "/search", body="milk").text == "milk"


def test_a_misspelt_verb_of_a_class_is_refused_instead_of_never_called() -> None:
    with pytest.raises(SetupError, match="did you mean 'post'"):

        @App().resource("/")
        class Front:
            def psot(self) -> str:
                return ""


def test_a_class_may_answer_for_collection_and_member_by_paths_of_its_methods() -> None:
    app = App()

    @app.resource("/todos")
    class Todos:
        def get(self) -> str:
            return "all"

        @verb("GET", "/{id:int}")
        def one(self, id: int) -> str:
            return f"number {id}"

    client = Client(app)
    assert (client.get("/todos").text, client.get("/todos/3").text) == ("all", "number 3")
