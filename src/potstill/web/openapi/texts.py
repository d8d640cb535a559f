"""Schemas of what arrives as text: fields of forms, and parameters.

They differ from those of JSON in what `text_readers` does: nothing is null; an empty text of a type
that is not text is as good as none; a list that has to be there has something in it.
"""

from __future__ import annotations

from potstill.web.openapi.schema import Json, Schemas

EMPTY: Json = {"const": ""}


def without_null(schema: Json) -> Json:
    """The schema of what is left away rather than sent as null."""
    if None in schema.get("enum", ()):
        return schema | {"enum": [value for value in schema["enum"] if value is not None]}
    choices = [choice for choice in schema.get("anyOf", ()) if choice.get("type") != "null"]
    if len(choices) == len(schema.get("anyOf", ())):
        return schema
    others = {key: value for key, value in schema.items() if key != "anyOf"}
    return others | (choices[0] if len(choices) == 1 else {"anyOf": choices})


def parameter_schema(schema: Json, schemas: Schemas, *, is_required: bool) -> Json:
    """The schema of a parameter; whether it may be empty is said beside it."""
    schema = without_null(schema)
    is_list = schemas.resolved(schema).get("type") == "array"
    if is_list and is_required:
        return schema | {"minItems": max(1, schema.get("minItems", 0))}
    return schema


def may_be_empty(schema: Json, schemas: Schemas, *, is_required: bool) -> bool:
    """Is an empty text taken as none? `schema` is the one with null in it."""
    is_nullable = without_null(schema) is not schema
    return (is_nullable or not is_required) and not _has_empty(without_null(schema), schemas)


def _has_empty(schema: Json, schemas: Schemas) -> bool:
    """Is the empty text a value, or the whole a list of texts?"""
    resolved = schemas.resolved(schema)
    if "anyOf" in resolved:
        return any(_has_empty(each, schemas) for each in resolved["anyOf"])
    if "enum" in resolved:
        return "" in resolved["enum"]
    is_text = resolved.get("type") == "string"
    return resolved.get("type") == "array" or (
        is_text and "format" not in resolved and "contentEncoding" not in resolved
    )


def field_schema(schema: Json, schemas: Schemas, *, is_required: bool) -> Json:
    """The schema of one field of a form."""
    made = parameter_schema(schema, schemas, is_required=is_required)
    if not may_be_empty(schema, schemas, is_required=is_required):
        return made
    told = {key: made[key] for key in ("description", "default") if made.get(key) is not None}
    rest = {key: value for key, value in made.items() if key not in ("description", "default")}
    return told | {"anyOf": [*rest.get("anyOf", [rest]), EMPTY]}


def form_schema(schema: Json, schemas: Schemas) -> Json:
    """The schema of a whole form, of that of the object it is made into."""
    whole = schemas.resolved(without_null(schema))
    required = whole.get("required", [])
    fields = {
        name: field_schema(field, schemas, is_required=name in required)
        for name, field in whole.get("properties", {}).items()
    }
    return whole | {"properties": fields}
