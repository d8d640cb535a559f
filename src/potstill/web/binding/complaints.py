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
_UNKNOWN = "Object contains unknown field `"
_PLACE = re.compile(r"(.*) - at `(key` in `)?\$(.*)`", re.DOTALL).fullmatch
_TYPICAL = re.compile(
    r"Expected `|Invalid (?:enum value|value|UUID|RFC3339|ISO8601|base64|decimal|epoch)"
    r"|(?:Integer value|Number|Timestamp|Duration) (?:is )?out of range|Out of range|Can't "
    r"|Only units "
).match
_STEP = re.compile(r"\.([^.\[]+)|\[([0-9]{1,9}|\.\.\.)\]")


def complaint(error: msgspec.ValidationError, kind: Any) -> dict[str, str]:
    """The entry for an error that decoding as `kind` has raised."""
    whole = kinds.type_info(kind)
    text, is_name, path = _placed(str(error), whole)
    field = path.removeprefix(".")
    if match := _MISSING(text):
        return entry(_below(field, match[1]), "is required")
    if text.startswith(_UNKNOWN):
        name = text.removeprefix(_UNKNOWN).removesuffix("`")
        return entry(_below(field, name[:LONGEST]), "is not known here")
    if not _TYPICAL(text):
        return entry(field, text)
    info = _at(path, whole)
    if is_name:
        names = getattr(info and present(info), "key_type", None)
        return entry(field, f"has a name that is not {_said(names)}")
    if isinstance(info, kinds.AnyType):  # what else could be wrong?
        return entry(field, "has a number that is too large")
    return entry(field, f"must be {_said(info)}")


def _placed(message: str, whole: kinds.Type) -> tuple[str, bool, str]:
    """A message without its place; whether that is a name; and the place.

    Names and values of the client stand in messages, and may look like a place.
    """
    match = _PLACE(message)
    if match is None or (message.startswith(_UNKNOWN) and _at(match[3], whole) is None):
        return message, False, ""
    return match[1], match[2] is not None, match[3]


def entry(field: str, detail: str, place: str = "body") -> dict[str, str]:
    """One of a problem's `errors`."""
    return {"in": place, "field": field, "detail": detail}


def _below(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _said(info: kinds.Type | None) -> str:
    return "of another kind" if info is None else expected(info)


def _at(path: str, info: kinds.Type | None) -> kinds.Type | None:
    """The type at the end of a path such as `.items[0].title`; None if that cannot be told."""
    if _STEP.sub("", path):
        return None
    for name, index in _STEP.findall(path):
        if info is None:
            return None
        info = _inside(present(info), name, int(index) if index.isdigit() else None)
    return info


def _inside(info: kinds.Type, name: str, index: int | None) -> kinds.Type | None:
    """The type one step further: at a name, at an index, or at any name of a mapping."""
    if isinstance(info, kinds.AnyType):
        return info
    if isinstance(info, kinds.UnionType):
        if tag := _tag(info, name, index):
            return tag
        further = (_inside(present(member), name, index) for member in info.types)
        return next((each for each in further if each is not None), None)
    if name:
        fields = getattr(info, "fields", ())
        return next((each.type for each in fields if each.encode_name == name), _tag(info, name))
    if index is None:
        return getattr(info, "value_type", None)
    return _element(info, index)


def _element(info: kinds.Type, index: int) -> kinds.Type | None:
    """The type of an element of an array, and of what is written as one."""
    types = getattr(info, "item_types", None) or [each.type for each in getattr(info, "fields", ())]
    if isinstance(info, kinds.StructType) and info.tag_field:
        types = [kinds.LiteralType((info.tag,)), *types]
    if types:
        return types[index] if index < len(types) else None
    return getattr(info, "item_type", None)


def _tag(info: kinds.Type, name: str, index: int | None = None) -> kinds.Type | None:
    """What the tag may be, if that is what is named, in a union of structs or in one."""
    members: tuple[kinds.Type, ...] = getattr(info, "types", (info,))
    structs = [each for each in members if isinstance(each, kinds.StructType)]
    tags = tuple(
        each.tag
        for each in structs
        if each.tag is not None and (index == 0 if each.array_like else each.tag_field == name)
    )
    return kinds.LiteralType(tags) if tags else None
