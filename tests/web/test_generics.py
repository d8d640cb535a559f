"""Resources that inherit handlers from a generic class."""

from __future__ import annotations

from typing import Annotated, Any, Generic, TypeVar

import msgspec
import pytest
from typing_extensions import TypeAliasType

from potstill.web import App, HandlerError, Query
from potstill.web.testing import Client

Record = TypeVar("Record")
Other = TypeVar("Other")
Bound = TypeVar("Bound", bound=int)


class Cat(msgspec.Struct):
    lives: int


class Dog(msgspec.Struct):
    name: str


class Page(msgspec.Struct, Generic[Record]):
    items: list[Record]


class Records(Generic[Record]):
    def post(self, body: Record) -> Record:
        return body

    def put(self, body: list[Record] | None = None) -> list[Record]:
        return body or []

    @classmethod
    def delete(cls, body: Record) -> None: ...


class Paged(Records[Other], Generic[Other, Record]):
    def patch(self, body: Page[Record]) -> Page[Record]:
        return body


class Animals(Paged[Cat, Dog]): ...


class Tigers(Records[Cat]):
    def post(self, body: Cat) -> Cat:
        return super().post(body)


CASES: list[tuple[str, Any, str]] = [
    ("POST", {"lives": "x"}, "lives"),
    ("PUT", [{"lives": "x"}], "[0].lives"),
    ("DELETE", {"lives": "x"}, "lives"),
]


@pytest.mark.parametrize(("method", "body", "field"), CASES)
@pytest.mark.parametrize("resource", [Animals, Tigers])
def test_a_type_variable_is_what_the_subclass_says(
    resource: Any, method: str, body: Any, field: str
) -> None:
    app = App()
    app.resource("/")(resource)
    answer = Client(app).request(method, "/", json=body)
    assert answer.status == 422
    assert answer.json()["errors"] == [
        {"in": "body", "field": field, "detail": "must be a whole number"}
    ]


class Shelf(Generic[Record]):
    def post(self, body: Record) -> Record:
        return body


def test_an_instance_tells_what_it_was_made_for() -> None:
    app = App()
    app.resource("/")(Shelf[Cat]())
    assert Client(app).post("/", json={"lives": "x"}).status == 422


def test_a_type_variable_is_replaced_within_other_types() -> None:
    app = App()
    app.resource("/")(Animals)
    client = Client(app)
    answer = client.patch("/", json={"items": [{"name": 1}]})
    assert answer.json()["errors"][0]["field"] == "items[0].name"
    assert client.post("/", json={"lives": 9}).json() == {"lives": 9}
    document = client.get("/openapi.json").json()
    body = document["paths"]["/"]["post"]["requestBody"]["content"]["application/json"]
    assert body["schema"] == {"$ref": "#/components/schemas/Cat"}


class Unsaid(Records):  # type: ignore[type-arg]
    ...


def _function(body: list[Record]) -> Record:
    return body[0]


@pytest.mark.parametrize(
    "register", [lambda app: app.resource("/")(Unsaid), lambda app: app.post("/")(_function)]
)
def test_a_type_variable_that_stands_for_nothing_is_refused(register: Any) -> None:
    with pytest.raises(HandlerError, match="nothing says what Record is"):
        register(App())


def test_a_type_variable_with_a_bound_is_validated_as_that() -> None:
    app = App()

    @app.post("/")
    def take(body: list[Bound]) -> list[Bound]:
        return body

    assert Client(app).post("/", json=["x"]).status == 422


PageNumber = TypeAliasType("PageNumber", Annotated[int, Query("p")])


def test_an_alias_is_what_it_stands_for() -> None:
    app = App()

    @app.get("/")
    def show(page: PageNumber) -> int:
        return page

    assert Client(app).get("/?p=2").json() == 2
