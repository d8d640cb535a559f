"""From the text of a query, header, cookie or form field to a typed value.

Text has no types, so this is a little more generous than JSON: `on` is true, `07` is 7. It is not
as generous as Python: no `1_000`, no `nan`, no other alphabet's digits, no number of seconds for a
date. Types are read as msgspec reads them (`msgspec.inspect`), so bounds are those of
`msgspec.Meta`. What does not convert is told in plain English by `wording`, never by names of
Python types.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, TypeAlias
from uuid import UUID

import msgspec
from msgspec import inspect as kinds

from potstill.web.binding.bounds import bounds_check, present
from potstill.web.binding.gathering import LISTS, gathering
from potstill.web.binding.literals import boolean_of, decimal_of, float_of, integer_of
from potstill.web.binding.wording import expected

Convert: TypeAlias = Callable[[str], Any]
"""Raises ValueError for text that is no such value."""

_WITHOUT_SECONDS = re.compile(r"(?:.*[Tt ])?[0-9]{2}:[0-9]{2}").fullmatch


@dataclass(frozen=True, slots=True)
class Scalar:
    """How text becomes a value of one type, or several texts a list of them."""

    convert: Convert
    """Of a list: of each of its texts."""
    expected: str
    """What it has to be, as in `a whole number of at least 1`."""
    gather: Callable[[list[Any]], Any] | None
    """Of a list only: makes it; ValueError when it is too short or too long."""
    has_empty: bool
    """Is the empty text a value?"""


def scalar(annotation: Any) -> Scalar:
    """Compile the reading of a type; TypeError, saying why, if text cannot express it."""
    return scalar_of(kinds.type_info(annotation))


def scalar_of(info: kinds.Type) -> Scalar:
    """The same, of a type as msgspec describes it."""
    info = present(info)
    if not isinstance(info, LISTS):
        return Scalar(_converter(info), expected(info), None, _has_empty(info))
    if isinstance(info, kinds.TupleType):
        items = {type(item): item for item in map(present, info.item_types)}
        if len(items) != 1:
            raise TypeError("its values are of several types")
        item = next(iter(items.values()))
    else:
        item = present(info.item_type)
    return Scalar(_converter(item), expected(info), gathering(info), _has_empty(item))


def _has_empty(info: kinds.Type) -> bool:
    if isinstance(info, kinds.UnionType):
        return any(map(_has_empty, info.types))
    if isinstance(info, kinds.LiteralType):
        return "" in info.values
    if isinstance(info, kinds.EnumType):
        return "" in {member.value for member in info.cls}
    return isinstance(info, kinds.StrType | kinds.AnyType)


def _converter(info: kinds.Type) -> Convert:
    convert = _unbounded(info)
    check = bounds_check(info)
    if check is None:
        return convert

    def convert_within_bounds(text: str) -> Any:
        value = convert(text)
        if not check(value):
            raise ValueError
        return value

    return convert_within_bounds


def _unbounded(info: kinds.Type) -> Convert:  # noqa: PLR0911 - a table of kinds
    match info:
        case kinds.AnyType() | kinds.StrType():
            return str
        case kinds.UnionType():
            return _first_of(info.types)
        case kinds.LiteralType():
            return _table({str(value): value for value in info.values if value is not None})
        case kinds.EnumType():
            return _enum(info.cls)
        case kinds.DateTimeType() | kinds.TimeType():
            return _moment(_PYTHON[type(info)])
    own = _OWN.get(type(info))
    if own is not None:
        return own
    python = _PYTHON.get(type(info))
    if python is None:
        raise TypeError(f"{expected(info)} is more than one text can express")
    return _by_msgspec(python)


def _by_msgspec(kind: Any) -> Convert:
    def convert(text: str) -> Any:
        try:
            return msgspec.convert(text, kind)
        except msgspec.ValidationError:
            raise ValueError from None

    return convert


def _moment(kind: Any) -> Convert:
    convert = _by_msgspec(kind)

    def convert_moment(text: str) -> Any:
        # <input type="time"> and "datetime-local" leave the seconds away.
        return convert(text + ":00" if _WITHOUT_SECONDS(text) else text)

    return convert_moment


def _table(values: dict[str, Any]) -> Convert:
    def look_up(text: str) -> Any:
        if text not in values:
            raise ValueError
        return values[text]

    return look_up


def _enum(cls: Any) -> Convert:
    values = {str(member.value): member for member in cls}

    def look_up(text: str) -> Any:
        member = values.get(text)
        return cls(text) if member is None else member  # it may have a _missing_ of its own

    return look_up


def _first_of(types: Iterable[kinds.Type]) -> Convert:
    ordered = sorted(types, key=lambda each: isinstance(each, kinds.StrType))
    converters = [_converter(each) for each in ordered]

    def convert(text: str) -> Any:
        for each in converters:
            try:
                return each(text)
            except ValueError:
                continue
        raise ValueError

    return convert


_OWN: dict[type[kinds.Type], Convert] = {
    kinds.BoolType: boolean_of,
    kinds.IntType: integer_of,
    kinds.FloatType: float_of,
    kinds.DecimalType: decimal_of,
}
_PYTHON: dict[type[kinds.Type], Any] = {
    kinds.BytesType: bytes,
    kinds.DateType: date,
    kinds.DateTimeType: datetime,
    kinds.TimeType: time,
    kinds.TimeDeltaType: timedelta,
    kinds.UUIDType: UUID,
}
