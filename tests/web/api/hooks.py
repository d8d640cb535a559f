"""What Schemathesis cannot know: which things there are. Some of its numbers are made theirs."""

from __future__ import annotations

from typing import Any

import schemathesis

BOOK = "716a22f8-1bd5-5eb6-89b6-ff6f2e515d0a"
"""The first one of every shelf."""
UUID_LENGTH = len(BOOK)


@schemathesis.hook
def map_path_parameters(
    context: schemathesis.HookContext, path_parameters: dict[str, Any] | None
) -> dict[str, Any] | None:
    """Small numbers for large ones, and the book there is for half of all others."""
    for name, value in (path_parameters or {}).items():
        if name == "id" and isinstance(value, int):
            path_parameters = {**(path_parameters or {}), name: value % 8}
        elif isinstance(value, str) and len(value) == UUID_LENGTH and value[0] in "01234567":
            path_parameters = {**(path_parameters or {}), name: BOOK}
    return path_parameters


@schemathesis.hook
def map_body(context: schemathesis.HookContext, body: Any) -> Any:
    """Authors, members and books that are there, in loans and books.

    And whole numbers without a fraction: to JSON Schema 1.0 is an integer, to msgspec it is not.
    """
    if isinstance(body, dict):
        body = {name: _whole(value) for name, value in body.items()}
        for name in ("author", "member"):
            if isinstance(body.get(name), int) and body[name] > 8:
                body[name] = body[name] % 8 + 1
        if "due" in body and isinstance(body.get("book"), str):
            body["book"] = BOOK
    return body


def _whole(value: Any) -> Any:
    return int(value) if isinstance(value, float) and value.is_integer() else value
