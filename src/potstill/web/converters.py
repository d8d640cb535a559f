"""What the variables of a path pattern match, and what they become: `{id:int}`, `{day:date}`.

A converter accepts one spelling of a value only, so that a resource has one address: `/todos/7`,
and neither `/todos/07` nor `/todos/+7`. What it does not accept is no match, and in the end a 404.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import date
    from uuid import UUID

LARGEST = 2**63 - 1
"""What a database keeps in an integer column; a number beyond it can name nothing there."""


@dataclass(frozen=True, slots=True)
class Converter:
    """A kind of variable; `app.converter(...)` makes one's own known by its name."""

    name: str
    convert: Callable[[str], Any]
    """Makes the value of a path segment; ValueError when it is none of this kind."""
    to_url: Callable[[Any], str] = str
    """Makes the segment of a value, not yet percent-encoded; ValueError when it is no such
    value.
    """
    type: type = str
    """What `convert` returns."""
    schema: Mapping[str, Any] = field(default_factory=lambda: {"type": "string"})
    """Its JSON Schema, for OpenAPI."""
    rank: int = 50
    """Of several that match one segment, the lowest is tried first."""
    crosses_slashes: bool = False
    """Takes the rest of the path, slashes and all; for the last variable of a pattern only."""


def _integer(text: str) -> int:
    digits = text[1:] if text[:1] == "-" else text
    if digits.isdigit() and digits.isascii() and (digits[0] != "0" or text == "0"):
        if len(digits) < 19:
            return int(text)
        if len(digits) == 19 and -LARGEST <= (number := int(text)) <= LARGEST:
            return number
    raise ValueError(text)


def _float(text: str) -> float:
    whole, point, fraction = text.removeprefix("-").partition(".")
    if not (whole.isascii() and whole.isdigit()) or len(text) > 300:
        raise ValueError(text)
    if point and not (fraction.isascii() and fraction.isdigit()):
        raise ValueError(text)
    return float(text)


def _float_to_url(value: float) -> str:
    text = f"{value:f}".rstrip("0").rstrip(".") if float(value) == float(f"{value:f}") else ""
    if not text or _float(text) != value:
        raise ValueError(f"{value!r} has no plain decimal spelling")
    return text


def _uuid(text: str) -> UUID:
    from uuid import UUID

    value = UUID(text)
    if str(value) != text.lower():
        raise ValueError(text)
    return value


def _date(text: str) -> date:
    from datetime import date

    value = date.fromisoformat(text)
    if value.isoformat() != text:  # weeks and basic forms are ISO's too
        raise ValueError(text)
    return value


def _date_to_url(value: date) -> str:
    return value.isoformat()


def _text(text: str) -> str:
    return text


def _text_to_url(value: object) -> str:
    if isinstance(value, bytes):
        raise TypeError("bytes are no text")
    return str(value)


def _int_to_url(value: int) -> str:
    return str(int(value))


def standard_converters() -> dict[str, Converter]:
    """Those every application has, by name."""
    from datetime import date
    from uuid import UUID

    integer = {"type": "integer", "minimum": -LARGEST, "maximum": LARGEST}
    return {
        converter.name: converter
        for converter in (
            Converter("int", _integer, _int_to_url, int, integer, rank=10),
            Converter("uuid", _uuid, str, UUID, {"type": "string", "format": "uuid"}, rank=15),
            Converter("date", _date, _date_to_url, date, {"type": "string", "format": "date"}, 20),
            Converter("float", _float, _float_to_url, float, {"type": "number"}, rank=30),
            Converter(
                "str", _text, _text_to_url, schema={"type": "string", "minLength": 1}, rank=90
            ),
            Converter(
                "path",
                _text,
                _text_to_url,
                schema={"type": "string", "minLength": 1},
                rank=100,
                crosses_slashes=True,
            ),
        )
    }
