"""What an operation takes, read from the signature of its handler: parameters and a body.

A value that may be None is documented as one that may be left away: no query has a null.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import isfinite
from typing import Any

import msgspec

from potstill.web.binding.sources import REQUIRED, Parameter, Source
from potstill.web.converters import Converter
from potstill.web.openapi.schema import Json, Schemas, members, without_metadata
from potstill.web.openapi.texts import (
    field_schema,
    form_schema,
    may_be_empty,
    parameter_schema,
    without_null,
)

PLACES = {
    Source.PATH: "path",
    Source.QUERY: "query",
    Source.HEADER: "header",
    Source.COOKIE: "cookie",
}
FIELDS = (Source.FORM, Source.UPLOAD)
URLENCODED = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"
_FILE: Json = {"type": "string", "format": "binary", "contentMediaType": "application/octet-stream"}
_NO_PARAMETERS = frozenset({"accept", "authorization", "content-type"})
"""Header fields that OpenAPI ignores as parameters (3.1, 4.8.12.1)."""


def typed(parameters: Iterable[Parameter]) -> list[Any]:
    """The annotations that need a schema."""
    shown = (*PLACES, Source.FORM, Source.BODY)
    return [each.annotation for each in parameters if each.source in shown]


def path_parameters(
    converters: Mapping[str, Converter], taken: Iterable[Parameter], schemas: Schemas
) -> list[Json]:
    """One for each variable of the pattern, whether the handler takes it or not."""
    annotations = {each.name: each.annotation for each in taken if each.source is Source.PATH}
    found: list[Json] = []
    for name, converter in converters.items():
        schema = dict(converter.schema)
        if converter.name == "str" and name in annotations:
            schema |= without_null(schemas.of(annotations[name]))
        parameter: Json = {"name": name, "in": "path", "required": True, "schema": schema}
        if converter.crosses_slashes:
            parameter["description"] = "The rest of the path; it may have slashes."
        found.append(parameter)
    return found


def other_parameters(parameters: Iterable[Parameter], schemas: Schemas) -> list[Json]:
    """Those of the query, of header fields and of cookies."""
    found: list[Json] = []
    for each in parameters:
        place = PLACES.get(each.source, "path")
        if place == "path" or (place == "header" and each.wire_name.lower() in _NO_PARAMETERS):
            continue
        schema = schemas.of(each.annotation)
        fields = schemas.resolved(without_null(schema))
        if "properties" in fields:  # a struct that is the whole query: its fields are parameters
            found += _fields(place, fields, schemas)
        else:
            found.append(_parameter(each, place, schema, schemas))
    return found


def _fields(place: str, fields: Json, schemas: Schemas) -> list[Json]:
    required = fields.get("required", ())
    return [
        _described(name, place, schema, schemas, is_required=name in required)
        for name, schema in fields["properties"].items()
    ]


def _parameter(parameter: Parameter, place: str, schema: Json, schemas: Schemas) -> Json:
    is_required = parameter.default is REQUIRED
    schema |= _default(parameter)
    return _described(parameter.wire_name, place, schema, schemas, is_required=is_required)


def _default(parameter: Parameter) -> Json:
    """The default, if there is one that JSON can say."""
    value = parameter.default
    if value is REQUIRED or value is None or (isinstance(value, float) and not isfinite(value)):
        return {}
    try:
        return {"default": msgspec.to_builtins(value, str_keys=True)}
    except TypeError:  # something of the application's own, to tell that nothing came
        return {}


def _described(name: str, place: str, schema: Json, schemas: Schemas, *, is_required: bool) -> Json:
    """With the description at the parameter, where readers look for it."""
    made: Json = {"name": name, "in": place, "required": is_required}
    if "description" in schema and "$ref" not in schema:
        made["description"] = schema.pop("description")
    if schema.get("default", ...) is None:
        del schema["default"]
    if place == "query" and may_be_empty(schema, schemas, is_required=is_required):
        made["allowEmptyValue"] = True
    return made | {"schema": parameter_schema(schema, schemas, is_required=is_required)}


def request_body(parameters: Iterable[Parameter], schemas: Schemas) -> Json | None:
    """The Request Body Object (OpenAPI 3.1, 4.8.13); None when the handler takes none."""
    taken = list(parameters)
    body = next((each for each in taken if each.source is Source.BODY), None)
    fields = [each for each in taken if each.source in FIELDS]
    if body is None and not fields:
        return None
    content = _form(body, fields, schemas) if fields else _content(body, schemas)
    is_required = any(
        each.default is REQUIRED and not _is_raw(each)
        for each in taken
        if each.source in (Source.BODY, *FIELDS)
    )
    return {"content": content, "required": is_required}


def _is_raw(parameter: Parameter) -> bool:
    """Is it the body as it comes? Then having none is having an empty one."""
    kind = without_metadata(parameter.annotation)
    return parameter.source is Source.BODY and kind in (bytes, str)


def _content(body: Parameter | None, schemas: Schemas) -> Json:
    assert body is not None
    kinds = [without_metadata(each) for each in members(body.annotation)]
    if bytes in kinds:
        return {"application/octet-stream": {"schema": {}}}
    if str in kinds:
        return {"text/plain": {"schema": {"type": "string"}}}
    if any(getattr(kind, "__name__", "") == "Form" and _is_ours(kind) for kind in kinds):
        return {kind: {"schema": {"type": "object"}} for kind in (URLENCODED, MULTIPART)}
    schema = schemas.of(body.annotation)
    content = {"application/json": {"schema": schema}}
    if not schemas.is_flat(without_null(schema)):
        return content
    return content | {URLENCODED: {"schema": form_schema(schema, schemas)}}


def _is_ours(kind: Any) -> bool:
    return str(getattr(kind, "__module__", "")).startswith("potstill.web.")


def _form(body: Parameter | None, fields: list[Parameter], schemas: Schemas) -> Json:
    """A form of single fields, and of those of the body's type; with uploads it is multipart."""
    schema: Json = {"type": "object", "properties": {}, "required": []}
    if body is not None:
        whole = form_schema(schemas.of(body.annotation), schemas)
        schema["properties"] |= whole.get("properties", {})
        schema["required"] += whole.get("required", [])
    for each in fields:
        schema["properties"][each.wire_name] = _field(each, schemas)
        if each.default is REQUIRED:
            schema["required"].append(each.wire_name)
    has_uploads = any(each.source is Source.UPLOAD for each in fields)
    return {
        kind: {"schema": schema}
        for kind in ((MULTIPART,) if has_uploads else (URLENCODED, MULTIPART))
    }


def _field(parameter: Parameter, schemas: Schemas) -> Json:
    is_required = parameter.default is REQUIRED
    if parameter.source is Source.FORM:
        schema = schemas.of(parameter.annotation) | _default(parameter)
        return field_schema(schema, schemas, is_required=is_required)
    is_list = any(
        getattr(each, "__origin__", None) is list for each in members(parameter.annotation)
    )
    if not is_list:
        return dict(_FILE)
    return {"type": "array", "items": _FILE} | ({"minItems": 1} if is_required else {})


def caused(parameters: Iterable[Parameter], variables: Iterable[str]) -> set[int]:
    """The errors that what is taken can cause before the handler is called."""
    sources = {each.source for each in parameters}
    errors: set[int] = set()
    if any(True for _ in variables):
        errors |= {400, 404}
    if sources & set(PLACES) - {Source.PATH}:
        errors |= {400, 422}
    if sources & {Source.BODY, *FIELDS}:
        errors |= {400, 413, 415, 422}
    return errors
