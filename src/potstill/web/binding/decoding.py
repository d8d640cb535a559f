"""JSON as values of one type, with what msgspec lets through and a program would fall over.

msgspec reads whole numbers of up to 4300 digits, and decimals of any exponent, `NaN` included.
Databases fail at the first (64 bits is their limit, as it is that of a query here), `int()` of the
second takes all memory there is, and `NaN > 0` is an exception. They are refused as if they were of
another type. Looking for them costs nothing where there are none: bodies without a number of 19
digits and types without decimals are not searched.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from decimal import Decimal
from itertools import islice
from typing import Any

import msgspec
from msgspec import inspect as kinds

from potstill.web.binding.complaints import LONGEST, complaint, entry
from potstill.web.binding.fields import Problems
from potstill.web.binding.literals import is_moderate
from potstill.web.binding.wording import expected
from potstill.web.converters import LARGEST
from potstill.web.errors import HTTPError

DECODERS = 256
"""Types whose decoders are kept."""
MOST = 20
"""Numbers that are told to be too large, of one body; there may be millions."""

_DIGITS = bytes(0x30 if 0x30 <= byte <= 0x39 else 0x20 for byte in range(256))
_LONG = b"0" * len(str(LARGEST))
_HARMLESS = frozenset({str, float, bool, type(None)})
_SINGLE = ("type", "item_type", "key_type", "value_type")
"""What a description of a type by msgspec calls another one within it."""


class Decoding:
    """How JSON becomes one type; TypeError, saying why, if it cannot."""

    def __init__(self, kind: Any) -> None:
        self._kind = kind
        self._decode = msgspec.json.Decoder(kind).decode
        self._has_decimals = any(
            isinstance(each, kinds.DecimalType) for each in _within(kinds.type_info(kind))
        )

    def decode(self, body: bytes, problems: Problems) -> Any:
        """The value; None, with `problems` told, if it is another. HTTPError 400 for no JSON."""
        try:
            value = self._decode(body)
            if self._has_decimals or _LONG in body.translate(_DIGITS):
                problems += islice(_immoderate(value), MOST)
        except msgspec.ValidationError as error:
            problems.append(complaint(error, self._kind))
            return None
        except RecursionError:
            raise HTTPError(400, "The JSON of the body is nested too deeply.") from None
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise HTTPError(400, _reason(error)) from None
        return value


def decoding(kind: Any) -> Decoding:
    """How JSON becomes this type, from memory if it can be hashed."""
    try:
        return _kept_decoding(kind)
    except TypeError:  # it cannot be hashed, or msgspec says what is wrong with it
        return Decoding(kind)


@functools.lru_cache(maxsize=DECODERS)
def _kept_decoding(kind: Any) -> Decoding:
    return Decoding(kind)


def _within(info: kinds.Type) -> Iterator[kinds.Type]:
    """A type and all that it is made of."""
    waiting: list[Any] = [info]
    seen: set[int] = set()
    while waiting:
        each = waiting.pop()
        if id(each) in seen:  # a class has one description, also within itself
            continue
        seen.add(id(each))
        yield each
        single = (getattr(each, name, None) for name in _SINGLE)
        waiting += (inner for inner in single if isinstance(inner, kinds.Type))
        waiting += getattr(each, "types", ())
        waiting += getattr(each, "item_types", ())
        waiting += (field.type for field in getattr(each, "fields", ()))


def _immoderate(value: Any) -> Iterator[dict[str, str]]:
    """What is wrong with numbers that are too large, each with the way to it."""
    plain = msgspec.to_builtins(value, builtin_types=(Decimal,), enc_hook=lambda _: None)
    waiting = [("", plain)]
    while waiting:  # no recursion: what was decoded may be as deep as that goes
        path, each = waiting.pop()
        if isinstance(each, Decimal):
            if not is_moderate(each):
                yield entry(path.removeprefix("."), f"must be {expected(kinds.DecimalType())}")
        elif isinstance(each, int):
            if not _is_moderate(each):
                yield entry(path.removeprefix("."), "must be a whole number of at most 64 bits")
        else:
            waiting += reversed([(path + step, inner) for step, inner in _suspects(each)])


def _suspects(container: Any) -> Iterator[tuple[str, Any]]:
    """What a container holds but for texts and the like, which are most, each with its place."""
    if isinstance(container, dict):
        for name, inner in container.items():
            if not isinstance(name, str):
                yield "", name
            if type(inner) not in _HARMLESS and not _is_moderate(inner):
                yield f".{str(name)[:LONGEST]}", inner
    elif isinstance(container, list | tuple | set | frozenset):
        for index, inner in enumerate(container):
            if type(inner) not in _HARMLESS and not _is_moderate(inner):
                yield f"[{index}]", inner


def _is_moderate(value: Any) -> bool:
    return type(value) is int and -LARGEST - 1 <= value <= LARGEST


def _reason(error: msgspec.DecodeError | UnicodeDecodeError) -> str:
    """Why, and where, in words that are constants of msgspec's: `trailing comma, at byte 7`."""
    what, _, where = str(error).removeprefix("JSON is malformed: ").partition(" (byte ")
    if isinstance(error, UnicodeDecodeError) or "UTF-8" in what:  # up to 0.22, and since 0.23
        return "The body is not UTF-8."
    if where:
        return f"The body is no JSON: {what}, at byte {where.rstrip(')')}."
    return f"The body is no JSON: it {'ends too early' if 'truncated' in what else 'is malformed'}."
