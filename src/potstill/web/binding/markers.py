"""Markers found in annotations: `Annotated[str, Header("X-Token")]`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, get_args, get_origin

from potstill.web.binding import sources
from potstill.web.binding.annotations import bare, is_ours, notes
from potstill.web.binding.checks import name_of
from potstill.web.binding.providers import Provide
from potstill.web.binding.sources import Source
from potstill.web.errors import HandlerError

MARKERS: dict[type, Source] = {
    sources.Query: Source.QUERY,
    sources.Header: Source.HEADER,
    sources.Cookie: Source.COOKIE,
    sources.Path: Source.PATH,
    sources.Body: Source.BODY,
    sources.FormField: Source.FORM,
}


def marker(function: Callable[..., Any], name: str, annotation: Any) -> Any:
    """What an annotation says of the place; None if nothing. HandlerError if it says two."""
    found = []
    for note in notes(annotation):
        marker = note() if isinstance(note, type) and note in MARKERS else note
        if isinstance(marker, (Provide, *MARKERS)):
            found.append(marker)
    if len(found) > 1:
        raise HandlerError(
            f"{name_of(function)} says twice where its argument `{name}` comes from; keep one of "
            + " and ".join(type(marker).__name__ for marker in found)
        )
    return found[0] if found else None


def wire_name(marker: Any, name: str, source: Source) -> str:
    """What an argument is called in its place."""
    named: str | None = getattr(marker, "name", None)
    if named is not None:
        return named
    return name.replace("_", "-") if source is Source.HEADER else name


def is_upload(annotation: Any) -> bool:
    """Is it an upload, or a list of them?"""
    if get_origin(annotation) is list:
        return is_ours(bare(get_args(annotation)[0]), "Upload")
    return is_ours(annotation, "Upload")
