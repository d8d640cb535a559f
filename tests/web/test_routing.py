"""Which pattern a path belongs to, whatever the order of registration."""

from __future__ import annotations

import itertools
import random
import string
import time
from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as some

from potstill.web import App, Request, RouteError
from potstill.web.converters import Converter, standard_converters
from potstill.web.routing.patterns import parse
from potstill.web.routing.router import Route, Router
from potstill.web.testing import Client
from tests.web.faults_of_others.sites import call
from tests.web.support import environ

CONVERTERS = standard_converters()


def route(source: str) -> Route:
    return Route(parse(source, CONVERTERS), source, None)


def router(*sources: str) -> Router:
    made = Router()
    for source in sources:
        one = route(source)
        made.add(one.pattern, one)
    return made


def found(made: Router, path: str) -> tuple[str, dict[str, object]] | None:
    literal = made.literals.get(path)
    if literal is not None:
        return literal.name, {}
    hit = made.find(path)
    if hit is None:
        return None
    target, params, _ = hit
    assert isinstance(target, Route)
    return target.name, params


SITE = (
    "/",
    "/todos",
    "/todos/new",
    "/todos/{id:int}",
    "/todos/{name}",
    "/todos/{id:int}/notes",
    "/todos/{name}/notes/{day:date}",
    "/files/{name}.{ending}",
    "/files/{year:int}-{month:int}",
    "/files/{rest:path}",
    "/{page}",
    "/a/b/",
)


@pytest.mark.parametrize(
    ("path", "name", "params"),
    [
        ("/", "/", {}),
        ("/todos", "/todos", {}),
        ("/todos/new", "/todos/new", {}),
        ("/todos/7", "/todos/{id:int}", {"id": 7}),
        ("/todos/07", "/todos/{name}", {"name": "07"}),
        ("/todos/milk", "/todos/{name}", {"name": "milk"}),
        ("/todos/7/notes", "/todos/{id:int}/notes", {"id": 7}),
        ("/files/2026-11", "/files/{year:int}-{month:int}", {"year": 2026, "month": 11}),
        ("/files/a.b.c", "/files/{name}.{ending}", {"name": "a", "ending": "b.c"}),
        ("/files/a/b", "/files/{rest:path}", {"rest": "a/b"}),
        ("/files/plain", "/files/{rest:path}", {"rest": "plain"}),
        ("/files/a//b", "/files/{rest:path}", {"rest": "a//b"}),
        ("/about", "/{page}", {"page": "about"}),
        ("/a/b/", "/a/b/", {}),
    ],
)
def test_the_pattern_that_says_most_wins(path: str, name: str, params: dict[str, object]) -> None:
    for order in itertools.islice(_orders(SITE), 20):
        assert found(router(*order), path) == (name, params)


@pytest.mark.parametrize(
    "path",
    ["", "todos", "//", "//todos", "/todos/", "/todos/7/", "/files//etc/passwd", "/files/", "/a/b"],
)
def test_what_no_pattern_says_is_not_found(path: str) -> None:
    assert found(router(*SITE), path) is None


def test_a_search_turns_back_where_a_segment_led_nowhere() -> None:
    made = router("/{a:int}/x", "/{b}/y", "/7/z")
    assert found(made, "/7/x") == ("/{a:int}/x", {"a": 7})
    assert found(made, "/7/y") == ("/{b}/y", {"b": "7"})
    assert found(made, "/7/z") == ("/7/z", {})
    assert found(made, "/7/w") is None


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ("todos", "begin with a slash"),
        ("/{", "do not pair"),
        ("/}{", "do not pair"),
        ("/{}", "no variable"),
        ("/{1a}", "no variable"),
        ("/{a:b:c}", "no variable"),
        ("/{a}{b}", "touch"),
        ("/{a}/{a}", "two variables called 'a'"),
        ("/{a:nothing}", "asks for the converter 'nothing'"),
        ("/{rest:path}/x", "last, alone"),
        ("/x{rest:path}", "last, alone"),
    ],
)
def test_a_malformed_pattern_is_refused_with_a_sentence(source: str, says: str) -> None:
    with pytest.raises(RouteError, match=says):
        parse(source, CONVERTERS)


