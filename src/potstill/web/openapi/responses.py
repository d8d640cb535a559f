"""What an operation answers, read from a return annotation as `answers` reads it.

None is 204, text and bytes go as they are, a `Response` may be anything, all else is JSON. Errors
are those that the arguments can cause, and those that the annotation names by `Raises`.
"""

from __future__ import annotations

from collections.abc import Iterable
from types import NoneType
from typing import Annotated, Any, Literal, get_args, get_origin

import msgspec

from potstill.web.answers import status_of
from potstill.web.openapi.raises import raised
from potstill.web.openapi.schema import Json, Schemas, members, without_metadata
from potstill.web.response import Response
from potstill.web.status import phrase

PROBLEM = "application/problem+json"
_ANYTHING = (Any, object, Response)


class ProblemField(msgspec.Struct, rename={"place": "in"}):
    """What is wrong with one field."""

    place: Annotated[str, msgspec.Meta(description="Where it is: path, query, header, body, ...")]
    field: Annotated[str, msgspec.Meta(description="Its name; of a body the way to it.")]
    detail: Annotated[str, msgspec.Meta(description="What is wrong with it.")]


class Problem(msgspec.Struct):
    """Why a request failed (RFC 9457)."""

    type: Annotated[str, msgspec.Meta(description="A URI that names the kind of problem.")]
    title: Annotated[str, msgspec.Meta(description="The phrase of the status.")]
    status: Annotated[int, msgspec.Meta(ge=400, le=599)]
    detail: Annotated[str, msgspec.Meta(description="What happened this time.")] = ""
    errors: list[ProblemField] = []


def json_types(returns: Any) -> Iterable[Any]:
    """Which types of a return annotation are sent as JSON."""
    return [each for each in members(returns) if _media_type(each) == "application/json"]


def responses(returns: Any, method: str, errors: Iterable[int], schemas: Schemas) -> Json:
    """The Responses Object (OpenAPI 3.1, 4.8.16): what succeeds, then each error, then the rest."""
    found: Json = {}
    named = status_of(returns)
    for each in members(returns):
        for status in _statuses(each, status_of(each) or named, method):
            _add(found, status, each, schemas)
    problem = {PROBLEM: {"schema": schemas.of(Problem)}}
    for status in sorted({*errors, *raised(returns)}):
        found[str(status)] = {"description": phrase(status), "content": problem}
    rest = {"description": "Any other error", "content": problem}
    return found | {"default": _ANY_RESPONSE if _is_open(returns) else rest}


_ANY_RESPONSE = {"description": "Whatever the handler makes of it: any status, any content"}


def _is_open(returns: Any) -> bool:
    return any(_media_type(each) == "*/*" for each in members(returns))


def _statuses(annotation: Any, named: int | None, method: str) -> list[int]:
    """Those that a value of this type may have when all went well."""
    media_type = _media_type(annotation)
    if media_type == "":
        return [204]
    if media_type == "*/*":
        return []
    if named is not None:
        return [named]
    return [200, 201] if method in ("POST", "PUT") and media_type == "application/json" else [200]


def _add(found: Json, status: int, annotation: Any, schemas: Schemas) -> None:
    """Document a success, beside another one of the same status if there is one."""
    response = found.setdefault(str(status), {"description": phrase(status)})
    if status == 201:
        response["headers"] = {"Location": {"description": "Where it is", "schema": _LOCATION}}
    media_type = _media_type(annotation)
    if not media_type:
        return
    content = response.setdefault("content", {})
    schema = _schema(annotation, media_type, schemas)
    known = content.get(media_type)
    if known is not None and known["schema"] != schema:
        schema = {"anyOf": [*known["schema"].get("anyOf", [known["schema"]]), schema]}
    content[media_type] = {"schema": schema}


_LOCATION = {"type": "string", "format": "uri-reference"}


def _schema(annotation: Any, media_type: str, schemas: Schemas) -> Json:
    if media_type == "application/json":
        return schemas.of(annotation)
    return {"type": "string"} if media_type == "text/plain" else {}


def _media_type(annotation: Any) -> str:
    """How a value of this type is sent; `` without content, `*/*` when only the value will tell."""
    bare = without_metadata(annotation)
    if bare is None or bare is NoneType:
        return ""
    if bare in _ANYTHING or (isinstance(bare, type) and issubclass(bare, Response)):
        return "*/*"
    if bare is str or _is_literal_text(bare):
        return "text/plain"
    return "application/octet-stream" if bare is bytes else "application/json"


def _is_literal_text(bare: Any) -> bool:
    return get_origin(bare) is Literal and all(isinstance(each, str) for each in get_args(bare))
