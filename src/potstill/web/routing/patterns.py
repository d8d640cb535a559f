"""Path patterns, as in `/todos/{id:int}` and `/files/{name}.{ending}`, taken apart once.

A pattern is a list of segments, each of them literal text, a variable, or a mixture of both. It
says what it matches (routing reads that) and how an address is made of values (`build`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from potstill.web.converters import Converter
from potstill.web.errors import RouteError
from potstill.web.request import UNESCAPED

_VARIABLE = re.compile(r"\{([^{}]*)\}")
_NAMED = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)(?::([A-Za-z_][A-Za-z0-9_]*))?").fullmatch


@dataclass(frozen=True, slots=True)
class Segment:
    """What stands between two slashes: text and variables in turn, text first and last."""

    texts: tuple[str, ...]
    variables: tuple[tuple[str, Converter], ...]

    @property
    def is_literal(self) -> bool:
        """Has it no variable?"""
        return not self.variables

    @property
    def is_plain(self) -> bool:
        """Is it one variable and nothing else?"""
        return self.texts == ("", "")

    @property
    def rank(self) -> tuple[int, int, tuple[int, ...]]:
        """Order among the segments at one place: those that say more come first."""
        text = sum(map(len, self.texts))
        ranks = tuple(converter.rank for _, converter in self.variables)
        return (1 if self.crosses_slashes else 0, -text, ranks)

    @property
    def crosses_slashes(self) -> bool:
        """Does it take the rest of the path?"""
        return any(converter.crosses_slashes for _, converter in self.variables)

    def parts_of(self, text: str) -> list[str] | None:
        """What stands for each variable of a mixed segment, as little as can be; None: no match.

        Looks at each character once: a pattern of regular expressions would turn back and again.
        """
        first, *between, last = self.texts
        end = len(text) - len(last)
        if not (text.startswith(first) and text.endswith(last)):
            return None
        parts, at = [], len(first)
        for separator in between:
            found = text.find(separator, at + 1, end)
            if found < 0:
                return None
            parts.append(text[at:found])
            at = found + len(separator)
        return [*parts, text[at:end]] if at < end else None


@dataclass(frozen=True, slots=True)
class Pattern:
    """A pattern that was understood."""

    source: str
    segments: tuple[Segment, ...]
    converters: Mapping[str, Converter]
    """Of its variables, by name, in order."""

    @property
    def is_literal(self) -> bool:
        """Has it no variable?"""
        return not self.converters

    def build(self, values: Mapping[str, Any]) -> str:
        """The path for these values, percent-encoded; RouteError when one cannot stand there."""
        return "/" + "/".join(self._build(segment, values) for segment in self.segments)

    def _build(self, segment: Segment, values: Mapping[str, Any]) -> str:
        parts = [_quoted(segment.texts[0])]
        for (name, converter), text in zip(segment.variables, segment.texts[1:], strict=True):
            parts += [self._spell(name, converter, values), _quoted(text)]
        return "".join(parts)

    def _spell(self, name: str, converter: Converter, values: Mapping[str, Any]) -> str:
        from urllib.parse import quote

        if name not in values:
            raise RouteError(f"the address of {self.source} needs a value for {name!r}")
        value = values[name]
        try:
            text = converter.to_url(value)
            text.encode()
            converter.convert(text)
            fits = text[:1] not in ("", "/") and (converter.crosses_slashes or "/" not in text)
        except (ValueError, TypeError, AttributeError):
            fits = False
        if not fits or any(step in (".", "..") for step in text.split("/")):
            raise RouteError(
                f"{value!r} cannot stand for {name!r} in {self.source}: "
                f"no {converter.name} segment of a path looks like that"
            )
        return quote(text, safe=UNESCAPED if converter.crosses_slashes else UNESCAPED[1:])


@lru_cache(4096)  # a page may have hundreds of addresses, made of the same few texts
def _quoted(text: str) -> str:
    from urllib.parse import quote

    return quote(text, safe=UNESCAPED)


def parse(source: str, converters: Mapping[str, Converter]) -> Pattern:
    """Understand a pattern; RouteError, which says what is wrong with it, if that cannot be."""
    if not source.startswith("/"):
        raise RouteError(f"the pattern {source!r} has to begin with a slash")
    refuse_brackets(source)
    segments = tuple(_segment(text, source, converters) for text in source[1:].split("/"))
    names = [name for segment in segments for name, _ in segment.variables]
    for name in names:
        if names.count(name) > 1:
            raise RouteError(f"the pattern {source!r} has two variables called {name!r}")
    for segment in segments:
        if segment.crosses_slashes and (segment is not segments[-1] or not segment.is_plain):
            raise RouteError(
                f"in {source!r} the variable that takes the rest has to stand last, alone"
            )
    found = {name: converter for segment in segments for name, converter in segment.variables}
    return Pattern(source, segments, found)


def refuse_brackets(source: str) -> None:
    """RouteError for `<int:id>`: it would be text that no path has."""
    if "<" in source or ">" in source:
        raise RouteError(f"a variable of {source!r} is written in braces: {{name}} or {{name:int}}")


def variables_of(source: str) -> list[str]:
    """The names of a pattern's variables, before its converters are known."""
    return [inner.partition(":")[0] for inner in _VARIABLE.findall(source)]


def _segment(text: str, source: str, converters: Mapping[str, Converter]) -> Segment:
    parts = _VARIABLE.split(text)
    if any("{" in part or "}" in part for part in parts[::2]):
        raise RouteError(f"the braces of {source!r} do not pair up")
    variables = tuple(_variable(inner, source, converters) for inner in parts[1::2])
    if any(not between for between in parts[2:-1:2]):
        raise RouteError(f"in {source!r} two variables touch; put some text between them")
    return Segment(tuple(parts[::2]), variables)


def _variable(
    inner: str, source: str, converters: Mapping[str, Converter]
) -> tuple[str, Converter]:
    named = _NAMED(inner)
    if named is None:
        raise RouteError(
            f"{{{inner}}} in {source!r} is no variable; write {{name}} or {{name:int}}"
        )
    kind = named[2] or "str"
    if kind not in converters:
        known = ", ".join(sorted(converters))
        raise RouteError(f"{source!r} asks for the converter {kind!r}; there are {known}")
    return named[1], converters[kind]