@given(some.dictionaries(some.sampled_from("abc"), some.text(min_size=1, max_size=8), min_size=3))
def test_an_address_leads_back_to_its_values(values: dict[str, str]) -> None:
    from urllib.parse import unquote

    pattern = parse("/x/{a}/{b}/{c}", CONVERTERS)
    try:
        path = pattern.build(values)
    except RouteError:
        assert any("/" in value or value in (".", "..") for value in values.values())
        return
    except UnicodeEncodeError:
        assert any("\ud800" <= char <= "\udfff" for value in values.values() for char in value)
        return
    made = router("/x/{a}/{b}/{c}")
    assert path.isascii()
    assert found(made, unquote(path)) == ("/x/{a}/{b}/{c}", values)


@pytest.mark.parametrize("value", ["", "a/b", "..", ".", "7"])
def test_a_value_that_cannot_stand_in_a_path_is_refused(value: str) -> None:
    source = "/x/{id:int}" if value == "7" else "/x/{id}"
    wanted: object = "seven" if value == "7" else value
    with pytest.raises(RouteError, match="cannot stand"):
        parse(source, CONVERTERS).build({"id": wanted})


def test_a_tree_of_ambiguities_is_searched_once() -> None:
    """Each node is looked at once at most, so no path makes a search explode."""
    looks = 0

    def look(text: str) -> str:
        nonlocal looks
        looks += 1
        return text

    kinds = {name: Converter(name, look, rank=rank) for rank, name in enumerate("ab")}
    made = Router()
    patterns = [
        "/" + "/".join(f"{{v{level}:{kind}}}" for level, kind in enumerate(choice))
        for choice in itertools.product("ab", repeat=6)
    ]
    for source in patterns:
        pattern = parse(source, kinds)
        made.add(pattern, Route(pattern, source, None))
    assert found(made, "/1/2/3/4/5/6/7") is None
    assert 0 < looks <= sum(2**level for level in range(1, 7))


def _orders(sources: tuple[str, ...]) -> Iterable[list[str]]:
    chance = random.Random(4)
    while True:
        order = list(sources)
        chance.shuffle(order)
        yield order


@given(some.text(alphabet=string.printable + "é/", max_size=40))
def test_no_path_makes_the_router_fail(path: str) -> None:
    hit = router(*SITE).find(path)
    assert hit is None or hit[2] == 0


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        ("/{year:int}-{month:int}-{day:int}.json", "/" + "-" * 1000),
        ("/{a}-{b}.json", "/" + "-" * 8000),
        ("/{a}-{b}-{c}-{d}.json", "/" + "a-" * 4000),
    ],
)
def test_no_path_takes_long_to_match(pattern: str, path: str) -> None:
    made = router(pattern)
    began = time.process_time()
    assert found(made, path) is None
    assert time.process_time() - began < 0.2
    app = App()
    app.get(pattern)(_address)
    client = Client(app)
    client.get("/")
    began = time.process_time()
    assert client.get(path).status == 404
    assert time.process_time() - began < 0.2


def _address(request: Request) -> str:
    return request.path


def test_an_empty_path_at_the_root_is_the_front_page() -> None:
    app = App()
    app.get("/")(_address)
    assert call(app, environ("/", PATH_INFO="", SCRIPT_NAME="")) == ("200 OK", b"/")


@pytest.mark.parametrize("path", ["/etc", "\udc80", "", "a/../b", "."])
def test_an_address_that_would_not_be_found_is_not_made(path: str) -> None:
    app = App()

    @app.get("/x/{rest:path}")
    def show(rest: str) -> str:
        return rest

    assert app.url_for(show, rest="a/b") == "/x/a/b"
    with pytest.raises(RouteError, match="cannot stand"):
        app.url_for(show, rest=path)
