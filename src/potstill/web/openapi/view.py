"""An OpenAPI document turned into what the documentation page shows: groups of operations.

What a template would have to compute is computed here, once for an address of the application.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from potstill.web.openapi.curl import command
from potstill.web.openapi.examples import example
from potstill.web.openapi.schema import Json
from potstill.web.openapi.schema_rows import Row, kind_of, row, rows


@dataclass(frozen=True, slots=True)
class Input:
    """A parameter: where it goes, what it is, and something to put into it."""

    place: str
    row: Row
    example: str


@dataclass(frozen=True, slots=True)
class Content:
    """A body of one media type."""

    media_type: str
    kind: str
    reference: str
    rows: tuple[Row, ...]
    example: str
    """As it would be sent; `` for what is not text."""

    @property
    def is_form(self) -> bool:
        """Is it sent field by field?"""
        return self.media_type in ("application/x-www-form-urlencoded", "multipart/form-data")


@dataclass(frozen=True, slots=True)
class Answer:
    """What an operation may answer."""

    status: str
    description: str
    contents: tuple[Content, ...]
    headers: tuple[tuple[str, str], ...]

    @property
    def family(self) -> str:
        """`2` for a success, `4` for a client's fault; `d` for the default."""
        return self.status[0]


@dataclass(frozen=True, slots=True)
class Shown:
    """An operation."""

    id: str
    method: str
    path: str
    summary: str
    description: str
    is_deprecated: bool
    inputs: tuple[Input, ...]
    bodies: tuple[Content, ...]
    is_body_required: bool
    answers: tuple[Answer, ...]
    curl: str


@dataclass(frozen=True, slots=True)
class Chapter:
    """The operations of one tag, in their order."""

    title: str
    id: str
    operations: tuple[Shown, ...]


@dataclass(frozen=True, slots=True)
class Named:
    """A schema that others refer to."""

    name: str
    description: str
    row: Row


def chapters(document: Json, base: str) -> list[Chapter]:
    """The operations by tag; `base` is the address of the application, for the examples."""
    found: dict[str, list[Shown]] = {tag["name"]: [] for tag in document.get("tags", ())}
    components = document["components"]["schemas"]
    for path, item in document["paths"].items():
        for method, operation in item.items():
            shown = _shown(path, method, operation, components, base)
            for tag in operation.get("tags", [""])[:1]:
                found.setdefault(tag, []).append(shown)
    return [
        Chapter(title or "Operations", f"tag-{number}", tuple(operations))
        for number, (title, operations) in enumerate(found.items(), 1)
        if operations
    ]


def named(document: Json) -> list[Named]:
    """The named schemas, by name."""
    components = document["components"]["schemas"]
    return [
        Named(name, schema.get("description", ""), row(name, schema, components, is_required=False))
        for name, schema in sorted(components.items())
    ]


def _shown(path: str, method: str, operation: Json, components: Json, base: str) -> Shown:
    inputs = tuple(_input(each, components) for each in operation.get("parameters", ()))
    body = operation.get("requestBody", {})
    bodies = tuple(_contents(body, components))
    verb = method.removeprefix("x-").upper()
    return Shown(
        id=operation["operationId"],
        method=verb,
        path=path,
        summary=operation.get("summary", ""),
        description=operation.get("description", ""),
        is_deprecated=operation.get("deprecated", False),
        inputs=inputs,
        bodies=bodies,
        is_body_required=body.get("required", False),
        answers=tuple(_answers(operation["responses"], components)),
        curl=command(verb, base + path, inputs, bodies),
    )


def _input(parameter: Json, components: Json) -> Input:
    shown = row(
        parameter["name"],
        parameter["schema"] | _only(parameter, "description"),
        components,
        is_required=parameter.get("required", False),
    )
    value = example(parameter["schema"], components)
    return Input(parameter["in"], shown, _plain(value))


def _only(source: Json, key: str) -> Json:
    return {key: source[key]} if key in source else {}


def _plain(value: Any) -> str:
    """A value as it stands in a query or a header."""
    if isinstance(value, list):
        return ",".join(map(_plain, value))
    return value if isinstance(value, str) else json.dumps(value)


def _contents(holder: Json, components: Json) -> Iterator[Content]:
    for media_type, content in holder.get("content", {}).items():
        schema = content.get("schema", {})
        shown = row("", schema, components, is_required=False)
        is_json = media_type.partition(";")[0].endswith("json")
        value = example(schema, components)
        text = json.dumps(value, indent=2, ensure_ascii=False) if is_json else ""
        if media_type == "text/plain":
            text = _plain(value)
        kind = kind_of(schema, components)
        yield Content(media_type, kind, shown.reference, rows(schema, components), text)


def _answers(responses: Json, components: Json) -> Iterator[Answer]:
    for status, response in responses.items():
        headers = tuple(
            (name, header.get("description", ""))
            for name, header in response.get("headers", {}).items()
        )
        contents = tuple(_contents(response, components))
        yield Answer(status, response["description"], contents, headers)
