"""From a path to what stands there: a dict for literal paths, a tree of segments for the rest.

Of several patterns that match, the one whose first differing segment says more wins: literal text,
then text with variables, then a variable by the rank of its converter, then the rest of a path.
That choice names the *resource*; the method is looked at afterwards, so a wrong one is 405 and not
another resource. The cost of a search depends on the path's segments, not on the number of routes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

from potstill.web.routing.patterns import Pattern, Segment

if TYPE_CHECKING:
    from potstill.web.request import Request
    from potstill.web.response import Response
    from potstill.web.routing.endpoints import Endpoint


def _refuse_all(request: Request) -> Response:
    raise RuntimeError(f"{request!r} came before its route was compiled")


@dataclass(slots=True, eq=False)
class Route:
    """A resource: a pattern, and what is done at it by method."""

    pattern: Pattern
    name: str
    owner: object
    """The function, class or instance it was made of."""
    endpoints: dict[str, Endpoint] = field(default_factory=dict)
    """By method, as they were registered."""
    dispatch: dict[str, Endpoint] = field(default_factory=dict)
    """By method, with those that come by themselves: HEAD and OPTIONS."""
    refuse: Callable[[Request], Response] = _refuse_all
    """What answers any other method."""


class Subtree(Protocol):
    """What answers for a path and all below it."""

    def respond(self, request: Request, claimed: int, /) -> Response:
        """Answer; `claimed` segments of the path lead here, the empty one in front included."""


Target: TypeAlias = "Route | Subtree"
Found: TypeAlias = "tuple[Target, dict[str, Any], int]"
"""What is there, the values of the variables, and how many segments a subtree claims."""


class _Node:
    """A place in the tree: what may come next, and what stands here."""

    __slots__ = ("branches", "literals", "only", "rest", "subtree", "target", "turns")

    def __init__(self) -> None:
        self.literals: dict[str, _Node] = {}
        self.branches: list[_Branch] = []
        self.rest: tuple[str, Route] | None = None
        self.target: Route | None = None
        self.subtree: Subtree | None = None
        self.turns = False
        """May a search come back to this place, when text led nowhere?"""
        self.only: _Branch | None = None
        """The one way on that is no text, where there is just one."""

    def grow(self, segment: Segment) -> _Node:
        """The node behind a segment, made if it is not there."""
        if segment.is_literal:
            return self.literals.setdefault(segment.texts[0], _Node())
        for branch in self.branches:
            if branch.segment == segment:
                return branch.node
        branch = _Branch(segment)
        self.branches.append(branch)
        self.branches.sort(key=lambda each: each.segment.rank)
        self.settle()
        return branch.node

    def settle(self) -> None:
        """Work out what depends on the rest."""
        is_taken = self.rest is not None or self.subtree is not None
        self.turns = is_taken or bool(self.branches)
        self.only = self.branches[0] if len(self.branches) == 1 and not is_taken else None


class _Branch:
    """One kind of segment with variables, and the node behind it."""

    __slots__ = ("convert", "match", "name", "node", "segment")

    def __init__(self, segment: Segment) -> None:
        self.segment = segment
        self.node: _Node = _Node()
        self.match: Callable[[str], list[str] | None] | None = None
        self.name, converter = segment.variables[0]
        self.convert: Callable[[str], Any] | None = converter.convert
        if not segment.is_plain:
            self.match = segment.parts_of
        elif converter.name == "str":
            self.convert = None

    def read(self, text: str, params: dict[str, Any]) -> bool:
        """Does the segment match? Then its variables are put into `params`."""
        if self.match is None:
            if self.convert is None:
                params[self.name] = text
                return True
            try:
                params[self.name] = self.convert(text)
            except ValueError:
                return False
            return True
        parts = self.match(text)
        if parts is None:
            return False
        try:
            for (name, converter), part in zip(self.segment.variables, parts, strict=True):
                params[name] = converter.convert(part)
        except ValueError:
            return False
        return True


class Router:
    """Finds what was put at a path. Filled at set-up, then only read, by any thread."""

    def __init__(self) -> None:
        self.literals: dict[str, Route] = {}
        self._root: _Node = _Node()

    def add(self, pattern: Pattern, target: Route) -> None:
        """Put a target where a pattern matches; the last one wins."""
        if pattern.is_literal:
            self.literals[pattern.source] = target
        node = self._root
        for segment in pattern.segments:
            if segment.crosses_slashes:
                node.rest = (segment.variables[0][0], target)
                node.settle()
                return
            node = node.grow(segment)
        node.target = target

    def add_below(self, prefix: str, target: Subtree) -> None:
        """Put a target at a literal path and all below it that nothing else claims."""
        node = self._root
        for text in prefix.split("/")[1:]:
            node = node.grow(Segment((text,), ()))
        node.subtree = target
        node.settle()

    def find(self, path: str) -> Found | None:
        """What is there; None if nothing is."""
        if path[:1] != "/":
            return None
        segments = path.split("/")
        params: dict[str, Any] = {}
        node = self._root
        for text in segments[1:]:  # as long as there is one way on, there is none to come back to
            child = node.literals.get(text)
            if child is None:
                branch = node.only
                if branch is None or not text or not branch.read(text, params):
                    break
                node = branch.node
            elif node.turns:
                break
            else:
                node = child
        else:
            if node.target is not None:
                return node.target, params, 0
        return _walk(self._root, segments, 1, {})


def _walk(node: _Node, segments: Sequence[str], at: int, params: dict[str, Any]) -> Found | None:
    """Look below a node; each node is visited once at most, so a search is as long as the tree."""
    if at < len(segments):
        found = _walk_on(node, segments, at, params)
        if found is not None:
            return found
    elif node.target is not None:
        return node.target, params, 0
    return None if node.subtree is None else (node.subtree, params, at)


def _walk_on(node: _Node, segments: Sequence[str], at: int, params: dict[str, Any]) -> Found | None:
    """Look below what the next segment leads to: text first, then variables, then the rest."""
    text = segments[at]
    child = node.literals.get(text)
    if child is not None:
        found = _walk(child, segments, at + 1, params)
        if found is not None:
            return found
    if not text:
        return None
    for branch in node.branches:
        if branch.read(text, params):
            found = _walk(branch.node, segments, at + 1, params)
            if found is not None:
                return found
            for name, _ in branch.segment.variables:
                params.pop(name, None)
    if node.rest is None or node.subtree is not None:
        return None
    name, target = node.rest  # its value never begins with a slash: the segment is not empty
    params[name] = "/".join(segments[at:])
    return target, params, 0


def allowed(methods: Iterable[str]) -> str:
    """The value of an Allow field (RFC 9110, 10.2.1) for a resource that has these methods."""
    names = []
    for method in methods:
        names += ["GET", "HEAD"] if method == "GET" else [method]
    return ", ".join(dict.fromkeys([*names, "OPTIONS"]))


def by_method(endpoints: Mapping[str, Endpoint]) -> dict[str, Endpoint]:
    """The endpoints with HEAD answered by GET, unless there is one of its own."""
    dispatch = dict(endpoints)
    if "GET" in dispatch:
        dispatch.setdefault("HEAD", dispatch["GET"])
    return dispatch
