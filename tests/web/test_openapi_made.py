"""Whatever handlers there are, the document is valid, and its examples fit its schemas."""

from __future__ import annotations

import enum
import shlex
from datetime import date, datetime, time
from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st
from openapi_schema_validator import OAS31Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from potstill.web import App, Created, Request, Response, Status
from potstill.web.binding.sources import Cookie, FormField, Header, Query
from potstill.web.openapi.document import document
from potstill.web.openapi.examples import example
from potstill.web.openapi.raises import Raises
from potstill.web.openapi.schema import Schemas
from potstill.web.openapi.schema_rows import row
from potstill.web.openapi.view import chapters


class Colour(enum.Enum):
    RED = "red"
    BLUE = "blue"


class Tree(msgspec.Struct):
    """Something that has itself within."""

    name: Annotated[str, msgspec.Meta(min_length=3, max_length=5)]
    colour: Colour
    branches: list[Tree] = []


class Cat(msgspec.Struct, tag=True):
    lives: int


class Dog(msgspec.Struct, tag=True, forbid_unknown_fields=True):
    tricks: tuple[str, int]


SCALARS: list[Any] = [
    *(bool, int, float, str, date, datetime, time, UUID, Decimal, Colour),
    Literal["a", "b"],
    Annotated[int, msgspec.Meta(gt=7, lt=9)],
    Annotated[int, msgspec.Meta(ge=10, multiple_of=7)],
    Annotated[float, msgspec.Meta(le=0)],
    Annotated[str, msgspec.Meta(min_length=1, max_length=2)],
    Annotated[datetime, msgspec.Meta(tz=True)],
]
scalars = st.sampled_from(SCALARS)


def list_of(kind: Any) -> Any:
    return list.__class_getitem__(kind)


parameters = st.one_of(
    scalars,
    scalars.map(lambda each: each | None),
    scalars.map(list_of),
)
structures = st.recursive(
    st.one_of(parameters, st.sampled_from([Tree, Cat | Dog, Any, bytes])),
    lambda inner: st.one_of(
        inner.map(list_of),
        inner.map(lambda each: dict.__class_getitem__((str, each))),
        inner.map(lambda each: tuple.__class_getitem__((each, ...))),
        inner.map(lambda each: each | None if each is not Any else each),
        inner.map(lambda each: Annotated[each, msgspec.Meta(description="What it is.")]),
    ),
    max_leaves=4,
)
notes = st.sampled_from([None, Header(), Query(), FormField()])
taken_values = st.one_of(
    st.tuples(parameters, notes, st.booleans()),
    st.tuples(scalars, st.just(Cookie()), st.booleans()),
)
answers = st.one_of(
    structures,
    st.sampled_from([None, str, Response, Created[Tree], Annotated[Tree, Status(202)] | None]),
    st.builds(
        lambda each, status: Annotated[each, Raises(status)], structures, st.integers(400, 499)
    ),
)


@settings(deadline=None, derandomize=True, max_examples=80)
@given(
    st.lists(taken_values, max_size=5),
    answers,
    st.sampled_from(["GET", "POST", "PUT", "DELETE"]),
)
def test_document_is_valid_and_names_every_parameter(
    taken: list[tuple[Any, Any, bool]], returns: Any, method: str
) -> None:
    names: dict[str, Any] = {"Request": Request, "Returned": returns}
    arguments = ["request: Request", "id: int"]
    for number, (kind, note, is_optional) in enumerate(taken):
        annotation = kind if note is None else Annotated[kind, note]
        names[f"Kind{number}"] = annotation | None if is_optional and note is None else annotation
        arguments.append(f"part{number}: Kind{number}" + (" = None" if is_optional else ""))
    arguments.sort(key=lambda each: "=" in each)
    source = f"def handle({', '.join(arguments)}) -> Returned: ..."
    exec(compile(source, "<made>", "exec", dont_inherit=True), names)

    app = App()
    app.route("/{id:int}", methods=[method])(names["handle"])
    made = msgspec.json.decode(msgspec.json.encode(document(app, app.routes)))
    OpenAPIV31SpecValidator(made).validate()

    found = made["paths"]["/{id}"][method.lower()]
    shown = {each["name"].lower() for each in found["parameters"]}
    for content in found.get("requestBody", {}).get("content", {}).values():
        shown |= set(content["schema"]["properties"])
    expected = {f"part{number}".lower() for number in range(len(taken))}
    assert shown == expected | {"id"}

    for chapter in chapters(made, "http://localhost"):
        for operation in chapter.operations:
            assert shlex.split(operation.curl)[0] == "curl"


@settings(deadline=None, derandomize=True, max_examples=80)
@given(structures)
def test_example_of_a_schema_fits_it(kind: Any) -> None:
    schemas = Schemas([kind])
    whole = {**schemas.of(kind), "components": {"schemas": schemas.components}}
    value = example(schemas.of(kind), schemas.components)
    OAS31Validator(whole).validate(value)


@settings(deadline=None, derandomize=True, max_examples=80)
@given(structures)
def test_schema_is_told_in_words(kind: Any) -> None:
    schemas = Schemas([kind])
    told = row("it", schemas.of(kind), schemas.components, is_required=True)
    assert told.kind
    assert "$ref" not in told.kind
