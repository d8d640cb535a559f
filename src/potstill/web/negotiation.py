"""Which of several representations a client likes best (RFC 9110, 12.5; RFC 4647).

Headers that clients send alike are understood once, and remembered. An element that is malformed
says nothing, and a header without any other is treated as if it had not come: a client is better
served with something than refused for its spelling. So `*` is `*/*` and `.2` is `0.2`, as old Java
writes them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import TypeVar

REMEMBERED = 1024
"""Headers of each kind."""
LONGEST = 1024
"""Characters of a header that is remembered."""
LONGEST_QUOTED = 256
"""Characters of a header with quoted strings that is read at all: no client sends such."""

_ELEMENT = re.compile(r'(?:[^,"]|"(?:[^"\\]|\\.)*")+')
_PARAMETER = re.compile(r'(?:[^;"]|"(?:[^"\\]|\\.)*")+')
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"')
_RANGE = re.compile(r"[!#$%&'*+\-.^_`|~0-9a-z]+/[!#$%&'*+\-.^_`|~0-9a-z]+").fullmatch
_WEIGHT = re.compile(r"0?(?:\.[0-9]{1,3})?|[01]\.?|1\.0{1,3}").fullmatch
_LANGUAGE = re.compile(r"\*|[a-z]{1,8}(?:-[a-z0-9]{1,8})*").fullmatch
_CODING = re.compile(r"[!#$%&'*+\-.^_`|~0-9a-z]+").fullmatch

Parameters = frozenset[tuple[str, str]]
Element = tuple[str, Parameters, float]
Result = TypeVar("Result")


def best(accept: str, offers: Sequence[str]) -> str | None:
    """The media type of `offers` that an Accept field prefers (RFC 9110, 12.5.1); None if none.

    Of several it likes as much, the first; of a field that is empty or malformed, too. What is said
    of `text/html;level=1` overrules what is said of `text/html`, that `text/*`, and that `*/*`.
    """
    if not offers:
        return None
    if not accept or accept == "*/*":
        return offers[0]
    return _remembered(_best, accept, tuple(offers))


def best_language(accept: str, offers: Sequence[str]) -> str | None:
    """The language of `offers` that an Accept-Language field finds by lookup (RFC 4647, 3.4).

    `de-CH` finds `de`, but `de` does not find `de-CH`. None when none is found: then it is for the
    application to choose. A field that is empty, malformed or `*` takes the first.
    """
    if not offers:
        return None
    return _remembered(_best_language, accept, tuple(offers)) if accept else offers[0]


def best_encoding(accept: str | None, offers: Sequence[str]) -> str | None:
    """The content coding of `offers`, or `identity`, by Accept-Encoding (RFC 9110, 12.5.3).

    Of several it likes as much, the first, and `identity` last. None, when not even that is wanted.
    """
    if not accept:
        return "identity"
    return _remembered(_best_encoding, accept, tuple(offers))


def _remembered(
    find: Callable[[str, tuple[str, ...]], Result], header: str, offers: tuple[str, ...]
) -> Result:
    """What `find` finds, from memory unless the header is large."""
    if len(header) <= LONGEST:
        return find(header, offers)
    fresh: Callable[[str, tuple[str, ...]], Result] = getattr(find, "__wrapped__", find)
    return fresh(header, offers)


@lru_cache(REMEMBERED)
def _best(header: str, offers: tuple[str, ...]) -> str | None:
    ranges = [element for element in _media_ranges(header) if _RANGE(element[0])]
    if not ranges:
        return offers[0]
    return _liked_best(offers, [_media_weight(offer, ranges) for offer in offers])


def _media_ranges(header: str) -> Iterator[Element]:
    for name, parameters, weight in _elements(header):
        yield "*/*" if name == "*" else name, parameters, weight


def _media_weight(offer: str, ranges: list[Element]) -> float:
    """What the most specific range that matches the offer gives it."""
    name, parameters, _ = _element(offer)
    kind = name.partition("/")[0] + "/*"
    most, found = -1, 0.0
    for wanted, conditions, weight in ranges:
        if wanted not in (name, kind, "*/*") or not conditions <= parameters:
            continue
        specificity = (2 if wanted == name else wanted == kind) * 100 + len(conditions)
        if specificity > most:
            most, found = specificity, weight
    return found


@lru_cache(REMEMBERED)
def _best_language(header: str, offers: tuple[str, ...]) -> str | None:
    ranges = [(name, weight) for name, _, weight in _elements(header) if _LANGUAGE(name)]
    if not ranges:
        return offers[0]
    refused = {name for name, weight in ranges if not weight}
    allowed = {offer.lower(): offer for offer in reversed(offers) if offer.lower() not in refused}
    for name, weight in sorted(ranges, key=lambda each: -each[1]):
        if weight and name == "*":
            return next((offer for offer in offers if offer.lower() in allowed), None)
        for shorter in _truncated(name) if weight else ():
            if shorter in allowed:
                return allowed[shorter]
    return None


def _truncated(name: str) -> Iterator[str]:
    """`zh-hant-x-a`, `zh-hant`, `zh` (RFC 4647, 3.4)."""
    subtags = name.split("-")
    while subtags:
        yield "-".join(subtags)
        subtags.pop()
        while subtags and len(subtags[-1]) == 1:
            subtags.pop()


@lru_cache(REMEMBERED)
def _best_encoding(header: str, offers: tuple[str, ...]) -> str | None:
    weights: dict[str, float] = {}
    for name, _, weight in _elements(header):
        if _CODING(name):
            weights.setdefault(name.removeprefix("x-"), weight)
    others = weights.get("*", 0.0)
    found = [weights.get(offer.lower(), others) for offer in offers]
    # identity is refused only by its name or by `*;q=0`, and otherwise liked less than all others
    identity = weights.get("identity", weights.get("*", 0.0001))
    return _liked_best((*offers, "identity"), [*found, identity])


def _liked_best(offers: tuple[str, ...], weights: list[float]) -> str | None:
    most = max(weights)
    return offers[weights.index(most)] if most > 0 else None


def _elements(header: str) -> Iterator[Element]:
    """The well-formed elements of a list, in lower case, with parameters and weight."""
    if '"' in header:
        if len(header) > LONGEST_QUOTED or '"' in _QUOTED.sub("", header):
            return  # to read more of them could take a time that grows with the square of it
        pieces = _ELEMENT.findall(header)
    else:
        pieces = header.split(",")
    for piece in pieces:
        element = _element(piece)
        if element[2] >= 0:
            yield element


def _element(text: str) -> Element:
    """Name, parameters and weight; a weight of -1 marks what is malformed."""
    name, *rest = _PARAMETER.findall(text.lower()) if '"' in text else text.lower().split(";")
    parameters: list[tuple[str, str]] = []
    for parameter in rest:
        key, _, value = (part.strip(" \t") for part in parameter.partition("="))
        if key == "q":  # what comes behind it is not part of the range (RFC 9110, 12.4.2)
            is_weight = value and _WEIGHT(value)
            return name.strip(" \t"), frozenset(parameters), float(value) if is_weight else -1.0
        if key:
            parameters.append((key, value.strip('"')))
    return name.strip(" \t"), frozenset(parameters), 1.0
