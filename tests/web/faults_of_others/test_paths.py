"""What goes wrong with paths elsewhere: variables, slashes, addresses."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest

from potstill.web import App, Converter, Request, RouteError
from potstill.web.testing import Client
from tests.web.faults_of_others.sites import todos


@pytest.mark.parametrize(
    "path",
    ["/todos/x", "/todos/1.0", "/todos/+1", "/todos/01", "/todos/\uff11", "/todos/9" + "9" * 30],
)
def test_a_bad_number_in_a_path_is_404_and_never_422_or_500(path: str) -> None:
    assert Client(todos()).get(path).status == 404


@pytest.mark.parametrize(
    ("pattern", "path", "value"),
    [
        ("/{x:int}", "/-7", -7),
        ("/{x:float}", "/1.5", 1.5),
        ("/{x:date}", "/2026-11-22", date(2026, 11, 22)),
        ("/{x:uuid}", f"/{UUID(int=7)}", UUID(int=7)),
        ("/{x:path}", "/a/b c/é", "a/b c/é"),
        ("/{x}", "/a%2525", "a%25"),
        ("/v{x:int}.json", "/v7.json", 7),
    ],
)
def test_a_variable_has_its_type_and_its_address_leads_back(
    pattern: str, path: str, value: object
) -> None:
    app, seen = App(), []

    @app.get(pattern)
    def show(request: Request) -> None:
        seen.append(request.path_params["x"])

    assert Client(app).get(path).status == 204
    assert Client(app).get(app.url_for(show, x=value)).status == 204
    assert seen == [value, value]
    assert type(seen[0]) is type(value)


@pytest.mark.parametrize(("pattern", "asked", "there"), [("/a", "/a/", "/a"), ("/a/", "/a", "/a/")])
def test_a_slash_at_the_end_is_redirected_both_ways_with_method_and_query(
    pattern: str, asked: str, there: str
) -> None:
    app = App()

    @app.post(pattern)
    def front(request: Request) -> str:
        return request.text

    client = Client(app, "http://localhost/sub")
    answer = client.post(f"{asked}?q=%20&r", body="kept")
    assert (answer.status, answer.headers["Location"]) == (308, f"/sub{there}?q=%20&r")
    assert client.post(f"{asked}?q", body="kept", follow_redirects=True).text == "kept"


@pytest.mark.parametrize("path", ["//a", "//a/", "/a//", "//evil.test/", "/\\evil.test", "/./a"])
def test_a_double_slash_is_another_path_and_redirects_to_no_other_host(path: str) -> None:
    app = App()

    @app.get("/a")
    def front() -> str:
        return "here"

    @app.get("/{name}/")
    def below(name: str) -> str:
        return name

    answer = Client(app).get("/", environ={"PATH_INFO": path})
    assert answer.status in (308, 404)
    assert answer.headers.get("Location", "/")[1:2] not in ("/", "\\")  # type: ignore[index]


def test_a_greedy_pattern_does_not_hide_a_plain_one_whatever_came_first() -> None:
    app = App()

    @app.get("/{rest:path}")
    def rest(rest: str) -> str:
        return "rest"

    @app.get("/todos/{id:int}")
    def one(id: int) -> str:
        return "one"

    assert Client(app).get("/todos/1").text == "one"
    assert Client(app).get("/todos/x").text == "rest"


def test_there_are_addresses_of_routes_and_a_missing_value_is_an_error() -> None:
    app = todos()
    assert app.url_for("OneTodo", id=7) == "/todos/7"
    assert app.url_for("Todos", limit=2, tag=["a b", "c"]) == "/todos?limit=2&tag=a+b&tag=c"
    with pytest.raises(RouteError, match="needs a value for 'id'"):
        app.url_for("OneTodo")


def test_no_value_makes_an_address_lead_elsewhere() -> None:
    app = App()

    @app.get("/{name}")
    def show(name: str) -> str:
        return name

    for value in ("..", ".", "", "a/b"):
        with pytest.raises(RouteError):
            app.url_for(show, name=value)
    assert app.url_for(show, name="//evil.test"[2:] + "?#%\r\n") == "/evil.test%3F%23%25%0D%0A"


def test_a_path_that_is_not_utf8_is_400_and_not_guessed() -> None:
    app = App()

    @app.get("/{name}")
    def show(name: str) -> str:
        return name

    assert Client(app).get("/%E9").status == 400
    assert Client(app).get("/%C3%A9").text == "é"


def test_a_converter_of_one_s_own_works_both_ways() -> None:
    app = App()
    app.converter(Converter("hex", lambda text: int(text, 16), "{:x}".format, int))

    @app.get("/{number:hex}")
    def show(number: int) -> str:
        return str(number)

    assert Client(app).get(app.url_for(show, number=255)).text == "255"
    assert app.url_for(show, number=255) == "/ff"
    assert Client(app).get("/xyz").status == 404
