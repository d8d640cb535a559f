"""Which language the visitor reads: a cookie says it, or else what the browser asks for."""

from __future__ import annotations

from typing import get_args

from potstill.web import Request
from puretodo.model.day_words import Language

COOKIE = "lang"
LANGUAGES: tuple[Language, ...] = get_args(Language)


def language_of(request: Request) -> Language:
    """By the cookie `lang`, else by Accept-Language (RFC 9110, 12.5.4), else English."""
    chosen = request.cookies.get(COOKIE)
    return next((each for each in LANGUAGES if each == chosen), None) or _preferred(
        request.headers.get("Accept-Language") or ""
    )


def _preferred(field: str) -> Language:
    best: Language = "en"
    best_quality = 0.0
    for element in field[:500].split(","):
        name, _, parameter = element.partition(";")
        primary = name.strip().lower().partition("-")[0]
        quality = _quality(parameter)
        known = next((each for each in LANGUAGES if each == primary), None)
        if known and quality > best_quality:
            best, best_quality = known, quality
    return best


def _quality(parameter: str) -> float:
    name, _, value = parameter.partition("=")
    if name.strip().lower() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0
