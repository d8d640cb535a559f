"""What is returned is cut down to what is annotated."""

from __future__ import annotations

import dataclasses
from typing import Annotated, Any, Generic, TypedDict, TypeVar

import msgspec
import pytest

from potstill.web import App, Created, Response
from potstill.web.narrowing import narrowing
from potstill.web.testing import Client

Item = TypeVar("Item")


class Person(msgspec.Struct):
    name: str
    friends: list[Person] = []


class Account(Person):
    password: str = "secret"


class Strict(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    name: Annotated[str, msgspec.Meta(min_length=1)]


class Loose(Strict, frozen=True):
    password: str = "secret"


class Page(msgspec.Struct, Generic[Item]):
    items: list[Item]


class Cat(msgspec.Struct, tag=True):
    lives: int


class Tiger(Cat, tag="Tiger"):
    password: str = "secret"


class Dog(msgspec.Struct, tag=True):
    name: str


@dataclasses.dataclass(frozen=True)
class Point:
    x: int
    y: int = dataclasses.field(init=False, default=2)


@dataclasses.dataclass(frozen=True)
class Place(Point):
    password: str = "secret"


class Row(TypedDict):
    person: Person


ACCOUNT = Account("Ada", [Account("Bob")])

CUT: list[tuple[Any, Any, Any]] = [
    (Person, ACCOUNT, {"name": "Ada", "friends": [{"name": "Bob", "friends": []}]}),
    (Person, Person("Ada", [Account("B")]), {"name": "Ada", "friends": [Person("B")]}),
    (Person | None, Account("A"), {"name": "A", "friends": []}),
    (list[Person], [Account("A"), Person("B")], [Person("A"), Person("B")]),
    (tuple[Person, ...], (Account("A"),), [Person("A")]),
    (tuple[int, Person], (1, Account("A")), [1, Person("A")]),
    (set[Strict], {Loose(name="A")}, [{"name": "A"}]),
    (dict[str, Person], {"a": Account("A")}, {"a": Person("A")}),
    (dict[str, list[Person]], {"a": [Account("A")]}, {"a": [Person("A")]}),
    (Annotated[Person, "a note"], Account("A"), Person("A")),
    (Strict, Loose(name=""), {"name": ""}),
    (Page[Person], Page([Account("A")]), {"items": [Person("A")]}),
    (dict[str, Page[Person] | None], {"a": Page([Account("A")])}, {"a": {"items": [Person("A")]}}),
    (tuple[Page[Person], Page[Cat]], (Page([]), Page([Tiger(9)])), [Page([]), Page([Cat(9)])]),
    (Cat | Dog, Tiger(9), {"type": "Cat", "lives": 9}),
    (Cat | Response, Tiger(9), {"type": "Cat", "lives": 9}),
    (Person | Account, ACCOUNT.friends[0], ACCOUNT.friends[0]),
    (list[Person] | Strict, [Account("A")], [Person("A")]),
    (Point, Place(1), {"x": 1, "y": 2}),
]


@pytest.mark.parametrize(("returns", "value", "sent"), CUT)
def test_a_field_that_the_annotation_does_not_name_is_cut(
    returns: Any, value: Any, sent: Any
) -> None:
    before = msgspec.json.encode(value)
    narrow = narrowing(returns)
    assert narrow is not None
    assert msgspec.json.encode(narrow(value)) == msgspec.json.encode(sent)
    assert msgspec.json.encode(value) == before


@pytest.mark.parametrize(
    ("returns", "value"),
    [
        (Person, Person("A", [Person("B")])),
        (list[Person], [Person("A")]),
        (list[Cat], [Cat(1), Cat(2)]),
        (dict[str, Cat], {"a": Cat(1)}),
        (Cat | Dog, Dog("A")),
        (Page[Person], Page([Person("A")])),
        (Person, {"what": "was not annotated"}),
        (list[Person], "what was not annotated"),
        (dict[str, Person], None),
        (tuple[int, Person], (1,)),
    ],
)
def test_what_is_exact_or_was_not_annotated_is_passed_on_as_it_is(returns: Any, value: Any) -> None:
    narrow = narrowing(returns)
    assert narrow is not None
    assert narrow(value) is value


@pytest.mark.parametrize("returns", [int, str, Any, None, Response, dict[str, Any], list[int], Row])
def test_nothing_is_done_for_what_cannot_have_more_than_is_said(returns: Any) -> None:
    assert narrowing(returns) is None


def test_a_handler_sends_what_it_is_annotated_with() -> None:
    app = App()

    @app.get("/")
    def show() -> list[Person]:
        return [Account("Ada")]

    @app.post("/")
    def make() -> Created[Person]:
        return Account("Ada")

    client = Client(app)
    assert client.get("/").json() == [{"name": "Ada", "friends": []}]
    assert client.post("/").json() == {"name": "Ada", "friends": []}
