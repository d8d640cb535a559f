"""What msgspec found wrong with a body, as an entry of a problem's `errors`.

msgspec tells the first error only, in the words of Python types. Its path is kept, its words are
not: what was expected is read from the type at that path. Text that a `__post_init__` raised is the
application's own, and is passed on.
"""

from __future__ import annotations

import re
from typing import Any

import msgspec
from msgspec import inspect as kinds

from potstill.web.binding.bounds import present
from potstill.web.binding.wording import expected

LONGEST = 100
"""Characters that are shown of a name which the client made up."""

_MISSING = re.compile(r"Object missing required field `(.*)`", re.DOTALL).fullmatch
_UNKNOWN = re.compile(r"Object contains unknown field `(.*)`", re.DOTALL).fullmatch
_TYPICAL = re.compile(
    r"Expected `|Invalid (?:enum value|value|UUID|RFC3339|ISO8601|base64|decimal|epoch)"
    r"|(?:Integer value|Number|Timestamp|Duration) (?:is )?out of range|Out of range|Can't "
).match
_STEP = re.compile(r"\.([^.\[]+)|(\[[^\]]*\])")


def complaint(error: msgspec.ValidationError, kind: Any) -> dict[str, str]:
    """The entry for an error that decoding as `kind` has raised."""
    text, found, path = str(error).rpartition(" - at `")
    if not found:
        text, path = path, "$"
    path = path.rstrip("`").rpartition("$")[2]
    field = path.removeprefix(".")
    if match := _MISSING(text):
        return entry(_below(field, match[1]), "is required")
    if match := _UNKNOWN(text):
        return entry(_below(field, match[1][:LONGEST]), "is not known here")
    if _TYPICAL(text):
        return entry(field, f"must be {_expected_at(path, kind)}")
    return entry(field, text)


def entry(field: str, detail: str, place: str = "body") -> dict[str, str]:
    """One of a problem's `errors`."""
    return {"in": place, "field": field, "detail": detail}


def _below(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _expected_at(path: str, kind: Any) -> str:
    info: kinds.Type | None = kinds.type_info(kind)
    for name, _ in _STEP.findall(path):
        info = _step(info, name)
        if info is None:
            return "of another kind"
    return expected(info) if info is not None else "of another kind"


def _step(info: kinds.Type | None, name: str) -> kinds.Type | None:
    """The type one step further: at a name, or at an index when that is empty."""
    if info is None:
        return None
    info = present(info)
    if isinstance(info, kinds.UnionType):
        further = (_step(member, name) for member in info.types)
        return next((each for each in further if each is not None), None)
    if name:
        fields = getattr(info, "fields", ())
        return next((each.type for each in fields if each.encode_name == name), None)
    return getattr(info, "item_type", None) or getattr(info, "value_type", None)
