"""Several values of one name, made into a list, a set or a tuple of the length that is wanted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec import inspect as kinds

LISTS = (
    kinds.ListType,
    kinds.SetType,
    kinds.FrozenSetType,
    kinds.VarTupleType,
    kinds.TupleType,
)


def gathering(info: Any) -> Callable[[list[Any]], Any]:
    """What makes one of the kinds in `LISTS`; it raises ValueError for another length."""
    make = {
        kinds.ListType: list,
        kinds.SetType: set,
        kinds.FrozenSetType: frozenset,
    }.get(type(info), tuple)
    if isinstance(info, kinds.TupleType):
        least: int = len(info.item_types)
        most: int | None = least
    else:
        least, most = info.min_length or 0, info.max_length

    def gather(values: list[Any]) -> Any:
        value = make(values)
        if len(value) < least or (most is not None and len(value) > most):
            raise ValueError
        return value

    return gather
