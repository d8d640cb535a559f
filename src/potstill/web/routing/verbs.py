"""Which methods of a class are handlers: those called like an HTTP method, and those marked.

A public method whose name is nearly that of a verb is refused at start: `def psot` would never be
called, and nobody would know.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from potstill.web.errors import SetupError

Function = TypeVar("Function", bound=Callable[..., Any])

_REGISTERED = """
    GET HEAD POST PUT DELETE OPTIONS PATCH QUERY PROPFIND PROPPATCH MKCOL COPY MOVE LOCK UNLOCK
    REPORT SEARCH ACL BIND CHECKIN CHECKOUT LABEL LINK MERGE MKACTIVITY MKCALENDAR MKREDIRECTREF
    MKWORKSPACE ORDERPATCH REBIND UNBIND UNCHECKOUT UNLINK UPDATE UPDATEREDIRECTREF
    VERSION-CONTROL BASELINE-CONTROL
"""
VERBS = {name.lower().replace("-", "_"): name for name in _REGISTERED.split()}
"""Attribute names and the methods they serve (IANA's registry, without CONNECT and TRACE)."""

_MARK = "__potstill_verb__"


@dataclass(frozen=True, slots=True)
class Handled:
    """One handler of a resource: method, path below the resource's, and attribute."""

    method: str
    subpath: str
    attribute: str


def verb(method: str, subpath: str = "") -> Callable[[Function], Function]:
    """Mark a method of a resource as the handler of any method token (RFC 9110, 9.1).

    `subpath` puts it at a path of its own below that of the class: `@verb("POST", "/archive")`.
    """
    token = method_token(method)
    if subpath and not subpath.startswith("/"):
        raise SetupError(f"the path {subpath!r} of @verb has to begin with a slash")

    def mark(function: Function) -> Function:
        marks = [*getattr(function, _MARK, ()), (token, subpath)]
        setattr(function, _MARK, marks)
        return function

    return mark


def method_token(method: str) -> str:
    """The method in capitals; SetupError when it is no token."""
    if not method.isascii() or not method.replace("-", "").replace("_", "").isalnum():
        raise SetupError(f"{method!r} is no method token; letters, digits and hyphens are")
    return method.upper()


def read_verbs(owner: object) -> list[Handled]:
    """The handlers of an instance, in the order of their definition; SetupError if it has none."""
    kind = type(owner)
    names = dict.fromkeys(name for base in reversed(kind.__mro__) for name in vars(base))
    handled = [each for name in names for each in _handled(kind, name)]
    if not handled:
        raise SetupError(
            f"{kind.__module__}.{kind.__qualname__} has no handler; "
            "give it methods called get, post, put, patch, delete, ..."
        )
    return handled


def _handled(kind: type, name: str) -> list[Handled]:
    attribute = getattr(kind, name, None)
    if not callable(attribute):
        return []
    marks = getattr(attribute, _MARK, None)
    if marks:
        return [Handled(method, subpath, name) for method, subpath in marks]
    if name in VERBS:
        return [Handled(VERBS[name], "", name)]
    if not name.startswith("_") and name.islower():
        _refuse_misprint(kind, name)
    return []


def _refuse_misprint(kind: type, name: str) -> None:
    from difflib import get_close_matches

    near = get_close_matches(name, VERBS, 1, cutoff=0.75)
    if near and abs(len(name) - len(near[0])) <= 1:
        raise SetupError(
            f"{kind.__module__}.{kind.__qualname__}.{name} is no HTTP method and will never be "
            f"called; did you mean {near[0]!r}? Otherwise call it _{name}"
        )
