"""Values as text that may be looked at: bounded, never raising, without secrets (`mask`).

What has fields by name is gone through field by field: all of its `repr` would be made before it
could be cut, and says less of what is a secret.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from reprlib import Repr
from types import FunctionType, SimpleNamespace
from typing import Any

from potstill.web.development.mask import HIDDEN, cut, is_secret, masked

LONGEST = 400
"""Characters of a value that are shown."""
_READ = 5 * LONGEST
"""Characters of a text that are looked at."""


def shown(name: object, value: object) -> str:
    """A variable's value as text of at most `LONGEST` characters; never raises an Exception."""
    return HIDDEN if _hides(name, value) else outline(value)


def outline(value: object) -> str:
    """`repr(value)`, cut and masked; its type when it has none that works."""
    try:
        text = _outlines.repr(value)
    except Exception as error:
        return _failed(value, error)
    return cut(masked(cut(text, _READ)), LONGEST)


def _hides(name: object, value: object) -> bool:
    """Is it a secret? None and False are none: that there is no password is worth knowing."""
    return is_secret(name) and value is not None and not isinstance(value, bool)


def _failed(value: object, error: Exception) -> str:
    return f"<{type(value).__name__}, whose repr raises {type(error).__name__}>"


class _Outlines(Repr):
    """The usual bounded repr, but secrets in dicts and fields are hidden, and failures are told."""

    def __init__(self) -> None:
        super().__init__()
        self.maxlevel = 4
        self.maxdict = 25
        self.maxlist = self.maxtuple = self.maxset = self.maxfrozenset = self.maxdeque = 12
        self.maxlong = LONGEST

    def repr1(self, x: Any, level: int) -> str:
        kind = type(x)
        if kind.__module__ in ("builtins", "array") or kind is deque:
            return super().repr1(x, level)
        fields = _fields(x)
        if fields is not None:
            return f"{kind.__name__}({self._named(fields, level)})"
        own = kind.__repr__
        for base in _BOUNDED if not isinstance(own, FunctionType) else ():
            if issubclass(kind, base):
                told: str = getattr(self, f"repr_{base.__name__}")(x, level)
                return f"{kind.__name__}({told})"
        return self.repr_instance(x, level)

    def repr_str(self, x: str, level: int) -> str:
        return repr(str(x[:_READ]))  # the base leaves out the middle, where names may stand

    def repr_bytes(self, x: bytes, level: int) -> str:
        return repr(bytes(x[:_READ]))

    def repr_bytearray(self, x: bytearray, level: int) -> str:
        return repr(bytearray(x[:_READ]))

    def repr_dict(self, x: Mapping[Any, Any], level: int) -> str:
        if "wsgi.version" in x:
            return "<the environ of a WSGI call>"  # servers put their own environment into it
        if level <= 0 and x:
            return "{…}"
        return "{" + self._joined(self._pairs(x, level), len(x)) + "}"

    def repr_mappingproxy(self, x: Mapping[Any, Any], level: int) -> str:
        return f"mappingproxy({self.repr_dict(x, level)})"

    def repr_instance(self, x: Any, level: int) -> str:
        try:
            text = repr(x)
        except Exception as error:
            return _failed(x, error)
        return cut(masked(cut(text, _READ)), LONGEST)

    def _pairs(self, x: Mapping[Any, Any], level: int) -> Iterator[str]:
        for key, value in x.items():
            told = HIDDEN if _hides(key, value) else self.repr1(value, level - 1)
            yield f"{self.repr1(key, level - 1)}: {told}"

    def _named(self, fields: Mapping[str, Any], level: int) -> str:
        if level <= 0 and fields:
            return "…"
        told = (
            f"{name}=" + (HIDDEN if _hides(name, value) else self.repr1(value, level - 1))
            for name, value in fields.items()
        )
        return self._joined(told, len(fields))

    def _joined(self, told: Iterable[str], count: int) -> str:
        first = [each for each, _ in zip(told, range(self.maxdict), strict=False)]
        return ", ".join([*first, "…"] if count > self.maxdict else first)


_BOUNDED = (dict, list, tuple, set, frozenset, str, bytes, bytearray)
_outlines = _Outlines()


def _fields(x: Any) -> Mapping[str, Any] | None:
    """The fields that its `repr` would show, where that was made for it; None if it has others."""
    kind = type(x)
    names: Iterable[str]
    if issubclass(kind, tuple) and hasattr(kind, "_fields"):
        return dict(zip(kind._fields, x, strict=False))
    if kind is SimpleNamespace:
        return dict(vars(x))
    if hasattr(kind, "__struct_fields__") and not isinstance(kind.__repr__, FunctionType):
        names = kind.__struct_fields__
    elif hasattr(kind, "__dataclass_fields__") and hasattr(kind.__repr__, "__wrapped__"):
        names = [each.name for each in kind.__dataclass_fields__.values() if each.repr]
    else:
        return None
    return {name: getattr(x, name) for name in names if hasattr(x, name)}
