"""An example of a schema: what a reader of the documentation may send as it is.

What the author gave comes first (`examples`, `default`); the rest is made up, and always the same.
"""

from __future__ import annotations

from typing import Any

from potstill.web.openapi.schema import Json

FORMATS = {
    "date": "2026-11-23",
    "date-time": "2026-11-23T09:30:00Z",
    "time": "09:30:00Z",
    "duration": "PT30M",
    "uuid": "7f0c2a52-6d0c-4f0e-9d43-0d2f6a1f2f11",
    "decimal": "12.50",
    "email": "ada@example.com",
    "uri": "https://example.com/",
    "uri-reference": "/somewhere",
}
_DEEPEST = 6


def example(schema: Json, components: Json, depth: int = 0) -> Any:
    """A value that fits the schema, as far as its keywords are of the simple kinds."""
    if "examples" in schema:
        return schema["examples"][0]
    if schema.get("default") not in (None, [], {}, ""):
        return schema["default"]
    if "$ref" in schema:
        return example(components[schema["$ref"].rpartition("/")[2]], components, depth)
    for key in ("const", "enum"):
        if key in schema:
            return schema[key] if key == "const" else schema[key][0]
    if "anyOf" in schema:
        return example(schema["anyOf"][0], components, depth)
    return _of_type(schema, components, depth)


def _of_type(schema: Json, components: Json, depth: int) -> Any:
    kind = schema.get("type")
    if kind == "object":
        return _object(schema, components, depth)
    if kind == "array":
        return _array(schema, components, depth)
    if kind in ("integer", "number"):
        return _number(schema)
    if kind == "boolean":
        return True
    return _text(schema) if kind == "string" else None


def _object(schema: Json, components: Json, depth: int) -> Json:
    if depth >= _DEEPEST:
        return {}
    required = schema.get("required", ())
    shown = {
        name: field
        for name, field in schema.get("properties", {}).items()
        if name in required or depth < 2
    }
    return {name: example(field, components, depth + 1) for name, field in shown.items()}


def _array(schema: Json, components: Json, depth: int) -> list[Any]:
    if "prefixItems" in schema:
        return [example(each, components, depth + 1) for each in schema["prefixItems"]]
    items = schema.get("items")
    if not items or (depth >= 3 and not schema.get("minItems")):
        return []
    return [example(items, components, depth + 1)] * max(1, schema.get("minItems", 1))


def _number(schema: Json) -> Any:
    lowest = schema.get("minimum", schema.get("exclusiveMinimum", 0) + 1)
    highest = schema.get("maximum", schema.get("exclusiveMaximum", lowest + 2) - 1)
    number = min(max(1, lowest), highest)
    step = schema.get("multipleOf")
    return number if not step else -(-number // step) * step


def _text(schema: Json) -> str:
    text: str = FORMATS.get(schema.get("format", "")) or schema.get("title", "text")
    text += "x" * (schema.get("minLength", 0) - len(text))
    return text[: schema.get("maxLength", len(text))]
