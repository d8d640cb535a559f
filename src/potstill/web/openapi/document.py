"""The OpenAPI 3.1 document of an application, from its routes and the types of its handlers.

It is made once, when it is first asked for, and kept as bytes. HEAD, OPTIONS and hidden endpoints
are left out. What OpenAPI 3.1 has no word for (the method QUERY, verbs of one's own) stands in the
path item as `x-query`. Decides nothing: what is documented here is done by `binding` and `answers`.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol
from urllib.parse import quote

import msgspec

from potstill.web.openapi.operation import operation, types_of
from potstill.web.openapi.responses import Problem
from potstill.web.openapi.schema import Json, Schemas
from potstill.web.request import Request
from potstill.web.response import Response
from potstill.web.routing.endpoints import Endpoint
from potstill.web.routing.router import Route

DIALECT = "https://spec.openapis.org/oas/3.1/dialect/base"
_METHODS = frozenset({"GET", "PUT", "POST", "DELETE", "PATCH", "TRACE"})
_KEPT = 8
"""Roots (SCRIPT_NAMEs) whose document is kept; a client cannot choose them, but proxies might."""


class Described(Protocol):
    """What is told of an application beside its routes; an `App` is one."""

    @property
    def title(self) -> str: ...
    @property
    def version(self) -> str: ...
    @property
    def description(self) -> str: ...


class Application(Described, Protocol):
    """An application that can be documented."""

    @property
    def routes(self) -> Sequence[Route]: ...


def document(info: Described, routes: Iterable[Route]) -> Json:
    """The document, as what JSON is made of. SetupError when two types cannot be told apart."""
    shown = [route for route in routes if any(True for _ in _shown(route))]
    endpoints = [endpoint for route in shown for _, endpoint in _shown(route)]
    schemas = Schemas([Problem, *(each for endpoint in endpoints for each in types_of(endpoint))])
    names = _Names()
    paths: Json = {}
    for route in shown:
        template, variables = _template(route, paths)
        item = paths.setdefault(template, {})
        for key, endpoint in _shown(route):
            item[key] = operation(
                route, endpoint, variables, names.unique(route.name, key), schemas
            )
    tags = dict.fromkeys(tag for endpoint in endpoints for tag in endpoint.tags)
    made: Json = {"openapi": "3.1.1", "info": _info(info), "jsonSchemaDialect": DIALECT}
    made |= {"paths": paths, "components": {"schemas": schemas.components}}
    return made | ({"tags": [{"name": tag} for tag in tags]} if tags else {})


class Document:
    """The document of one application, and the answer to who asks for it."""

    def __init__(self, app: Application) -> None:
        self._app = app
        self._made: Json | None = None
        self._answers: dict[str, tuple[bytes, str]] = {}

    def content(self, root: str = "") -> Json:
        """The document of the application below `root`, its SCRIPT_NAME. Not to be changed."""
        if self._made is None:  # two threads may both make it: the same
            self._made = document(self._app, self._app.routes)
        if not root:
            return self._made
        return self._made | {"servers": [{"url": quote(root, encoding="latin-1")}]}

    def respond(self, request: Request) -> Response:
        """The document as JSON, with an entity tag."""
        root: str = request.environ.get("SCRIPT_NAME", "")
        known = self._answers.get(root)
        if known is None:
            body = msgspec.json.encode(self.content(root))
            known = body, hashlib.sha256(body).hexdigest()[:24]
            if len(self._answers) < _KEPT:
                self._answers[root] = known
        body, etag = known
        headers = [("Cache-Control", "no-cache")]
        return Response(body, 200, headers, content_type="application/json", etag=etag)


class _Names:
    """Operation ids: each once (OpenAPI 3.1, 4.8.10.1)."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def unique(self, route: str, key: str) -> str:
        base = re.sub(r"[^A-Za-z0-9_]+", "_", f"{route}_{key.removeprefix('x-')}").strip("_")
        name, number = base, 2
        while name in self._taken:
            name, number = f"{base}_{number}", number + 1
        self._taken.add(name)
        return name


def _info(info: Described) -> Json:
    made: Json = {"title": info.title or "API", "version": info.version or "0"}
    return made | ({"description": info.description} if info.description else {})


def _shown(route: Route) -> Iterator[tuple[str, Endpoint]]:
    """The endpoints that are documented, by their key in the Path Item Object."""
    for method, endpoint in route.endpoints.items():
        if endpoint.is_hidden or method in ("HEAD", "OPTIONS"):
            continue
        yield method.lower() if method in _METHODS else f"x-{method.lower()}", endpoint


def _template(route: Route, paths: Json) -> tuple[str, dict[str, str]]:
    """The pattern as OpenAPI writes it, and how each variable is called in it.

    `/x/{a:int}` and `/x/{a:date}` would be one template: the variable of the second is `a_date`.
    """
    variables = {name: name for name in route.pattern.converters}
    template = _written(route, variables)
    keys = {key for key, _ in _shown(route)}
    if keys & paths.get(template, {}).keys():
        converters = route.pattern.converters.items()
        variables = {name: f"{name}_{converter.name}" for name, converter in converters}
        template = _written(route, variables)
    return template, variables


def _written(route: Route, variables: dict[str, str]) -> str:
    parts: list[str] = []
    for segment in route.pattern.segments:
        text = segment.texts[0]
        for (name, _), after in zip(segment.variables, segment.texts[1:], strict=True):
            text += f"{{{variables[name]}}}{after}"
        parts.append(text)
    return "/" + "/".join(parts)
