"""What is said of JSON that is of another shape: the place, and what was expected there."""

from __future__ import annotations

import enum
import json
from datetime import timedelta
from typing import Annotated, Any, Literal, NamedTuple

import msgspec
import pytest

from potstill.web.binding.complaints import LONGEST
from potstill.web.binding.decoding import Decoding
from potstill.web.binding.fields import Problems


class Colour(enum.Enum):
    RED = "red"


class Cat(msgspec.Struct, tag="cat", forbid_unknown_fields=True):
    lives: int = 9
    kittens: list[Cat] = []
    colour: Colour = Colour.RED


class Dog(msgspec.Struct, tag="dog"):
    name: str


class Point(NamedTuple):
    x: int
    y: str = ""


class Line(msgspec.Struct, array_like=True, tag=3):
    length: int


class Circle(msgspec.Struct, array_like=True, tag=4):
    radius: int


POSITIVE = Annotated[int, msgspec.Meta(ge=1)]

TOLD: list[tuple[Any, str, str, str]] = [
    (Cat | Dog, '{"type": "cow"}', "type", "must be one of cat, dog"),
    (list[Cat | Dog | None], '[{"type": "cow"}]', "[0].type", "must be one of cat, dog"),
    (Cat, '{"type": "dog"}', "type", "must be cat"),
    (Cat | Dog, '{"lives": 9}', "type", "is required"),
    (Line | Circle, "[9, 1]", "[0]", "must be one of 3, 4"),
    (Line, "[3, null]", "[1]", "must be a whole number"),
    (Line, "{}", "", "must be a list of 1 value"),
    (Point, "{}", "", "must be a list of 2 values"),
    (Point, "[1, 2]", "[1]", "must be text"),
    (tuple[int, str], "[1, 2]", "[1]", "must be text"),
    (list[POSITIVE], "{}", "", "must be a list, each of it a whole number of at least 1"),
    (list[Any], "{}", "", "must be a list"),
    (dict[int, str], '{"x": ""}', "", "has a name that is not a whole number"),
    (
        dict[str, dict[int, str]],
        '{"a": {"x": ""}}',
        "[...]",
        "has a name that is not a whole number",
    ),
    (dict[str, int], '{"x": ""}', "[...]", "must be a whole number"),
    (Literal["a", None], "1", "", "must be one of a, null"),
    (timedelta, '"P1Y"', "", "must be a duration, as in PT15M"),
    (Any, "1e400", "", "has a number that is too large"),
    (Any, '{"a": [1e400]}', "[...][0]", "has a number that is too large"),
    (int, "3.0", "", "must be a whole number"),
]


def complaints(kind: Any, body: str) -> list[tuple[str, str]]:
    """Fields and details of what is wrong."""
    problems: Problems = []
    Decoding(kind).decode(body.encode(), problems)
    return [(each["field"], each["detail"]) for each in problems]


@pytest.mark.parametrize(("kind", "body", "field", "detail"), TOLD)
def test_the_place_is_named_and_what_was_expected_there(
    kind: Any, body: str, field: str, detail: str
) -> None:
    assert complaints(kind, body) == [(field, detail)]


FORGED = [
    "a - at `$.lives",
    "a` - at `$.nowhere",
    "a` - at `$[" + "9" * 5000 + "]",
    "a - at `$[" + "9" * 5000 + "]",
    "a` - at `$." + "y" * 500,
    "a` - at `key` in `$",
    "` - at `$[0]",
    "\n - at `$",
]


@pytest.mark.parametrize("name", FORGED)
def test_a_name_that_looks_like_a_place_is_a_name(name: str) -> None:
    for body in ({name: 1}, {"kittens": [{name: 1}]}):
        [(field, detail)] = complaints(Cat, json.dumps(body))
        assert detail == "is not known here"
        assert len(field) <= LONGEST + len("kittens[0].")


@pytest.mark.parametrize("value", FORGED)
def test_a_value_that_looks_like_a_place_is_a_value(value: str) -> None:
    quoted = json.dumps(value)
    assert complaints(Cat, f'{{"colour": {quoted}}}') == [("colour", "must be red")]
    assert complaints(Cat, f'{{"type": {quoted}}}') == [("type", "must be cat")]
    assert complaints(Colour, quoted) == [("", "must be red")]
