"""The bounds that `msgspec.Meta` sets, checked on values that msgspec has not converted."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from msgspec import inspect as kinds

from potstill.web.binding.wording import expected


def present(info: kinds.Type) -> kinds.Type:
    """The type without metadata, and without None, which text cannot express."""
    if isinstance(info, kinds.Metadata):
        return present(info.type)
    if isinstance(info, kinds.UnionType):
        others = tuple(each for each in info.types if not isinstance(each, kinds.NoneType))
        return present(others[0]) if len(others) == 1 else kinds.UnionType(others)
    return info


def checked(annotation: Any) -> Callable[[Any], Any] | None:
    """What refuses a value, converted by somebody else, that is out of bounds; None if none are."""
    info = present(kinds.type_info(annotation))
    check = bounds_check(info)
    if check is None:
        return None
    complaint, is_good = expected(info), check

    def keep(value: Any) -> Any:
        if not is_good(value):
            raise ValueError(complaint)
        return value

    return keep


def bounds_check(info: kinds.Type) -> Callable[[Any], bool] | None:
    """What tells whether a value is within the bounds of its type; None if it has none."""
    checks: list[Callable[[Any], bool]] = []
    match info:
        case kinds.IntType() | kinds.FloatType():
            checks = _number_checks(info)
        case kinds.StrType() | kinds.BytesType():
            checks = _text_checks(info)
        case kinds.DateTimeType() | kinds.TimeType() if info.tz is not None:
            wants = info.tz
            checks = [lambda value: (value.tzinfo is not None) is wants]
    if not checks:
        return None
    return checks[0] if len(checks) == 1 else lambda value: all(check(value) for check in checks)


def _number_checks(info: kinds.IntType | kinds.FloatType) -> list[Callable[[Any], bool]]:
    gt, ge, lt, le, step = info.gt, info.ge, info.lt, info.le, info.multiple_of
    checks: list[Callable[[Any], bool]] = []
    if gt is not None:
        checks.append(lambda value: bool(value > gt))
    if ge is not None:
        checks.append(lambda value: bool(value >= ge))
    if lt is not None:
        checks.append(lambda value: bool(value < lt))
    if le is not None:
        checks.append(lambda value: bool(value <= le))
    if step is not None:
        checks.append(lambda value: bool(value % step == 0))
    return checks


def _text_checks(info: kinds.StrType | kinds.BytesType) -> list[Callable[[Any], bool]]:
    least, most = info.min_length or 0, info.max_length
    checks: list[Callable[[Any], bool]] = []
    if most is not None:
        checks.append(lambda value: least <= len(value) <= most)
    elif least:
        checks.append(lambda value: len(value) >= least)
    if isinstance(info, kinds.StrType) and info.pattern is not None:
        search = re.compile(info.pattern).search
        checks.append(lambda value: search(value) is not None)
    return checks
