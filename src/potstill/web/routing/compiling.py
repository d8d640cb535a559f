"""From what was registered to what a request runs: routes with endpoints, a router, addresses.

Runs once, at start. What it finds wrong it raises as a `SetupError`, before anything is served.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from inspect import isgeneratorfunction
from typing import TYPE_CHECKING, Any

from potstill.web.answers import responder
from potstill.web.binding.call import compile_call
from potstill.web.binding.signature import read_signature
from potstill.web.binding.sources import Signature
from potstill.web.converters import Converter
from potstill.web.errors import HandlerError, RouteError
from potstill.web.pipeline import Middleware, chain
from potstill.web.response import Response
from potstill.web.routing.endpoints import Endpoint, compile_respond, name_of, options, refusal
from potstill.web.routing.groups import Group, Mount, Registration
from potstill.web.routing.mounts import Layered, Lifespan, Mounted
from potstill.web.routing.patterns import parse
from potstill.web.routing.router import Route, Router, allowed, by_method
from potstill.web.routing.urls import Urls
from potstill.web.security.csrf import SAFE

if TYPE_CHECKING:
    from potstill.web.binding.providers import AppScope, Provide
    from potstill.web.pipeline import Answer
    from potstill.web.security.csrf import Csrf


@dataclass(frozen=True, slots=True)
class Terms:
    """What holds for every handler of an application."""

    converters: Mapping[str, Converter]
    providers: Mapping[Any, Provide]
    scope: AppScope
    csrf: Csrf | None
    max_body: int
    answer: Answer


@dataclass(frozen=True, slots=True)
class Place:
    """A group within all those around it."""

    group: Group
    prefix: str = ""
    layers: tuple[Middleware, ...] = ()
    tags: tuple[str, ...] = ()
    is_hidden: bool = False


@dataclass(slots=True)
class Compiled:
    """An application, ready to be asked."""

    router: Router = field(default_factory=Router)
    routes: list[Route] = field(default_factory=list)
    urls: Urls = field(default_factory=Urls)
    inner: list[Lifespan] = field(default_factory=list)
    """What mounted applications do before their first request and after their last."""


def compile_routes(root: Group, terms: Terms) -> Compiled:
    """Compile a group and all within it; HandlerError or RouteError for what cannot be served."""
    compiled = Compiled()
    routes: dict[str, Route] = {}
    layers_of: dict[str, tuple[Middleware, ...]] = {}
    for place in _places(root, Place(root, root.prefix, tuple(root.middleware), tuple(root.tags))):
        for registration in place.group.registrations:
            source = place.prefix + registration.pattern
            route = routes.get(source) or _route(source, registration, terms)
            if source not in routes:
                routes[source] = route
                layers_of[source] = place.layers
                compiled.routes.append(route)
            compiled.urls.add(_name(registration), registration.owner, route.pattern)
            _add_endpoint(route, registration, place, terms)
        for mount in place.group.mounts:
            _add_mount(compiled, mount, place, terms)
        place.group._is_closed = True
    _refuse_same_shape(compiled.routes)
    for source, route in routes.items():
        _complete(route, layers_of[source], terms)
        compiled.router.add(route.pattern, route)
    return compiled


def _places(group: Group, place: Place) -> Iterator[Place]:
    yield place
    for prefix, inner in group.groups:
        yield from _places(
            inner,
            Place(
                inner,
                place.prefix + prefix + inner.prefix,
                (*place.layers, *inner.middleware),
                (*place.tags, *inner.tags),
                place.is_hidden or inner.hidden,
            ),
        )


def _route(source: str, registration: Registration, terms: Terms) -> Route:
    return Route(parse(source, terms.converters), _name(registration), registration.owner)


def _name(registration: Registration) -> str:
    named = registration.options.get("name")
    if named is not None:
        return named
    owner = registration.owner
    return getattr(owner, "__name__", None) or type(owner).__name__


def _add_endpoint(route: Route, registration: Registration, place: Place, terms: Terms) -> None:
    method, function, said = registration.method, registration.function, registration.options
    if method in route.endpoints:
        raise RouteError(
            f"{method} {route.pattern.source} is claimed twice: by {route.endpoints[method].name} "
            f"and by {name_of(function)}"
        )
    if isgeneratorfunction(function):
        raise HandlerError(
            f"{name_of(function)} yields; return stream(...) or events(...) of a generator instead"
        )
    try:
        signature = read_signature(
            function, route.pattern.converters, terms.providers, registration.names
        )
    except NameError as error:
        raise HandlerError(
            f"{name_of(function)} has an annotation that is not there: {error}"
        ) from error
    guards = terms.csrf if method not in SAFE and said.get("csrf", True) else None
    layers = (*place.layers, *said.get("middleware", ()))
    route.endpoints[method] = Endpoint(
        function,
        method,
        signature,
        compile_respond(
            compile_call(function, signature, terms.scope),
            responder(name_of(function), signature.returns),
            csrf=guards,
            layers=layers,
            answer=terms.answer,
        ),
        said.get("max_body", terms.max_body),
        tuple(dict.fromkeys((*place.tags, *said.get("tags", ())))),
        said.get("deprecated", False),
        said.get("hidden", place.is_hidden),
    )


def _add_mount(compiled: Compiled, mount: Mount, place: Place, terms: Terms) -> None:
    prefix = place.prefix + mount.prefix
    if "{" in prefix:
        raise RouteError(f"{prefix!r} is no place to mount at: it has a variable")
    target = mount.target
    if isinstance(target, Mounted) and (lifespan := target.lifespan) is not None:
        compiled.inner.append(lifespan)
    if place.layers:
        target = Layered(target, prefix, place.layers, terms.answer)
    compiled.router.add_below(prefix, target)


def _refuse_same_shape(routes: Sequence[Route]) -> None:
    """Two patterns that differ in the names of variables only would hide one another."""
    seen: dict[tuple[Any, ...], Route] = {}
    for route in routes:
        shape = tuple(
            (segment.texts, tuple(converter.name for _, converter in segment.variables))
            for segment in route.pattern.segments
        )
        other = seen.setdefault(shape, route)
        if other is not route:
            raise RouteError(
                f"{route.pattern.source} and {other.pattern.source} match the same paths; "
                "call their variables alike, and they are one resource"
            )


def _complete(route: Route, layers: Sequence[Middleware], terms: Terms) -> None:
    """Give a resource what comes by itself: HEAD, OPTIONS, and 405 for the rest."""
    route.dispatch = by_method(route.endpoints)
    allow = allowed(route.endpoints)
    if "OPTIONS" not in route.dispatch:
        answer = options(allow)
        respond = chain(layers, answer, terms.answer) if layers else answer
        route.dispatch["OPTIONS"] = Endpoint(
            answer, "OPTIONS", Signature((), Response), respond, terms.max_body, is_hidden=True
        )
    route.refuse = refusal(allow, layers, terms.answer)
