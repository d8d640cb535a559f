"""Header fields of both directions (RFC 9110, 5), as text.

Names are compared without case. What would end a field line early, or could not be sent, is refused
when it is set, so that no text of a user becomes a header of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, ClassVar, TypeAlias

Lines: TypeAlias = Mapping[str, str] | Iterable[tuple[str, str]]
"""Header fields as one writes them: pairs, or a dict where no name comes twice."""

_UNSENDABLE = re.compile("[^\t\x20-\x7e\x80-\xff]").search
_TOKEN = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+").fullmatch


def field_line(name: str, value: str) -> tuple[str, str]:
    """A pair that can be sent; ValueError, which says why, if it cannot (RFC 9110, 5.5)."""
    if not _TOKEN(name):
        raise ValueError(f"{name!r} is no header name: letters, digits and hyphens are")
    if _UNSENDABLE(value):
        raise ValueError(
            f"the value of {name} has a character that no header can carry: {value!r}; "
            "percent-encode it, or encode text as RFC 8187 says"
        )
    return str.__str__(name), str.__str__(value)  # of a subclass, the text: PEP 3333 wants no other


class Headers:
    """The header fields of a response, in order; a name may come several times."""

    __slots__ = ("lines",)

    def __init__(self, lines: Lines = ()) -> None:
        pairs = lines.items() if isinstance(lines, Mapping) else lines
        self.lines: list[tuple[str, str]] = [field_line(name, value) for name, value in pairs]

    @classmethod
    def over(cls, lines: list[tuple[str, str]]) -> Headers:
        """A view of a list that is known to be sendable; changes go to that list."""
        headers = cls.__new__(cls)
        headers.lines = lines
        return headers

    def get(self, name: str, default: str | None = None) -> str | None:
        """The first value of a name."""
        wanted = name.lower()
        for known, value in self.lines:
            if known.lower() == wanted:
                return value
        return default

    def all(self, name: str) -> list[str]:
        """Every value of a name, in order."""
        wanted = name.lower()
        return [value for known, value in self.lines if known.lower() == wanted]

    def add(self, name: str, value: str) -> None:
        """Append a field line beside those there are (for `Set-Cookie`, `Link`)."""
        self.lines.append(field_line(name, value))

    def setdefault(self, name: str, value: str) -> str:
        """The value there is; the given one is set when there is none."""
        known = self.get(name)
        if known is not None:
            return known
        self.add(name, value)
        return value

    def append(self, name: str, element: str) -> None:
        """Add an element to a comma-separated list, unless it is there (for `Vary`)."""
        elements = [part.strip() for value in self.all(name) for part in value.split(",")]
        if element.lower() not in (known.lower() for known in elements):
            self[name] = ", ".join([*filter(None, elements), element])

    def __getitem__(self, name: str) -> str:
        value = self.get(name)
        if value is None:
            raise KeyError(name)
        return value

    def __setitem__(self, name: str, value: str) -> None:
        line = field_line(name, value)
        del self[name]
        self.lines.append(line)

    def __delitem__(self, name: str) -> None:
        wanted = name.lower()
        self.lines[:] = [line for line in self.lines if line[0].lower() != wanted]

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and self.get(name) is not None

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return iter(self.lines)

    def __len__(self) -> int:
        return len(self.lines)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Headers) and self.lines == other.lines

    __hash__: ClassVar[None]  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"Headers({[name for name, _ in self.lines]!r})"  # the values may be secret


class RequestHeaders(Mapping[str, str]):
    """The header fields of a request, read from `environ` (PEP 3333, "environ Variables").

    A field that came several times has its values joined by `, ` (Cookie by `; `), by the server.
    """

    __slots__ = ("_environ",)

    def __init__(self, environ: Mapping[str, Any]) -> None:
        self._environ = environ

    def __getitem__(self, name: str) -> str:
        value: str = self._environ[variable(name)]
        return value

    def __iter__(self) -> Iterator[str]:
        for key, value in self._environ.items():
            if key.startswith("HTTP_"):
                yield key[5:].replace("_", "-").title()
            elif key in ("CONTENT_TYPE", "CONTENT_LENGTH") and value:
                yield key.replace("_", "-").title()

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and bool(self._environ.get(variable(name)) is not None)

    def __repr__(self) -> str:
        return f"RequestHeaders({list(self)!r})"  # the values may be secret


def variable(name: str) -> str:
    """The key of a header field in `environ`: `HTTP_ACCEPT` for `Accept`."""
    key = name.upper().replace("-", "_")
    return key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else "HTTP_" + key
