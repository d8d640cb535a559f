"""A returned value cut down to what its annotation says: a field it does not name is not sent.

    def get(self, id: int) -> PublicUser: ...        # and a `User(PublicUser)` with its password
                                                     # hash is returned: what is sent has none

msgspec encodes what an object is, not what a signature calls it, so a subclass would tell all it
has. An object of a subclass is made anew, as the class annotated; where no class within an
annotation has subclasses, nothing is looked at. Structs and dataclasses are cut, also within lists,
tuples, sets, dicts, unions and one another. The dict of a TypedDict is not, nor is what an
annotation is silent or wrong about.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable
from typing import Any, TypeAlias, get_origin

from msgspec import inspect as kinds

from potstill.web.binding.annotations import bare, members

Narrow: TypeAlias = Callable[[Any], Any]
"""Returns the value itself when there is nothing to cut."""


def narrowing(returns: Any) -> Narrow | None:
    """What cuts down values of this annotation; None if none can have more than it says."""
    known: dict[int, _Object] = {}
    cut = _union([_member(each, known) for each in members(bare(returns))])
    if cut is None:
        return None
    kinds_within = tuple({each.kind for each in known.values()})

    def narrow(value: Any) -> Any:
        for kind in kinds_within:
            if kind.__subclasses__():
                return cut(value)
        return value  # where there are no subclasses, nothing has more than its class

    return narrow


def _member(annotation: Any, known: dict[int, _Object]) -> Narrow | None:
    try:
        info = kinds.type_info(annotation)
    except TypeError:  # it is no JSON, as a response is not
        return None
    return _narrow(info, known)


def _narrow(info: kinds.Type, known: dict[int, _Object]) -> Narrow | None:
    match info:
        case kinds.Metadata():
            return _narrow(info.type, known)
        case kinds.StructType() | kinds.DataclassType():
            return _object(info, known)
        case kinds.UnionType():
            return _union([_narrow(each, known) for each in info.types])
        case kinds.ListType() | kinds.SetType() | kinds.FrozenSetType() | kinds.VarTupleType():
            return _each(_narrow(info.item_type, known))
        case kinds.TupleType():
            return _places([_narrow(each, known) for each in info.item_types])
    return _values(_narrow(info.value_type, known)) if isinstance(info, kinds.DictType) else None


class _Object:
    """Cuts objects down to one class."""

    def __init__(self, info: kinds.StructType | kinds.DataclassType) -> None:
        self._info = info  # which keeps its identity from being another's
        self.kind: type = get_origin(info.cls) or info.cls
        self._names = [field.name for field in info.fields]
        self._inner: dict[str, Narrow] = {}

    def hold(self, inner: dict[str, Narrow]) -> None:
        """These fields may hold what is to be cut."""
        self._inner = inner

    def is_exact(self, values: Iterable[Any]) -> bool:
        """Can it be told by their types alone that there is nothing to cut from these values?"""
        return not self._inner and {self.kind}.issuperset(map(type, values))

    def __call__(self, value: Any) -> Any:
        kind = type(value)
        if kind is not self.kind and not isinstance(value, self.kind):
            return value  # the annotation is not true
        held = {name: getattr(value, name) for name in self._inner}
        cut = {name: narrow(held[name]) for name, narrow in self._inner.items()}
        if kind is self.kind and all(cut[name] is held[name] for name in cut):
            return value
        return _made(self.kind, {name: getattr(value, name) for name in self._names} | cut)


def _made(kind: type, fields: dict[str, Any]) -> Any:
    if hasattr(kind, "__struct_fields__"):
        return kind(**fields)
    made: object = object.__new__(
        kind
    )  # a dataclass may have an __init__ that takes something else
    for name, value in fields.items():
        object.__setattr__(made, name, value)
    return made


def _object(info: kinds.StructType | kinds.DataclassType, known: dict[int, _Object]) -> Narrow:
    if id(info) in known:  # a type within itself
        return known[id(info)]
    made = known[id(info)] = _Object(info)
    inner = {field.name: _narrow(field.type, known) for field in info.fields}
    made.hold({name: narrow for name, narrow in inner.items() if narrow is not None})
    return made


def _union(narrows: list[Narrow | None]) -> Narrow | None:
    objects = {each.kind: each for each in narrows if isinstance(each, _Object)}
    others = [each for each in narrows if each is not None and not isinstance(each, _Object)]
    found: list[Narrow] = [*objects.values(), *others]
    if len(found) <= 1:
        return found[0] if found else None

    def narrow(value: Any) -> Any:
        for kind in type(value).__mro__:
            if kind in objects:
                return objects[kind](value)
        for other in others:
            value = other(value)
        return value

    return narrow


def _each(narrow: Narrow | None) -> Narrow | None:
    if narrow is None:
        return None
    cut = narrow

    def narrow_each(values: Any) -> Any:
        if not isinstance(values, list | tuple | set | frozenset):
            return values
        if isinstance(cut, _Object) and cut.is_exact(values):
            return values
        made = [cut(value) for value in values]
        is_same = all(map(operator.is_, made, values))
        return values if is_same else made

    return narrow_each


def _places(narrows: list[Narrow | None]) -> Narrow | None:
    if not any(narrows):
        return None

    def narrow_places(values: Any) -> Any:
        if not isinstance(values, tuple) or len(values) != len(narrows):
            return values
        pairs = zip(narrows, values, strict=True)
        return tuple(value if cut is None else cut(value) for cut, value in pairs)

    return narrow_places


def _values(narrow: Narrow | None) -> Narrow | None:
    if narrow is None:
        return None
    cut = narrow

    def narrow_values(values: Any) -> Any:
        if not isinstance(values, dict):
            return values
        made = {name: cut(value) for name, value in values.items()}
        is_same = all(made[name] is value for name, value in values.items())
        return values if is_same else made

    return narrow_values
