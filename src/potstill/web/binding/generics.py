"""Type variables in the annotations of methods, replaced by what a subclass put there.

    class Records(Generic[Record]):
        def post(self, body: Record) -> Record: ...

    class Todos(Records[Todo]): ...

Here `body` is a `Todo`. A variable that stands for nothing would be anything: it would not be
validated, so `signature` refuses it.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias, TypeVar, get_args, get_origin

Arguments: TypeAlias = Mapping[Any, Any]
"""What type variables stand for."""


def type_arguments(function: Callable[..., Any]) -> Arguments:
    """What the type variables of the class that defines a method stand for in its owner's class."""
    while isinstance(function, functools.partial):
        function = function.func
    owner = getattr(function, "__self__", None)
    if owner is None:
        return {}
    kind = owner if isinstance(owner, type) else type(owner)
    own = dict(_parameters_of(getattr(owner, "__orig_class__", None), {}))
    return _by_class(kind, own).get(_definer(kind, function), {})


def resolved(annotation: Any, arguments: Arguments) -> Any:
    """The annotation with its type variables replaced, as far as they are known."""
    if isinstance(annotation, TypeVar):
        return arguments.get(annotation, annotation)
    variables = _variables(annotation)
    if not any(variable in arguments for variable in variables):
        return annotation
    return annotation[tuple(arguments.get(variable, variable) for variable in variables)]


def unknown(annotation: Any) -> TypeVar | None:
    """A type variable in the annotation that could be anything; None if there is none."""
    found = [annotation] if isinstance(annotation, TypeVar) else _variables(annotation)
    for each in found:
        if isinstance(each, TypeVar) and each.__bound__ is None and not each.__constraints__:
            return each
    return None


def _variables(annotation: Any) -> tuple[Any, ...]:
    """Those of a generic type that was given some; a class without arguments has its own."""
    return () if isinstance(annotation, type) else getattr(annotation, "__parameters__", ())


def _by_class(kind: type, own: Arguments) -> dict[type, Arguments]:
    """For each generic class that a class descends from, what its type variables stand for."""
    found: dict[type, Arguments] = {kind: own}
    waiting = [kind]
    while waiting:
        each = waiting.pop()
        for base in vars(each).get("__orig_bases__", each.__bases__):
            origin = get_origin(base) or base
            if isinstance(origin, type) and origin not in found:
                found[origin] = _parameters_of(base, found[each])
                waiting.append(origin)
    return found


def _parameters_of(base: Any, arguments: Arguments) -> Arguments:
    """Of `Records[Todo]`, the variables of `Records` with what they stand for."""
    variables = getattr(get_origin(base), "__parameters__", ())
    given = [resolved(each, arguments) for each in get_args(base)]
    return dict(zip(variables, given, strict=False))


def _definer(kind: type, function: Callable[..., Any]) -> type:
    """The class in which a bound method was written."""
    inner = getattr(function, "__func__", function)
    for each in kind.__mro__:
        if any(getattr(value, "__func__", value) is inner for value in vars(each).values()):
            return each
    return kind
