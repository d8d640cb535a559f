"""The application: verbs, what comes by itself, layers, failures, hooks."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import date
from typing import Annotated, Any
from uuid import uuid4

import msgspec
import pytest

from potstill.web import (
    Accepted,
    App,
    Created,
    Group,
    HandlerError,
    HTTPError,
    Next,
    Request,
    Respond,
    Response,
    RouteError,
    SetupError,
    Status,
    created,
    html,
    json,
    redirect,
    stream,
    text,
    verb,
)
from potstill.web.converters import Converter
from potstill.web.testing import Client


class Todo(msgspec.Struct):
    title: str
    id: int = 0


# -- verbs -----------------------------------------------------------------------------------------


def test_the_methods_of_a_class_are_its_verbs() -> None:
    app = App()

    @app.resource("/todos/{id:int}")
    class OneTodo:
        def get(self, request: Request, id: int) -> Todo:
            return Todo("milk", id)

        def delete(self, request: Request, id: int) -> None:
            assert request.method == "DELETE"

    client = Client(app)
    assert client.get("/todos/7").json() == {"title": "milk", "id": 7}
    assert client.delete("/todos/7").status == 204
    assert client.get("/todos/seven").status == 404


def test_head_is_get_without_its_body() -> None:
    app = App()

    @app.get("/")
    def front() -> str:
        return "hello"

    answer = Client(app).head("/")
    assert (answer.status, answer.body) == (200, b"")
    assert answer.headers["Content-Length"] == "5"


def test_a_head_of_its_own_comes_first() -> None:
    app = App()

    @app.resource("/")
    class Front:
        def get(self) -> str:
            return "hello"

        def head(self) -> Response:
            return Response(headers=[("X-Own", "yes")])

    assert Client(app).head("/").headers["X-Own"] == "yes"


def test_options_tells_the_methods() -> None:
    app = App()

    @app.resource("/")
    class Front:
        def get(self) -> str:
            return ""

        def post(self) -> str:
            return ""

    answer = Client(app).options("/")
    assert (answer.status, answer.headers["Allow"]) == (204, "GET, HEAD, POST, OPTIONS")


def test_another_method_is_told_which_there_are() -> None:
    app = App()

    @app.get("/")
    def front() -> str:
        return ""

    answer = Client(app).put("/")
    assert (answer.status, answer.headers["Allow"]) == (405, "GET, HEAD, OPTIONS")
    assert answer.content_type == "application/problem+json"


def test_any_token_may_be_a_verb() -> None:
    app = App()

    @app.resource("/cache")
    class Cache:
        @verb("PURGE")
        def empty(self) -> str:
            return "purged"

        def version_control(self) -> str:
            return "kept"

        @verb("POST", "/warm")
        def warm(self) -> str:
            return "warm"

    client = Client(app)
    assert client.request("PURGE", "/cache").text == "purged"
    assert client.request("VERSION-CONTROL", "/cache").text == "kept"
    assert client.post("/cache/warm").text == "warm"
    assert client.request("purge", "/cache").status == 405  # methods have a case


def test_a_route_may_answer_several_methods() -> None:
    app = App()

    @app.route("/", ["GET", "REPORT"])
    def front(request: Request) -> str:
        return request.method

    assert [Client(app).request(method, "/").text for method in ("GET", "REPORT")] == [
        "GET",
        "REPORT",
    ]


def test_an_instance_may_be_a_resource() -> None:
    class Shelf:
        def __init__(self, what: str) -> None:
            self._what = what

        def get(self) -> str:
            return self._what

    app = App()
    app.resource("/a", name="a")(Shelf("apples"))
    app.resource("/b", name="b")(Shelf("books"))
    assert [Client(app).get(path).text for path in ("/a", "/b")] == ["apples", "books"]
    assert app.url_for("b") == "/b"


# -- what is returned ------------------------------------------------------------------------------


def _answers() -> App:
    app = App()

    class Color(msgspec.Struct):
        name: str

    @app.get("/{kind}")
    def answer(request: Request, kind: str) -> Any:
        return {
            "none": None,
            "text": "é",
            "bytes": b"\0",
            "dict": {"a": 1},
            "list": [1],
            "struct": Color("red"),
            "date": date(2026, 1, 2),
            "number": 1.5,
            "truth": True,
            "html": html("<p>"),
            "plain": text("x"),
            "json": json([1]),
            "away": redirect("/x"),
            "stream": stream(iter([b"a", b"b"])),
            "tuple": ({}, 201),
            "blocks": iter([b"a"]),
            "object": object(),
        }[kind]

    return app


@pytest.mark.parametrize(
    ("kind", "status", "content_type", "body"),
    [
        ("none", 204, None, b""),
        ("text", 200, "text/plain; charset=utf-8", b"\xc3\xa9"),
        ("bytes", 200, "application/octet-stream", b"\0"),
        ("dict", 200, "application/json", b'{"a":1}'),
        ("list", 200, "application/json", b"[1]"),
        ("struct", 200, "application/json", b'{"name":"red"}'),
        ("date", 200, "application/json", b'"2026-01-02"'),
        ("number", 200, "application/json", b"1.5"),
        ("truth", 200, "application/json", b"true"),
        ("html", 200, "text/html; charset=utf-8", b"<p>"),
        ("plain", 200, "text/plain; charset=utf-8", b"x"),
        ("json", 200, "application/json", b"[1]"),
        ("away", 303, "text/plain; charset=utf-8", b""),
        ("stream", 200, "application/octet-stream", b"ab"),
    ],
)
def test_a_value_is_sent_by_its_type(
    kind: str, status: int, content_type: str | None, body: bytes
) -> None:
    answer = Client(_answers()).get(f"/{kind}")
    assert (answer.status, answer.headers.get("Content-Type"), answer.body) == (
        status,
        content_type,
        body,
    )


@pytest.mark.parametrize(
    ("kind", "says"), [("tuple", "request.reply"), ("blocks", r"stream\("), ("object", "object")]
)
def test_what_cannot_be_sent_is_a_fault_with_advice(kind: str, says: str) -> None:
    with pytest.raises(TypeError, match=says):
        Client(_answers()).get(f"/{kind}")


def test_created_says_where() -> None:
    app = App()

    @app.resource("/todos")
    class Todos:
        def post(self, request: Request, body: Todo) -> Todo:
            body.id = 7
            return created(request, body, request.url_for(OneTodo, id=7))

    @app.resource("/todos/{id:int}")
    class OneTodo:
        def get(self, id: int) -> str:
            return str(id)

    answer = Client(app).post("/todos", json={"title": "milk"})
    assert (answer.status, answer.headers["Location"]) == (201, "/todos/7")
    assert answer.json() == {"title": "milk", "id": 7}


def test_an_annotation_may_say_the_status() -> None:
    app = App()

    @app.post("/a")
    def a() -> Created[Todo]:
        return Todo("a")

    @app.post("/b")
    def b() -> Accepted[str]:
        return "b"

    @app.post("/c")
    def c() -> Annotated[dict[str, int], Status(203)]:
        return {"c": 1}

    client = Client(app)
    assert [client.post(path).status for path in ("/a", "/b", "/c")] == [201, 202, 203]


def test_a_reply_goes_with_a_value_and_its_headers_with_an_error_too() -> None:
    app = App()

    @app.get("/{number:int}")
    def front(request: Request, number: int) -> str:
        request.reply.status = 203
        request.reply.headers["X-Seen"] = "yes"
        if number:
            raise HTTPError(409, "taken")
        return "hello"

    client = Client(app)
    assert (client.get("/0").status, client.get("/0").headers["X-Seen"]) == (203, "yes")
    assert (client.get("/1").status, "X-Seen" in client.get("/1").headers) == (409, True)


# -- paths -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "status", "location"),
    [
        ("/todos/?q=%C3%A9", 308, "/sub/todos?q=%C3%A9"),
        ("/pages", 308, "/sub/pages/"),
        ("/pages/", 200, None),
        ("/todos//", 404, None),
        ("//todos", 404, None),
        ("//evil.example/", 404, None),
        ("/nothing/", 404, None),
    ],
)
def test_a_slash_too_many_or_too_few_is_mended(
    path: str, status: int, location: str | None
) -> None:
    app = App()
    app.get("/todos")(_hello)
    app.get("/pages/", name="pages")(_hello)
    app.get("/{a}/{b}", name="two")(_hello)
    answer = Client(app).get(path, environ={"SCRIPT_NAME": "/sub", "PATH_INFO": path.split("?")[0]})
    assert (answer.status, answer.headers.get("Location")) == (status, location)


def test_no_redirect_leads_to_another_host() -> None:
    app = App()
    app.get("/{rest:path}")(_hello)
    app.get("/x/", name="x")(_hello)
    for path in ("//evil.example", "/\\\\evil.example/", "/%2F/evil.example/", "///x"):
        location = Client(app).get("/", environ={"PATH_INFO": path}).headers.get("Location", "/")
        assert location is not None
        assert not location.startswith(("//", "/\\\\", "http"))


def test_a_path_is_read_as_utf8_or_refused() -> None:
    app = App()

    @app.get("/{name}")
    def hello(name: str) -> str:
        return name

    client = Client(app)
    assert client.get("/caf%C3%A9").text == "café"
    assert client.get("/", environ={"PATH_INFO": "/\xff"}).status == 400


def test_addresses_are_made_of_classes_functions_and_names() -> None:
    app = App()

    @app.resource("/todos/{id:int}")
    class OneTodo:
        def get(self, id: int) -> str:
            return ""

    @app.get("/search", name="find")
    def search(q: str = "") -> str:
        return ""

    assert app.url_for(OneTodo, id=7) == "/todos/7"
    assert app.url_for("OneTodo", id=7, done=True) == "/todos/7?done=true"
    assert app.url_for(search, q="a b&c", tags=["x", "y"], none=None) == (
        "/search?q=a+b%26c&tags=x&tags=y"
    )
    with pytest.raises(RouteError, match="needs a value for 'id'"):
        app.url_for(OneTodo)
    with pytest.raises(RouteError, match="did you mean 'find'"):
        app.url_for("fnd")


def test_one_may_have_a_converter_of_ones_own() -> None:
    app = App()
    app.converter(Converter("hex", lambda text: int(text, 16), lambda value: f"{value:x}", int))

    @app.get("/{number:hex}")
    def show(request: Request, number: int) -> str:
        return request.url_for(show, number=number + 1)

    assert Client(app).get("/ff").text == "/100"
    assert Client(app).get("/xyz").status == 404


@pytest.mark.parametrize(
    ("kind", "value"), [("int", 7), ("uuid", uuid4()), ("date", date(2026, 1, 2)), ("float", 1.5)]
)
def test_what_a_converter_makes_arrives(kind: str, value: object) -> None:
    app = App()

    @app.get(f"/{{value:{kind}}}")
    def show(request: Request) -> str:
        return repr(request.path_params["value"])

    assert Client(app).get(f"/{value}").text == repr(value)


def _hello(request: Request) -> str:
    return f"hello from {request.path}"


# -- groups and layers -----------------------------------------------------------------------------


def _marking(name: str) -> Any:
    def mark(request: Request, call: Next) -> Response:
        request.state.setdefault("seen", []).append(name)
        response = call(request)
        response.headers.add("X-Layer", name)
        return response

    return mark


def test_groups_have_a_prefix_and_layers() -> None:
    app = App()
    app.use(_marking("app"))
    shops = Group("/shops/{shop:int}", middleware=[_marking("shops")])
    items = shops.group("/items", middleware=[_marking("items")])

    @items.get("/{item}", middleware=[_marking("own")])
    def item(request: Request, shop: int, item: str) -> list[str]:
        return [str(shop), item, *request.state["seen"]]

    app.include(shops, "/v1")
    client = Client(app)
    answer = client.get("/v1/shops/3/items/pen")
    assert answer.json() == ["3", "pen", "app", "shops", "items", "own"]
    assert answer.headers.all("X-Layer") == ["own", "items", "shops", "app"]
    assert client.put("/v1/shops/3/items/pen").headers.all("X-Layer") == ["items", "shops", "app"]
    assert client.options("/v1/shops/3/items/pen").headers.all("X-Layer") == [
        "items",
        "shops",
        "app",
    ]
    assert client.get("/nothing").headers.all("X-Layer") == ["app"]


def test_layers_see_each_answer_errors_included() -> None:
    app = App()
    app.use(_marking("outer"))

    @app.get("/{kind}")
    def fail(kind: str) -> str:
        if kind == "fault":
            raise ZeroDivisionError
        raise HTTPError(418) if kind == "tea" else Respond(redirect("/away"))

    client = Client(app, raise_errors=False)
    for path, status in (("/fault", 500), ("/tea", 418), ("/go", 303), ("/no/where", 404)):
        answer = client.get(path)
        assert (answer.status, answer.headers.all("X-Layer")) == (status, ["outer"])
    assert client.post("/tea").headers.all("X-Layer") == ["outer"]
    assert client.get("/", environ={"PATH_INFO": "/\xff"}).headers.all("X-Layer") == ["outer"]


def test_a_layer_that_fails_is_seen_by_those_around_it() -> None:
    def broken(request: Request, call: Next) -> Response:
        raise HTTPError(403, "not you")

    app = App()
    app.use(_marking("outer"))
    app.use(broken)
    app.get("/")(_hello)
    answer = Client(app).get("/")
    assert (answer.status, answer.headers.all("X-Layer")) == (403, ["outer"])


def test_a_layer_that_forgets_to_answer_is_told() -> None:
    app = App()
    app.use(lambda request, call: None)  # type: ignore[arg-type, return-value]
    app.get("/")(_hello)
    with pytest.raises(TypeError, match="returned None instead of a Response"):
        Client(app).get("/")


def test_plain_wsgi_middleware_may_lie_around_it_all() -> None:
    def upper(application: Any, suffix: bytes) -> Any:
        def wrapped(environ: Any, start_response: Any) -> list[bytes]:
            return [b"".join(application(environ, start_response)).upper() + suffix]

        return wrapped

    app = App()
    app.get("/")(lambda: stream(iter([b"a", b"b"])))
    app.wrap(upper, suffix=b"!")
    assert Client(app).get("/").body == b"AB!"


# -- failures --------------------------------------------------------------------------------------


def test_an_error_is_a_problem_that_says_what_was_wrong() -> None:
    app = App()

    @app.get("/")
    def front() -> str:
        raise HTTPError(409, "Somebody was quicker.", headers=[("Retry-After", "1")], winner="Ann")

    answer = Client(app).get("/")
    assert answer.headers["Retry-After"] == "1"
    assert answer.json() == {
        "type": "about:blank",
        "title": "Conflict",
        "status": 409,
        "detail": "Somebody was quicker.",
        "winner": "Ann",
    }


def test_a_browser_gets_a_page() -> None:
    answer = Client(App()).get("/nothing", headers={"Accept": "text/html,*/*;q=0.8"})
    assert (answer.status, answer.content_type) == (404, "text/html")


def test_a_fault_is_noted_and_not_shown() -> None:
    app = App()

    @app.get("/")
    def front() -> str:
        raise ZeroDivisionError("the secret is 42")

    answer = Client(app, raise_errors=False).get("/")
    assert answer.status == 500
    assert "secret" not in answer.text
    assert "ZeroDivisionError: the secret is 42" in answer.errors
    assert "GET '/' failed" in answer.errors


def test_an_application_may_answer_errors_itself() -> None:
    class MissingError(Exception):
        pass

    class VeryMissingError(MissingError):
        pass

    app = App()

    @app.catch(MissingError)
    def missing(request: Request, error: MissingError) -> Response:
        return text(type(error).__name__, 410)

    @app.catch(404)
    def nothing(request: Request, error: HTTPError) -> Response:
        return html(f"<p>{error.status}", 404)

    @app.catch(500)
    def broken(request: Request, error: HTTPError) -> Response:
        return text("sorry", 500)

    @app.get("/{kind}")
    def fail(kind: str) -> str:
        raise VeryMissingError if kind == "missing" else ZeroDivisionError

    client = Client(app, raise_errors=False)
    assert (client.get("/missing").status, client.get("/missing").text) == (410, "VeryMissingError")
    assert client.get("/no/where").text == "<p>404"
    assert client.get("/fault").text == "sorry"
    assert "ZeroDivisionError" in client.get("/fault").errors


def test_a_catcher_that_fails_is_answered_for() -> None:
    app = App()

    @app.catch(404)
    def nothing(request: Request, error: HTTPError) -> Response:
        raise ZeroDivisionError

    answer = Client(app, raise_errors=False).get("/nothing")
    assert answer.status == 500
    assert "ZeroDivisionError" in answer.errors


def test_a_test_sees_the_fault_itself() -> None:
    app = App()

    @app.get("/")
    def front() -> str:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        Client(app).get("/")


# -- what is closed --------------------------------------------------------------------------------


def test_what_was_opened_is_closed_with_the_response_in_the_opposite_order() -> None:
    log: list[str] = []
    app = App()

    @app.get("/{kind}")
    def front(request: Request, kind: str) -> Response:
        request.on_close(lambda: log.append("first"))
        request.on_close(lambda: log.append(f"second on {threading.current_thread().name}"))

        def blocks() -> Iterator[bytes]:
            try:
                yield b"a"
                yield b"b"
            finally:
                log.append("blocks")

        return stream(blocks()) if kind == "stream" else text("x")

    client = Client(app)
    second = f"second on {threading.current_thread().name}"
    client.get("/text")
    assert log == [second, "first"]
    log.clear()
    with client.stream("GET", "/stream") as answer:
        assert next(answer) == b"a"
        assert log == []
    assert log == ["blocks", second, "first"]  # the client left
    log.clear()
    client.head("/stream")
    assert log == ["blocks", second, "first"] or log == [second, "first"]


def test_what_was_opened_is_closed_after_a_fault() -> None:
    log: list[str] = []
    app = App()

    @app.get("/")
    def front(request: Request) -> str:
        request.on_close(lambda: log.append("closed"))
        raise ZeroDivisionError

    Client(app, raise_errors=False).get("/")
    assert log == ["closed"]
    with pytest.raises(ZeroDivisionError):
        Client(app).get("/")
    assert log == ["closed", "closed"]


def test_a_body_that_is_never_sent_is_closed() -> None:
    closed: list[str] = []

    class Body:
        def __iter__(self) -> Iterator[bytes]:
            return iter(())

        def close(self) -> None:
            closed.append("body")

    app = App()

    @app.get("/")
    def front(request: Request) -> Response:
        request.on_close(lambda: closed.append("request"))
        response = stream(Body())
        response.etag = "\n"
        return response

    with pytest.raises(ValueError, match="no entity tag"):
        Client(app).get("/")
    assert closed == ["body", "request"]


# -- start and stop --------------------------------------------------------------------------------


def test_hooks_run_once_around_serving() -> None:
    log: list[str] = []
    app = App()
    app.get("/")(_hello)
    app.on_start(lambda: log.append("start"))
    app.on_stop(lambda: log.append("stop one"))
    app.on_stop(lambda: log.append("stop two"))
    with Client(app) as client:
        assert log == ["start"]
        client.get("/")
        client.get("/")
    assert log == ["start", "stop two", "stop one"]


def test_without_a_lifespan_the_first_request_starts_it_once() -> None:
    log: list[str] = []
    app = App()
    app.get("/")(_hello)
    app.on_start(lambda: log.append("start"))
    gate = threading.Barrier(8)

    def ask() -> None:
        gate.wait()
        Client(app).get("/")

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert log == ["start"]


def test_routes_come_before_requests() -> None:
    app = App()
    app.get("/")(_hello)
    Client(app).get("/")
    with pytest.raises(SetupError, match="before the first request"):
        app.get("/late")(_hello)


# -- what is refused at start ----------------------------------------------------------------------


def test_one_method_of_one_path_is_claimed_once() -> None:
    app = App()
    app.get("/a")(_hello)
    app.get("/a")(_int_text)
    with pytest.raises(
        RouteError, match=r"GET /a is claimed twice: by .*_hello and by .*_int_text"
    ):
        app.start()


def test_two_names_for_one_variable_are_refused() -> None:
    app = App()
    app.get("/{a}")(_echo_a)
    app.post("/{b}")(_echo_b)
    with pytest.raises(RouteError, match="match the same paths"):
        app.start()


def test_a_wrong_signature_is_refused_where_it_is_written() -> None:
    app = App()
    with pytest.raises(HandlerError, match="_wanting"):
        app.get("/x")(_wanting)


def test_a_misprinted_verb_is_refused() -> None:
    app = App()

    class Todos:
        def get(self) -> str:
            return ""

        def psot(self) -> str:
            return ""

    with pytest.raises(SetupError, match="did you mean 'post'"):
        app.resource("/todos")(Todos)


def test_a_resource_without_verbs_is_refused() -> None:
    class Empty:
        def _get(self) -> str:
            return ""

    with pytest.raises(SetupError, match="has no handler"):
        App().resource("/x")(Empty)


def test_a_class_that_needs_arguments_is_refused_with_advice() -> None:
    class Shelf:
        def __init__(self, what: str) -> None:
            self._what = what

        def get(self) -> str:
            return self._what

    with pytest.raises(SetupError, match="register an instance"):
        App().resource("/x")(Shelf)


def test_an_unknown_option_is_refused() -> None:
    with pytest.raises(SetupError, match="no option 'nmae'"):
        App().get("/x", nmae="x")  # type: ignore[call-arg]


def _int_text() -> str:
    return ""


def _echo_a(a: str) -> str:
    return a


def _echo_b(b: str) -> str:
    return b


def _wanting(*things: int) -> str:
    return str(things)
