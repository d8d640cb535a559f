"""Whatever is written to a query the way a client writes it is read as the same value."""

from __future__ import annotations

import datetime as dt
import enum
import types
from collections.abc import Callable
from decimal import Decimal
from typing import Any
from urllib.parse import quote, urlencode
from uuid import UUID

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from potstill.web.errors import HTTPError
from potstill.web.request import Request
from tests.web.binding_support import bound, made, posted


class Colour(enum.Enum):
    RED = "red"
    BLUE = "b l&u=e"


class Record(msgspec.Struct):
    text: str
    number: int
    ratio: float
    truth: bool
    day: dt.date
    colours: list[Colour]
    maybe: int | None = None


TEXT = st.text(st.characters(exclude_categories=["Cs"]))
INTEGERS = st.integers(-(2**63) + 1, 2**63 - 1)
FLOATS = st.floats(allow_nan=False, allow_infinity=False)
KINDS: dict[Any, tuple[st.SearchStrategy[Any], Callable[[Any], str]]] = {
    str: (TEXT, str),
    int: (INTEGERS, str),
    float: (FLOATS, repr),
    bool: (st.booleans(), lambda value: str(value).lower()),
    Decimal: (st.decimals(allow_nan=False, allow_infinity=False, places=4), lambda d: f"{d:f}"),
    UUID: (st.uuids(), str),
    dt.date: (st.dates(), str),
    dt.time: (st.times(), lambda value: value.isoformat()),
    dt.datetime: (st.datetimes(), lambda value: value.isoformat()),
    Colour: (st.sampled_from(Colour), lambda value: str(value.value)),
}


def _call(annotation: Any) -> Callable[[Request], Any]:
    def handler(x: Any) -> Any:
        return x

    handler.__annotations__ = {"x": annotation}
    return bound(handler)


def _error(call: Callable[[Request], Any], request: Request) -> HTTPError | None:
    try:
        call(request)
    except HTTPError as error:
        return error
    return None


CALLS = {kind: _call(kind) for kind in KINDS}
LIST_CALLS = {kind: _call(types.GenericAlias(list, kind)) for kind in KINDS}
JUNK_CALLS = [*CALLS.values(), *LIST_CALLS.values()]


@given(st.data())
def test_a_value_survives_the_query(data: st.DataObject) -> None:
    kind = data.draw(st.sampled_from(list(KINDS)))
    strategy, spell = KINDS[kind]
    value = data.draw(strategy)
    found = CALLS[kind](made("x=" + quote(spell(value), safe="")))
    assert found == value
    assert type(found) is kind


@given(st.data())
def test_a_list_survives_the_query(data: st.DataObject) -> None:
    kind = data.draw(st.sampled_from(list(KINDS)))
    strategy, spell = KINDS[kind]
    values = data.draw(st.lists(strategy, min_size=1, max_size=20))
    query = urlencode([("x", spell(value)) for value in values])
    assert LIST_CALLS[kind](made(query)) == values


@given(TEXT, st.sampled_from(JUNK_CALLS))
def test_any_text_is_a_value_or_a_422(text: str, call: Callable[[Request], Any]) -> None:
    error = _error(call, made("x=" + quote(text, safe="")))
    assert error is None or (error.status, error.errors[0]["field"]) == (422, "x")


def _record(body: Record) -> Record:
    return body


READ_RECORD = bound(_record)
RECORDS = st.builds(
    Record,
    TEXT,
    INTEGERS,
    FLOATS,
    st.booleans(),
    st.dates(),
    st.lists(st.sampled_from(Colour), min_size=1, max_size=3),
    st.none() | INTEGERS,
)


@given(RECORDS)
def test_json_and_a_form_say_the_same(record: Record) -> None:
    assert READ_RECORD(posted(msgspec.json.encode(record))) == record
    fields = msgspec.to_builtins(record)
    fields["truth"] = "on" if record.truth else "off"
    fields["maybe"] = "" if record.maybe is None else record.maybe
    form = urlencode(fields, doseq=True)
    assert READ_RECORD(posted(form, "application/x-www-form-urlencoded")) == record


@given(st.binary(max_size=200))
def test_any_body_is_a_value_or_a_4xx(body: bytes) -> None:
    for content_type in ("application/json", "application/x-www-form-urlencoded"):
        error = _error(READ_RECORD, posted(body, content_type))
        assert error is None or error.status in (400, 422)
