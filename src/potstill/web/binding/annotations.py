"""Annotations as values: text evaluated, `Annotated` and `| None` taken apart.

Knows nothing of requests; `signature` asks it.
"""

from __future__ import annotations

import functools
import inspect
import re
import sys
import types
import typing
from collections.abc import Callable, Iterator, Mapping
from typing import Annotated, Any, Union, get_args, get_origin

_MODULES = re.compile(r"(?:[^\W\d]\w*\.|<locals>\.)+")


def namespace_of(function: Callable[..., Any]) -> dict[str, Any]:
    """The global names that the annotations of a function, class or callable object refer to."""
    inner: Any = inspect.unwrap(function)
    while isinstance(inner, functools.partial):
        inner = inspect.unwrap(inner.func)
    if inspect.isclass(inner):
        return vars(sys.modules[inner.__module__])
    if not inspect.isroutine(inner):
        inner = inspect.unwrap(type(inner).__call__)
    found = getattr(inner, "__globals__", None)
    return found if isinstance(found, dict) else {}


def evaluated(annotation: Any, names: dict[str, Any], local_names: Mapping[str, Any]) -> Any:
    """The annotation with all text in it evaluated; NameError for what is not there (yet).

    `Request` and `Response` are there always, so they may be imported for type checkers alone.
    """
    holder = types.SimpleNamespace(__annotations__={"it": annotation})
    own = dict(local_names)
    try:
        hints = typing.get_type_hints(holder, names, own, include_extras=True)
    except NameError as error:
        if error.name not in ("Request", "Response"):
            raise
        hints = typing.get_type_hints(holder, names, _core() | own, include_extras=True)
    return meant(hints["it"])


def meant(annotation: Any) -> Any:
    """What an alias of a `type` statement (PEP 695) stands for; anything else, itself."""
    while type(annotation).__name__ == "TypeAliasType":
        annotation = annotation.__value__
    return annotation


def _core() -> dict[str, Any]:
    from potstill.web.request import Request
    from potstill.web.response import Response

    return {"Request": Request, "Response": Response}


def bare(annotation: Any) -> Any:
    """The type that is left without `Annotated`, and without `None` if one other type is left."""
    if get_origin(annotation) is Annotated:
        return bare(get_args(annotation)[0])
    others = [member for member in members(annotation) if member is not types.NoneType]
    return bare(others[0]) if len(others) == 1 and others[0] is not annotation else annotation


def members(annotation: Any) -> tuple[Any, ...]:
    """The types of a union; of anything else, itself."""
    if get_origin(annotation) in (Union, types.UnionType):
        return get_args(annotation)
    return (annotation,)


def is_optional(annotation: Any) -> bool:
    """Is None among its values?"""
    if get_origin(annotation) is Annotated:
        return is_optional(get_args(annotation)[0])
    return types.NoneType in members(annotation) or annotation is types.NoneType


def notes(annotation: Any) -> Iterator[Any]:
    """What `Annotated` says, around a type or around one member of a union."""
    for member in members(annotation):
        if get_origin(member) is Annotated:
            inner, *said = get_args(member)
            yield from said
            yield from notes(inner)


def is_ours(annotation: Any, name: str) -> bool:
    """Is this a class of `potstill.web` with this name? Tells without importing its module."""
    if not isinstance(annotation, type):
        return False
    return annotation.__name__ == name and annotation.__module__.startswith("potstill.web.")


def spelled(annotation: Any) -> str:
    """An annotation as one would write it, for a message to the programmer."""
    if isinstance(annotation, type) and not get_args(annotation):
        return annotation.__qualname__
    return _MODULES.sub("", str(annotation))
