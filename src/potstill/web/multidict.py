"""A mapping whose names may come several times, as in queries and forms."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TypeVar

from potstill.web.errors import HTTPError

Value = TypeVar("Value")


class MissingFieldError(HTTPError, KeyError):
    """A value that was asked for and did not come: the client's omission."""

    def __init__(self, name: str) -> None:
        super().__init__(400, f"The field {name!r} is missing.")


class MultiDict(Mapping[str, Value]):
    """Reads like a dict of first values; `all(name)` has them all. Never changes."""

    __slots__ = ("_lists",)

    def __init__(self, pairs: Iterable[tuple[str, Value]] = ()) -> None:
        lists: dict[str, list[Value]] = {}
        for name, value in pairs:
            if name in lists:
                lists[name].append(value)
            else:
                lists[name] = [value]
        self._lists = lists

    def __getitem__(self, name: str) -> Value:
        """The first value; MissingFieldError, which is a KeyError and answered with 400."""
        try:
            return self._lists[name][0]
        except KeyError:
            raise MissingFieldError(name) from None

    def __iter__(self) -> Iterator[str]:
        return iter(self._lists)

    def __len__(self) -> int:
        return len(self._lists)

    def __contains__(self, name: object) -> bool:
        return name in self._lists

    def all(self, name: str) -> list[Value]:
        """Every value of a name, in order; empty when it did not come."""
        return list(self._lists.get(name, ()))

    def pairs(self) -> list[tuple[str, Value]]:
        """Each name with each of its values; names in the order of their first coming."""
        return [(name, value) for name, values in self._lists.items() for value in values]

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.pairs()!r})"
