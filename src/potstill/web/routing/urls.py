"""From a route to its address: `url_for(OneTodo, id=7)` is `/todos/7`."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeAlias

from potstill.web.errors import RouteError
from potstill.web.routing.patterns import Pattern

Target: TypeAlias = "str | type[Any] | Callable[..., Any]"
"""What names a route: its name, or the class or function it was made of."""


class Urls:
    """The addresses of an application.

    A target may have several patterns; the one whose variables are all given is taken.
    """

    def __init__(self) -> None:
        self._by_name: dict[str, list[Pattern]] = {}
        self._by_owner: dict[int, list[Pattern]] = {}
        self._owners: list[object] = []

    def add(self, name: str, owner: object, pattern: Pattern) -> None:
        """Let a pattern be found by a name, and by what it was made of."""
        self._by_name.setdefault(name, []).append(pattern)
        self._by_owner.setdefault(id(owner), []).append(pattern)
        self._owners.append(owner)  # while it lives, nothing else has its id

    def url_for(self, target: Target, /, **params: Any) -> str:
        """The path, percent-encoded; what the pattern does not name becomes the query.

        RouteError when there is no such route, or a value is missing or does not fit.
        """
        private = next((name for name in params if name.startswith("_")), None)
        if private is not None:
            raise RouteError(f"url_for takes variables and the query, and {private!r} is neither")
        patterns = self._patterns(target)
        pattern = next((p for p in patterns if p.converters.keys() <= params.keys()), patterns[0])
        path = pattern.build(params)
        rest = [(name, params[name]) for name in params if name not in pattern.converters]
        return path + (f"?{query}" if (query := _query(rest)) else "")

    def _patterns(self, target: Target) -> list[Pattern]:
        if isinstance(target, str):
            found = self._by_name.get(target)
        else:
            found = self._by_owner.get(id(target))
        if found:
            return sorted(found, key=lambda pattern: -len(pattern.converters))
        raise RouteError(f"no route is called {target!r}; {self._nearest(target)}")

    def _nearest(self, target: Target) -> str:
        from difflib import get_close_matches

        near = get_close_matches(str(target), self._by_name, 1)
        return f"did you mean {near[0]!r}?" if near else "name one with name=..."


def _query(pairs: Iterable[tuple[str, Any]]) -> str:
    from urllib.parse import urlencode

    flat: list[tuple[str, str]] = []
    for name, value in pairs:
        values = value if isinstance(value, list | tuple | set | frozenset) else (value,)
        flat += [(name, _spelled(each)) for each in values if each is not None]
    return urlencode(flat)


def _spelled(value: object) -> str:
    """As the binding of arguments reads it back."""
    if isinstance(value, bool):
        return "true" if value else "false"
    isoformat = getattr(value, "isoformat", None)
    if isoformat is not None:
        return str(isoformat())
    return str(getattr(value, "value", value))  # of an enum, its value
