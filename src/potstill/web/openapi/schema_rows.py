"""A JSON Schema as rows for people: name, type, limits, and what it is made of.

A type within itself is not opened again; it is named, and its own section is linked.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from potstill.web.openapi.schema import Json

_LIMITS = {
    "minimum": "≥ {}",
    "exclusiveMinimum": "> {}",
    "maximum": "≤ {}",
    "exclusiveMaximum": "< {}",
    "multipleOf": "multiple of {}",
    "minLength": "at least {} characters",
    "maxLength": "at most {} characters",
    "pattern": "matches {}",
    "minItems": "at least {} items",
    "maxItems": "at most {} items",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One field, or one value without a name."""

    name: str
    kind: str
    """Its type, as people say it: `list of Todo, or null`."""
    is_required: bool
    reference: str
    """The component it is, or is a list of; `` if none."""
    description: str
    limits: tuple[str, ...]
    choices: tuple[str, ...]
    children: tuple[Row, ...] = field(default=())


def rows(schema: Json, components: Json, seen: frozenset[str] = frozenset()) -> tuple[Row, ...]:
    """The fields of an object; of a list, those of its items; of anything else, none."""
    reference = _reference(schema)
    if reference in seen:
        return ()
    seen |= {reference} if reference else set()
    resolved = _resolved(_item(schema), components)
    required = resolved.get("required", ())
    return tuple(
        row(name, each, components, is_required=name in required, seen=seen)
        for name, each in resolved.get("properties", {}).items()
    )


def row(
    name: str,
    schema: Json,
    components: Json,
    *,
    is_required: bool,
    seen: frozenset[str] = frozenset(),
) -> Row:
    """One field with all that can be said of it."""
    resolved = _resolved(_item(schema), components)
    return Row(
        name=name,
        kind=kind_of(schema, components),
        is_required=is_required,
        reference=_reference(schema),
        description=schema.get("description", ""),
        limits=tuple(_limits(schema)),
        choices=tuple(_shown(each) for each in resolved.get("enum", ())),
        children=rows(schema, components, seen),
    )


def kind_of(schema: Json, components: Json) -> str:
    """The type in words."""
    if "$ref" in schema:
        name: str = schema["$ref"].rpartition("/")[2]
        return name
    if "anyOf" in schema:
        return ", or ".join(kind_of(each, components) for each in schema["anyOf"])
    if "enum" in schema or "const" in schema:
        return "one of" if "enum" in schema else (_shown(schema["const"]) or "empty")
    kind = schema.get("type", "anything")
    if items := schema.get("items"):
        return f"list of {kind_of(items, components)}"
    if kind == "object" and isinstance(schema.get("additionalProperties"), dict):
        return f"map of text to {kind_of(schema['additionalProperties'], components)}"
    name = str(schema.get("format") or schema.get("contentEncoding") or kind)
    return {"string": "text", "binary": "file", "array": "list"}.get(name, name)


def _limits(schema: Json) -> Iterator[str]:
    for choice in schema.get("anyOf", ()):
        yield from _limits(choice)
    for key, words in _LIMITS.items():
        if key in schema:
            is_any = key in ("minLength", "minItems") and schema[key] == 1
            yield "not empty" if is_any else words.format(schema[key])
    if schema.get("default") not in (None, "", []):
        yield f"default {_shown(schema['default'])}"


def _shown(value: Any) -> str:
    import json

    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _item(schema: Json) -> Json:
    """What a list is a list of, and what may be null when it is there."""
    for choice in schema.get("anyOf", ()):
        if "$ref" in choice or choice.get("type") == "array":
            return _item(choice)
    return _item(schema["items"]) if schema.get("items") else schema


def _reference(schema: Json) -> str:
    item = _item(schema)
    return item["$ref"].rpartition("/")[2] if "$ref" in item else ""


def _resolved(schema: Json, components: Json) -> Json:
    while "$ref" in schema:
        schema = components[schema["$ref"].rpartition("/")[2]]
    return schema
