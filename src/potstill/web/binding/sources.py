"""Where the arguments of a handler come from: the data model that others read, and the markers.

An argument's place follows from its name and its annotation (`signature` has the rules). Where that
is not what is wanted, a marker says it: `token: Annotated[str, Header("X-Token")]`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from potstill.web.binding.providers import Provision


class Source(Enum):
    """The part of a request that an argument is read from; its value is the `in` of an error."""

    PATH = "path"
    QUERY = "query"
    HEADER = "header"
    COOKIE = "cookie"
    BODY = "body"
    FORM = "form"
    UPLOAD = "upload"
    REQUEST = "request"
    PROVIDED = "provided"


class Required(Enum):
    """The type of `REQUIRED`."""

    REQUIRED = "required"

    def __repr__(self) -> str:
        return self.name


REQUIRED: Final = Required.REQUIRED
"""In the place of a default: there is none, so a request without the value is answered with 422."""


@dataclass(frozen=True, slots=True)
class Query:
    """From the query, under another name; of a struct or the like: each field from the query."""

    name: str | None = None


@dataclass(frozen=True, slots=True)
class Header:
    """From a header field: `x_token` from `X-Token`; a list is what stands between its commas."""

    name: str | None = None


@dataclass(frozen=True, slots=True)
class Cookie:
    """From a cookie."""

    name: str | None = None


@dataclass(frozen=True, slots=True)
class Path:
    """From the variable of the pattern that is called like the argument."""


@dataclass(frozen=True, slots=True)
class Body:
    """From the whole body, though the argument is not called `body`."""


@dataclass(frozen=True, slots=True)
class FormField:
    """From one field of a form in the body."""

    name: str | None = None


@dataclass(frozen=True, slots=True)
class Parameter:
    """One argument of a handler, or of what provides something to it."""

    name: str
    """Of the Python argument."""
    source: Source
    annotation: Any
    """What a value becomes, `Annotated` kept: `int | None`, `list[str]`, `NewTodo`."""
    wire_name: str
    """What it is called in the query, the header, the cookie, or the form."""
    default: Any = REQUIRED
    provider: Provision | None = None
    """Of PROVIDED: what makes the value."""
    is_keyword: bool = False
    """Can it be passed by name only?"""
    is_converted: bool = False
    """Of PATH: has a converter of the pattern made a value of it?"""


@dataclass(frozen=True, slots=True)
class Signature:
    """All that a handler takes, and what it returns."""

    parameters: tuple[Parameter, ...]
    returns: Any
    """The return annotation, `Annotated` kept; NoneType for None, Any when there is none."""

    @property
    def taken(self) -> tuple[Parameter, ...]:
        """What is read from a request: its own parameters, and those of all that is provided to it.

        Each provider counts once. `REQUEST` and `PROVIDED` are not among them.
        """
        found: dict[int, Parameter] = {}
        self._collect(found, set())
        return tuple(found.values())

    def _collect(self, found: dict[int, Parameter], seen: set[int]) -> None:
        for parameter in self.parameters:
            provider = parameter.provider
            if provider is not None and id(provider) not in seen:
                seen.add(id(provider))
                provider.signature._collect(found, seen)
            if parameter.source not in (Source.REQUEST, Source.PROVIDED):
                found[id(parameter)] = parameter
