"""The OpenAPI document says what the application does, and is one that others can read."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from potstill.web import App, Created, Group, Request, Response, SetupError, Status, html, verb
from potstill.web.binding.sources import Cookie, FormField, Header, Query
from potstill.web.forms.form import Form, Upload
from potstill.web.openapi.document import document
from potstill.web.openapi.raises import Raises
from potstill.web.testing import Client
from tests.web.api.site import make_app

Json = dict[str, Any]


class Todo(msgspec.Struct):
    """Something to do."""

    title: str
    due: date | None = None


class Colour(enum.Enum):
    RED = "red"
    BLUE = "blue"


def documented(app: App) -> Json:
    """The document, which has to be a valid one."""
    made = document(app, app.routes)
    read: Json = msgspec.json.decode(msgspec.json.encode(made))
    OpenAPIV31SpecValidator(read).validate()
    return read


def operation(app: App, path: str, method: str = "get") -> Json:
    found: Json = documented(app)["paths"][path][method]
    return found


def parameters(app: App, path: str, method: str = "get") -> dict[str, Json]:
    return {each["name"]: each for each in operation(app, path, method)["parameters"]}


def test_application_is_described_by_its_own_words() -> None:
    app = App(title="Todos", version="2.1", description="All of it.")
    made = documented(app)
    assert made["openapi"] == "3.1.1"
    assert made["info"] == {
        "title": "Todos",
        "version": "2.1",
        "description": "All of it.",
    }
    assert made["paths"] == {}


def test_application_without_a_title_has_a_valid_document() -> None:
    assert documented(App())["info"] == {"title": "API", "version": "0"}


def test_docstring_is_summary_and_description() -> None:
    app = App()

    @app.get("/")
    def home(request: Request) -> str:
        """Show what there is.

        Nothing more
        than that.
        """
        return ""

    found = operation(app, "/")
    assert found["summary"] == "Show what there is."
    assert found["description"] == "Nothing more\nthan that."


def test_variable_of_a_path_has_the_schema_of_its_converter() -> None:
    app = App()

    @app.get("/todos/{id:int}/on/{day:date}/{name}")
    def one(request: Request, id: int, day: date, name: str) -> str:
        return ""

    found = parameters(app, "/todos/{id}/on/{day}/{name}")
    assert [each["in"] for each in found.values()] == ["path"] * 3
    assert all(each["required"] for each in found.values())
    assert found["id"]["schema"]["type"] == "integer"
    assert found["day"]["schema"] == {"type": "string", "format": "date"}
    assert found["name"]["schema"] == {"type": "string", "minLength": 1}


def test_variable_without_a_converter_has_the_schema_of_its_annotation() -> None:
    app = App()

    @app.get("/{colour}")
    def paint(request: Request, colour: Colour) -> str:
        return ""

    assert parameters(app, "/{colour}")["colour"]["schema"]["$ref"] == "#/components/schemas/Colour"


def test_variable_that_the_handler_does_not_take_is_documented_too() -> None:
    app = App()

    @app.get("/todos/{id:int}")
    def one(request: Request) -> str:
        return str(request.path_params["id"])

    assert set(parameters(app, "/todos/{id}")) == {"id"}


def test_variable_that_takes_the_rest_of_a_path_says_so() -> None:
    app = App()

    @app.get("/files/{path:path}")
    def files(request: Request, path: str) -> str:
        return path

    assert "slashes" in parameters(app, "/files/{path}")["path"]["description"]


def test_text_between_variables_stays_in_the_template() -> None:
    app = App()

    @app.get("/{name}.{ending}")
    def named(request: Request, name: str, ending: str) -> str:
        return name + ending

    assert set(parameters(app, "/{name}.{ending}")) == {"name", "ending"}


def test_patterns_that_differ_by_converters_are_two_paths() -> None:
    app = App()

    @app.get("/x/{key:int}")
    def by_number(request: Request, key: int) -> str:
        return ""

    @app.get("/x/{key:date}")
    def by_day(request: Request, key: date) -> str:
        return ""

    assert set(documented(app)["paths"]) == {"/x/{key}", "/x/{key_date}"}
    assert set(parameters(app, "/x/{key_date}")) == {"key_date"}


def test_query_has_types_bounds_and_defaults() -> None:
    app = App()

    @app.get("/todos")
    def todos(
        request: Request,
        wanted: Annotated[int, msgspec.Meta(ge=1, le=9, description="How many.")],
        done: bool | None = None,
        tags: list[str] = [],  # noqa: B006 - as users write it
        colour: Colour = Colour.RED,
        mode: Literal["a", "b"] = "a",
        key: UUID | None = None,
        price: Decimal = Decimal("1.5"),
    ) -> list[Todo]:
        return []

    found = parameters(app, "/todos")
    assert found["wanted"] == {
        "name": "wanted",
        "in": "query",
        "required": True,
        "description": "How many.",
        "schema": {"type": "integer", "minimum": 1, "maximum": 9},
    }
    assert found["done"]["required"] is False
    assert found["done"]["schema"] == {"type": "boolean"}
    assert found["tags"]["schema"]["items"] == {"type": "string"}
    assert found["colour"]["schema"] == {"$ref": "#/components/schemas/Colour", "default": "red"}
    assert found["mode"]["schema"] == {"enum": ["a", "b"], "default": "a"}
    assert found["key"]["schema"] == {"type": "string", "format": "uuid"}
    assert found["price"]["schema"]["default"] == "1.5"


def test_struct_that_is_the_whole_query_is_documented_field_by_field() -> None:
    class Wanted(msgspec.Struct):
        town: str
        colour: Colour | None = None
        limit: Annotated[int, msgspec.Meta(ge=1, description="How many.")] = 20

    app = App()

    @app.get("/houses")
    def houses(request: Request, wanted: Annotated[Wanted, Query()]) -> list[str]:
        return []

    found = parameters(app, "/houses")
    assert list(found) == ["town", "colour", "limit"]
    assert [each["required"] for each in found.values()] == [True, False, False]
    assert found["colour"]["schema"] == {"$ref": "#/components/schemas/Colour"}
    assert found["limit"]["description"] == "How many."
    assert found["limit"]["schema"] == {"type": "integer", "minimum": 1, "default": 20}


def test_headers_and_cookies_are_documented_by_their_own_names() -> None:
    app = App()

    @app.get("/")
    def home(
        request: Request,
        x_token: Annotated[str, Header()],
        visitor: Annotated[str | None, Cookie("who")] = None,
    ) -> str:
        return ""

    found = {name.lower(): each for name, each in parameters(app, "/").items()}
    assert found["x-token"]["in"] == "header"
    assert found["x-token"]["required"] is True
    assert found["who"]["in"] == "cookie"


def test_header_fields_that_openapi_ignores_are_left_out() -> None:
    app = App()

    @app.get("/")
    def home(request: Request, accept: Annotated[str | None, Header()] = None) -> str:
        return ""

    assert "parameters" not in operation(app, "/")


def test_flat_body_may_come_as_json_or_as_a_form() -> None:
    app = App()

    @app.post("/todos")
    def add(request: Request, body: Todo) -> Todo:
        return body

    body = operation(app, "/todos", "post")["requestBody"]
    assert body["required"] is True
    assert set(body["content"]) == {"application/json", "application/x-www-form-urlencoded"}
    schema = body["content"]["application/json"]["schema"]
    assert schema == {"$ref": "#/components/schemas/Todo"}


def test_form_has_no_null_and_may_leave_fields_empty() -> None:
    class Guest(msgspec.Struct):
        name: str
        note: str | None
        seats: list[int]
        born: date | None = None
        nights: int = 1

    app = App()

    @app.post("/")
    def add(request: Request, body: Guest) -> None: ...

    content = operation(app, "/", "post")["requestBody"]["content"]
    schema = content["application/x-www-form-urlencoded"]["schema"]
    assert schema["required"] == ["name", "note", "seats"]
    assert schema["properties"] == {
        "name": {"type": "string"},
        "note": {"type": "string"},
        "seats": {"type": "array", "items": {"type": "integer"}, "minItems": 1},
        "born": {"anyOf": [{"type": "string", "format": "date"}, {"const": ""}]},
        "nights": {"default": 1, "anyOf": [{"type": "integer"}, {"const": ""}]},
    }


def test_raw_body_may_be_empty() -> None:
    app = App()

    @app.post("/")
    def take(request: Request, body: bytes) -> None: ...

    assert operation(app, "/", "post")["requestBody"]["required"] is False


def test_empty_value_stands_for_none_in_a_query() -> None:
    app = App()

    @app.get("/")
    def home(
        request: Request,
        must: int,
        day: date | None = None,
        text: str = "",
        many: list[int] = [],  # noqa: B006 - as users write it
    ) -> str:
        return ""

    found = parameters(app, "/")
    assert [name for name, each in found.items() if each.get("allowEmptyValue")] == ["day"]


def test_required_list_has_something_in_it() -> None:
    app = App()

    @app.get("/")
    def home(request: Request, many: list[int]) -> str:
        return ""

    assert parameters(app, "/")["many"]["schema"]["minItems"] == 1


def test_nested_body_comes_as_json_only() -> None:
    class Listing(msgspec.Struct):
        todos: list[Todo]

    app = App()

    @app.post("/lists")
    def add(request: Request, body: Listing) -> None: ...

    assert set(operation(app, "/lists", "post")["requestBody"]["content"]) == {"application/json"}


def test_body_that_may_be_left_away_is_not_required() -> None:
    app = App()

    @app.post("/todos")
    def add(request: Request, body: Todo | None = None) -> None: ...

    assert operation(app, "/todos", "post")["requestBody"]["required"] is False


@pytest.mark.parametrize(
    ("annotation", "media_types"),
    [
        (bytes, {"application/octet-stream"}),
        (str, {"text/plain"}),
        (Form, {"application/x-www-form-urlencoded", "multipart/form-data"}),
    ],
)
def test_raw_body_has_its_media_type(annotation: type, media_types: set[str]) -> None:
    app = App()

    @app.post("/")
    def take(request: Request, body: annotation) -> None: ...  # type: ignore[valid-type]

    assert set(operation(app, "/", "post")["requestBody"]["content"]) == media_types


def test_uploads_make_a_multipart_form() -> None:
    app = App()

    @app.post("/")
    def take(
        request: Request,
        picture: Upload,
        title: Annotated[str, FormField()],
        others: list[Upload] = [],  # noqa: B006 - as users write it
        size: Annotated[int, FormField()] = 3,
    ) -> None: ...

    content = operation(app, "/", "post")["requestBody"]["content"]
    assert set(content) == {"multipart/form-data"}
    schema = content["multipart/form-data"]["schema"]
    assert sorted(schema["required"]) == ["picture", "title"]
    assert schema["properties"]["picture"]["format"] == "binary"
    assert schema["properties"]["others"]["type"] == "array"
    assert schema["properties"]["size"] == {
        "default": 3,
        "anyOf": [{"type": "integer"}, {"const": ""}],  # as a field that was not filled in is sent
    }


def test_body_beside_uploads_is_part_of_the_form() -> None:
    app = App()

    @app.post("/")
    def take(request: Request, body: Todo, picture: Upload) -> None: ...

    content = operation(app, "/", "post")["requestBody"]["content"]
    properties = content["multipart/form-data"]["schema"]["properties"]
    assert set(properties) == {"title", "due", "picture"}


def test_answers_follow_the_return_annotation() -> None:
    app = App()

    @app.resource("/x")
    class Things:
        def get(self, request: Request) -> list[Todo]:
            return []

        def post(self, request: Request) -> Todo:
            return Todo("")

        def put(self, request: Request) -> Created[Todo]:
            return Todo("")

        def delete(self, request: Request) -> None: ...

        def patch(self, request: Request) -> Annotated[Todo, Status(202)] | None:
            return None

    item = documented(app)["paths"]["/x"]
    assert set(item["get"]["responses"]) == {"200", "default"}
    assert item["get"]["responses"]["200"]["content"]["application/json"]["schema"] == {
        "type": "array",
        "items": {"$ref": "#/components/schemas/Todo"},
    }
    assert set(item["post"]["responses"]) == {"200", "201", "default"}
    assert "Location" in item["post"]["responses"]["201"]["headers"]
    assert set(item["put"]["responses"]) == {"201", "default"}
    assert item["delete"]["responses"]["204"] == {"description": "No Content"}
    assert set(item["patch"]["responses"]) == {"202", "204", "default"}


def test_text_and_bytes_have_their_media_types() -> None:
    app = App()

    @app.get("/text")
    def text(request: Request) -> str:
        return ""

    @app.get("/bytes")
    def octets(request: Request) -> bytes:
        return b""

    @app.get("/page")
    def page(request: Request) -> Response:
        return html("")

    assert set(operation(app, "/text")["responses"]["200"]["content"]) == {"text/plain"}
    found = operation(app, "/bytes")["responses"]["200"]["content"]
    assert set(found) == {"application/octet-stream"}
    assert list(operation(app, "/page")["responses"]) == ["default"]
    assert "content" not in operation(app, "/page")["responses"]["default"]


def test_errors_follow_from_what_is_taken() -> None:
    app = App()

    @app.resource("/{id:int}")
    class One:
        def get(self, request: Request, id: int) -> None: ...

        def post(self, request: Request, id: int, body: Todo) -> None: ...

    @app.get("/")
    def home(request: Request, limit: int = 1) -> None: ...

    item = documented(app)["paths"]
    assert set(item["/{id}"]["get"]["responses"]) == {"204", "400", "404", "default"}
    assert set(item["/{id}"]["post"]["responses"]) == {
        *("204", "400", "404", "413", "415", "422", "default"),
    }
    assert set(item["/"]["get"]["responses"]) == {"204", "400", "422", "default"}
    problem = item["/"]["get"]["responses"]["422"]["content"]["application/problem+json"]
    assert problem["schema"] == {"$ref": "#/components/schemas/Problem"}


def test_errors_that_a_handler_names_are_documented() -> None:
    app = App()

    @app.get("/")
    def home(request: Request) -> Annotated[Todo, Raises(409, 412)]:
        return Todo("")

    @app.post("/")
    def add(request: Request) -> Annotated[Created[Todo], Raises(409)]:
        return Todo("")

    assert set(operation(app, "/")["responses"]) == {"200", "409", "412", "default"}
    assert set(operation(app, "/", "post")["responses"]) == {"201", "409", "default"}


def test_only_errors_can_be_raised() -> None:
    with pytest.raises(ValueError, match="400 to 599, not 200"):
        Raises(200)


def test_error_that_is_answered_fits_the_schema_of_problems() -> None:
    app = App()

    @app.get("/")
    def home(request: Request, limit: int) -> None: ...

    answer = Client(app).get("/?limit=x")
    schema = documented(app)["components"]["schemas"]["Problem"]
    assert answer.status == 422
    assert set(schema["required"]) <= set(answer.json()) <= set(schema["properties"])


def test_what_is_provided_brings_its_own_parameters() -> None:
    class User:
        pass

    def user_of(request: Request, x_key: Annotated[str, Header()]) -> User:
        return User()

    app = App()
    app.provide(User, user_of)

    @app.get("/")
    def home(request: Request, user: User) -> str:
        return ""

    assert [name.lower() for name in parameters(app, "/")] == ["x-key"]


def test_operations_have_ids_of_their_own_and_tags() -> None:
    group = Group(tags=["Things"])

    @group.resource("/x")
    class Things:
        def get(self, request: Request) -> str:
            return ""

        def post(self, request: Request) -> str:
            return ""

        @verb("GET", "/more")
        def more(self, request: Request) -> str:
            return ""

    app = App()
    app.include(group)
    app.include(group, "/again")
    made = documented(app)
    found = [each for item in made["paths"].values() for each in item.values()]
    assert len({each["operationId"] for each in found}) == len(found) == 6
    assert made["tags"] == [{"name": "Things"}]
    assert all(each["tags"] == ["Things"] for each in found)


def test_deprecated_is_marked_and_hidden_is_left_out() -> None:
    app = App()

    @app.get("/old", deprecated=True)
    def old(request: Request) -> None: ...

    @app.get("/secret", hidden=True)
    def secret(request: Request) -> None: ...

    made = documented(app)
    assert made["paths"].keys() == {"/old"}
    assert made["paths"]["/old"]["get"]["deprecated"] is True


def test_head_and_options_are_not_listed_and_other_verbs_are_extensions() -> None:
    app = App()

    @app.route("/", methods=["GET", "HEAD", "OPTIONS", "QUERY", "PROPFIND"])
    def home(request: Request) -> Response:
        return Response()

    assert set(documented(app)["paths"]["/"]) == {"get", "x-query", "x-propfind"}


def test_types_of_one_name_are_told_apart() -> None:
    def other() -> Any:
        @dataclass
        class Todo:
            id: int

        return Todo

    another = other()
    app = App()

    @app.get("/a")
    def a(request: Request) -> Todo:
        return Todo("")

    @app.get("/b")
    def b(request: Request) -> list[another]:  # type: ignore[valid-type]
        return []

    made = documented(app)
    first = made["paths"]["/a"]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    second = made["paths"]["/b"]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    assert first["$ref"] != second["items"]["$ref"]
    assert (
        "id" in made["components"]["schemas"][second["items"]["$ref"].split("/")[-1]]["properties"]
    )


def test_two_types_of_one_name_are_told_apart_or_refused() -> None:
    def made() -> Any:
        class Same(msgspec.Struct):
            pass

        return Same

    first, second = made(), made()
    app = App()

    @app.get("/a")
    def a(request: Request) -> first:  # type: ignore[valid-type]
        raise NotImplementedError

    @app.get("/b")
    def b(request: Request) -> second:  # type: ignore[valid-type]
        raise NotImplementedError

    if tuple(map(int, msgspec.__version__.split(".")[:2])) < (0, 23):
        with pytest.raises(SetupError, match="two types of one module"):
            document(app, app.routes)
        return
    made_of_both = document(app, app.routes)
    shown = [made_of_both["paths"][path]["get"]["responses"]["200"] for path in ("/a", "/b")]
    references = {each["content"]["application/json"]["schema"]["$ref"] for each in shown}
    assert len(references) == 2
    names = {reference.rpartition("/")[2] for reference in references}
    assert names <= set(made_of_both["components"]["schemas"])


def test_document_is_served_with_an_entity_tag() -> None:
    client = Client(make_app())
    answer = client.get("/openapi.json")
    assert answer.status == 200
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.json()["openapi"] == "3.1.1"
    assert "servers" not in answer.json()
    etag = answer.headers["ETag"]
    assert client.get("/openapi.json", headers={"If-None-Match": etag}).status == 304


def test_document_below_a_prefix_names_it_as_its_server() -> None:
    client = Client(make_app())
    answer = client.get("/openapi.json", environ={"SCRIPT_NAME": "/caf\xc3\xa9"})
    assert answer.json()["servers"] == [{"url": "/caf%C3%A9"}]


def test_document_of_a_large_application_is_valid() -> None:
    made = documented(make_app())
    operations = [each for item in made["paths"].values() for each in item]
    assert len(operations) >= 30


def test_a_default_that_json_cannot_say_is_left_out() -> None:
    class Limits(msgspec.Struct):
        most: float = float("inf")

    nothing = object()
    app = App()

    @app.post("/")
    def limit(
        body: Limits,
        most: float = float("inf"),
        least: int = nothing,  # type: ignore[assignment]
        kind: Literal["a", None] = "a",
    ) -> None: ...

    found = parameters(app, "/", "post")
    assert found["most"]["schema"] == {"type": "number"}
    assert found["least"]["schema"] == {"type": "integer"}
    assert found["kind"]["schema"] == {"enum": ["a"], "default": "a"}
    assert documented(app)["components"]["schemas"]["Limits"]["properties"] == {
        "most": {"type": "number"}
    }
    assert Client(app).get("/openapi.json").status == 200
