"""A response that is one's own to change.

A handler may return the same `Response` again and again. What belongs to one client, such as its
session or its origin, must not stay in it for the next.
"""

from __future__ import annotations

from potstill.web.response import Response


def own(response: Response) -> Response:
    """The same answer, of the same type, with field lines of its own; its body is shared."""
    if type(response) is not Response:
        return _alike(response)
    copied = Response.__new__(Response)
    copied._is_plain = response._is_plain
    copied._lines = list(response._lines)
    copied.status = response.status
    copied.body = response.body
    copied.etag = response.etag
    copied.last_modified = response.last_modified
    return copied


def _alike(response: Response) -> Response:
    """The same of a type with attributes that we do not know."""
    from copy import copy

    copied = copy(response)
    copied._lines = list(response._lines)
    return copied
