"""Handlers registered by pattern, and groups of them with a prefix and layers in common.

A `Group` only remembers what it was told; the application compiles it (`compiling`). What cannot
work whatever comes later is refused at once, where it was written.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypedDict, TypeVar

from potstill.web.errors import RouteError, SetupError
from potstill.web.pipeline import Middleware
from potstill.web.routing.patterns import refuse_brackets, variables_of
from potstill.web.routing.verbs import method_token, read_verbs

if TYPE_CHECKING:
    from typing import Unpack
    from wsgiref.types import WSGIApplication

    from potstill.web.routing.router import Subtree

Function = TypeVar("Function", bound=Callable[..., Any])
Resource = TypeVar("Resource")


class Options(TypedDict, total=False):
    """What can be said of a route beside its pattern."""

    name: str
    """For `url_for`; without it, the name of the function or class."""
    max_body: int
    """Bytes of a body that are taken here; 413 beyond."""
    middleware: Sequence[Middleware]
    """Layers around this handler alone, within those of the group and the application."""
    tags: Sequence[str]
    """Headings in the OpenAPI document, beside those of the group."""
    csrf: bool
    """False: other sites may send a browser here with its cookies; the handler knows why."""
    deprecated: bool
    """Marked so in the OpenAPI document."""
    hidden: bool
    """Left out of the OpenAPI document."""


@dataclass(slots=True)
class Registration:
    """One handler as it was registered."""

    pattern: str
    method: str
    function: Callable[..., Any]
    owner: object
    names: Mapping[str, Any]
    """What names stood for where it was registered, for annotations that are text."""
    options: Options


@dataclass(slots=True)
class Mount:
    """Something that answers all below a prefix."""

    prefix: str
    target: Subtree


@dataclass(eq=False)
class Group:
    """Routes with a prefix, layers and tags in common; include it in an application or a group."""

    prefix: str = ""
    middleware: Sequence[Middleware] = ()
    """Layers around each of its handlers, the first one outermost."""
    tags: Sequence[str] = ()
    hidden: bool = False
    """Are its handlers left out of the OpenAPI document?"""
    registrations: list[Registration] = field(default_factory=list, init=False, repr=False)
    mounts: list[Mount] = field(default_factory=list, init=False, repr=False)
    groups: list[tuple[str, Group]] = field(default_factory=list, init=False, repr=False)
    _is_closed: bool = field(default=False, init=False, repr=False)

    def __post_init__(self) -> None:
        if self.prefix and (not self.prefix.startswith("/") or self.prefix.endswith("/")):
            raise SetupError(
                f"the prefix {self.prefix!r} of a group has to begin with a slash and end without"
            )

    # -- handlers --------------------------------------------------------------------------------

    def get(self, pattern: str, **options: Unpack[Options]) -> Callable[[Function], Function]:
        """Let a function answer GET, and HEAD, where the pattern matches."""
        return self._register(pattern, ("GET",), options)

    def post(self, pattern: str, **options: Unpack[Options]) -> Callable[[Function], Function]:
        """Let a function answer POST where the pattern matches."""
        return self._register(pattern, ("POST",), options)

    def put(self, pattern: str, **options: Unpack[Options]) -> Callable[[Function], Function]:
        """Let a function answer PUT where the pattern matches."""
        return self._register(pattern, ("PUT",), options)

    def patch(self, pattern: str, **options: Unpack[Options]) -> Callable[[Function], Function]:
        """Let a function answer PATCH where the pattern matches."""
        return self._register(pattern, ("PATCH",), options)

    def delete(self, pattern: str, **options: Unpack[Options]) -> Callable[[Function], Function]:
        """Let a function answer DELETE where the pattern matches."""
        return self._register(pattern, ("DELETE",), options)

    def query(self, pattern: str, **options: Unpack[Options]) -> Callable[[Function], Function]:
        """Let a function answer QUERY, a GET with a body, where the pattern matches."""
        return self._register(pattern, ("QUERY",), options)

    def route(
        self, pattern: str, methods: Iterable[str], **options: Unpack[Options]
    ) -> Callable[[Function], Function]:
        """Let a function answer several methods, of any name, where the pattern matches."""
        return self._register(pattern, tuple(map(method_token, methods)), options)

    def resource(self, pattern: str, **options: Unpack[Options]) -> Callable[[Resource], Resource]:
        """Let the methods of a class, or of an instance, answer where the pattern matches.

        A class is instantiated once, without arguments; its instance serves all threads.
        """
        names = _names_of_caller(2)
        self._check(options)

        def register(resource: Resource) -> Resource:
            instance = _instance(resource, pattern) if isinstance(resource, type) else resource
            for handled in read_verbs(instance):
                function = getattr(instance, handled.attribute)
                place = pattern + handled.subpath
                own = options if not handled.subpath else _named(options, function)
                self._add(Registration(place, handled.method, function, resource, names, own))
            return resource

        return register

    # -- what else is there ----------------------------------------------------------------------

    def group(
        self,
        prefix: str = "",
        *,
        middleware: Sequence[Middleware] = (),
        tags: Sequence[str] = (),
        hidden: bool = False,
    ) -> Group:
        """A new group within this one."""
        group = Group(prefix, middleware, tags, hidden)
        self.include(group)
        return group

    def include(self, group: Group, prefix: str = "") -> None:
        """Take in all routes of a group, below `prefix` and its own; also those still to come."""
        self._check({})
        if type(group) is not Group:
            raise SetupError(f"include() takes a Group, not {group!r}; an application is mounted")
        self.groups.append((prefix, group))

    def mount(self, prefix: str, application: WSGIApplication) -> None:
        """Let a WSGI application answer whatever no route claims at a prefix and below it.

        It finds the prefix in SCRIPT_NAME and the rest in PATH_INFO (PEP 3333).
        """
        from potstill.web.routing.mounts import Mounted

        if not callable(application):
            raise SetupError(f"mount() takes a WSGI application, not {application!r}")
        self._mount(prefix, Mounted(application))

    def _mount(self, prefix: str, target: Subtree) -> None:
        self._check({})
        if "{" in prefix or (prefix and not prefix.startswith("/")):
            raise SetupError(f"{prefix!r} is no prefix: it begins with a slash and has no variable")
        self.mounts.append(Mount(prefix.rstrip("/"), target))

    def _register(
        self, pattern: str, methods: Sequence[str], options: Options
    ) -> Callable[[Function], Function]:
        names = _names_of_caller(3)
        if not isinstance(pattern, str):
            raise SetupError(f"a route has a pattern, as in @app.get('/'), and not {pattern!r}")
        self._check(options)

        def register(function: Function) -> Function:
            for method in methods:
                self._add(Registration(pattern, method, function, function, names, options))
            return function

        return register

    def _add(self, registration: Registration) -> None:
        if registration.pattern and not registration.pattern.startswith("/"):
            raise RouteError(f"the pattern {registration.pattern!r} has to begin with a slash")
        refuse_brackets(registration.pattern)
        _check_early(registration)
        self.registrations.append(registration)

    def _check(self, options: Options) -> None:
        if self._is_closed:
            raise SetupError("routes have to be there before the first request comes")
        unknown = options.keys() - Options.__annotations__.keys()
        if unknown:
            known = ", ".join(Options.__annotations__)
            raise SetupError(f"a route has no option {min(unknown)!r}; it has {known}")


class _Anything(Mapping[Any, Any]):
    """Stands for the providers that an application may still be told of."""

    def __getitem__(self, kind: Any) -> Any:
        from potstill.web.binding.providers import Provide

        if kind in self:
            return Provide(lambda: None)
        raise KeyError(kind)

    def __contains__(self, kind: object) -> bool:
        return isinstance(kind, type) and kind.__module__ not in ("builtins", "datetime", "decimal")

    def __iter__(self) -> Any:
        return iter(())

    def __len__(self) -> int:
        return 0


def _check_early(registration: Registration) -> None:
    """Refuse what no provider and no prefix still to come can mend."""
    from potstill.web.binding.signature import read_signature

    try:
        read_signature(
            registration.function,
            variables_of(registration.pattern),
            _Anything(),
            registration.names,
            is_final=False,
        )
    except NameError:
        return  # an annotation that names what comes later; read again at start


def _names_of_caller(depth: int) -> Mapping[str, Any]:
    """The local names where a handler is registered, if that is in a function."""
    frame = sys._getframe(depth)  # annotations are text, and only a frame knows local names
    return {} if frame.f_locals is frame.f_globals else dict(frame.f_locals)


def _instance(kind: type, pattern: str) -> object:
    try:
        return kind()
    except TypeError as error:
        raise SetupError(
            f"{kind.__module__}.{kind.__qualname__} at {pattern} cannot be made without arguments "
            f"({error}); register an instance: app.resource({pattern!r})({kind.__name__}(...))"
        ) from error


def _named(options: Options, function: Callable[..., Any]) -> Options:
    """The options of a handler with a path of its own: it is not found by the name of its class."""
    own = options.copy()
    own["name"] = function.__qualname__
    return own
