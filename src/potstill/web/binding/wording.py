"""What a value has to be, in the words of those who call an API: `a whole number from 1 to 100`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec import inspect as kinds

LISTED = 20
"""Choices that are listed one by one; of more, only their number is told."""


def expected(info: kinds.Type) -> str:
    """The words for a type as msgspec describes it; they go on after `must be`."""
    words = _WORDS.get(type(info))
    return _PLAIN.get(type(info), "an object") if words is None else words(info)


_PLAIN: dict[type[kinds.Type], str] = {
    kinds.AnyType: "anything",
    kinds.NoneType: "null",
    kinds.BoolType: "true or false",
    kinds.DecimalType: "a decimal number, as in 12.50",
    kinds.DateType: "a date, as in 2026-01-31",
    kinds.TimeDeltaType: "a duration, as in PT15M",
    kinds.UUIDType: "a UUID",
}


def _range(info: Any) -> str:
    if info.ge is not None and info.le is not None:
        text = f" from {_figure(info.ge)} to {_figure(info.le)}"
    else:
        bounds = (
            ("of at least", info.ge),
            ("greater than", info.gt),
            ("of at most", info.le),
            ("less than", info.lt),
        )
        said = [f"{words} {_figure(bound)}" for words, bound in bounds if bound is not None]
        text = " " + " and ".join(said) if said else ""
    if info.multiple_of is None:
        return text
    return f"{text}, in steps of {_figure(info.multiple_of)}"


def _figure(number: float) -> str:
    return str(int(number)) if number == int(number) else str(number)


def _length(info: Any, unit: str) -> str:
    least, most = info.min_length or 0, info.max_length
    if most is None:
        return f" of at least {_counted(least, unit)}" if least else ""
    if not least:
        return f" of at most {_counted(most, unit)}"
    if least == most:
        return f" of {_counted(most, unit)}"
    return f" of {least} to {_counted(most, unit)}"


def _counted(number: int, unit: str) -> str:
    return f"{number} {unit}" + ("" if number == 1 else "s")


def _choice(values: list[str]) -> str:
    if len(values) > LISTED:
        return f"one of {len(values)} known values"
    return values[0] if len(values) == 1 else f"one of {', '.join(sorted(values))}"


def _literal(value: object) -> str:
    return "null" if value is None else str(value)


def _moment(info: Any) -> str:
    what, example = (
        ("a date and time", "2026-01-31T12:00:00")
        if isinstance(info, kinds.DateTimeType)
        else ("a time", "12:00:00")
    )
    if info.tz is None:
        return f"{what}, as in {example}{'Z' if 'date' in what else ''}"
    if info.tz:
        return f"{what} with its offset, as in {example}+02:00"
    return f"{what} without an offset, as in {example}"


def _number(info: Any) -> str:
    return ("a whole number" if isinstance(info, kinds.IntType) else "a number") + _range(info)


def _text(info: Any) -> str:
    pattern = "" if info.pattern is None else f" that matches {info.pattern}"
    return "text" + _length(info, "character") + pattern


def _list(info: Any) -> str:
    what = f"a list{_length(info, 'value')}"
    if isinstance(info.item_type, kinds.AnyType):
        return what
    return f"{what}, each of it {expected(info.item_type)}"


def _array(items: Any) -> str:
    """Of what is written as an array whose places have their own types."""
    return f"a list of {_counted(len(items), 'value')}"


def _struct(info: Any) -> str:
    return _array(info.fields) if info.array_like else "an object"


_WORDS: dict[type[kinds.Type], Callable[[Any], str]] = {
    kinds.Metadata: lambda info: expected(info.type),
    kinds.UnionType: lambda info: " or ".join(dict.fromkeys(map(expected, info.types))),
    kinds.IntType: _number,
    kinds.FloatType: _number,
    kinds.StrType: _text,
    kinds.BytesType: lambda info: "text in base64" + _length(info, "byte"),
    kinds.LiteralType: lambda info: _choice([_literal(value) for value in info.values]),
    kinds.EnumType: lambda info: _choice([str(member.value) for member in info.cls]),
    kinds.TupleType: lambda info: _array(info.item_types),
    kinds.NamedTupleType: lambda info: _array(info.fields),
    kinds.StructType: _struct,
    kinds.ListType: _list,
    kinds.SetType: _list,
    kinds.FrozenSetType: _list,
    kinds.VarTupleType: _list,
    kinds.DateTimeType: _moment,
    kinds.TimeType: _moment,
}
