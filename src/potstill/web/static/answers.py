"""What a `Static` answers, once it is known which file is wanted, and in which coding."""

from __future__ import annotations

from collections.abc import Mapping
from io import FileIO
from typing import Any

from potstill.web.conditional import not_modified, status_of
from potstill.web.errors import HTTPError
from potstill.web.files.file import FileResponse
from potstill.web.files.ranges import Span, requested_part
from potstill.web.response import Response, text
from potstill.web.static.entries import Choice, shape_of

_ALLOWED = "GET, HEAD, OPTIONS"
_OF_ONE_STATE = ("Accept-Ranges", "Cache-Control", "Content-Length", "ETag", "Last-Modified")


_QUERY = "/?:@!$&'()*+,;=~%[]|"
"""What stays as it came in a query; a server may let pass what no field line can carry."""


def whole(choice: Choice, data: bytes) -> Response:
    """All of it: made without checking what was checked when it was indexed."""
    response = Response.__new__(Response)
    response.status = 200
    response._is_plain = False
    response._lines = choice.lines.copy()
    response.body = data
    response.etag = response.last_modified = None
    return response


def from_memory(environ: Mapping[str, Any], choice: Choice, data: bytes) -> Response:
    """What is wanted of a file that is kept; HTTPError 412 or 416."""
    if (
        "HTTP_IF_NONE_MATCH" in environ
        or "HTTP_IF_MODIFIED_SINCE" in environ
        or "HTTP_RANGE" in environ
        or "HTTP_IF_MATCH" in environ
        or "HTTP_IF_UNMODIFIED_SINCE" in environ
    ):
        return conditions(environ, choice) or _part(environ, choice, data) or whole(choice, data)
    return whole(choice, data)


def conditions(environ: Mapping[str, Any], choice: Choice) -> Response | None:
    """The 304 that the client's conditions come to (RFC 9110, 13.2.2), or HTTPError 412."""
    status = status_of(environ, choice.etag, choice.source.last_modified)
    if status == 412:
        raise HTTPError(412)
    return not_modified(choice.lines, choice.etag, None) if status else None


def _part(environ: Mapping[str, Any], choice: Choice, data: bytes) -> Response | None:
    """The part that is asked for, if one is (RFC 9110, 14.2)."""
    headers = whole(choice, data).headers
    source = choice.source
    part = requested_part(
        environ,
        len(data),
        headers["Content-Type"],
        choice.etag,
        source.last_modified,
        several=not source.coding,
    )
    if part is None:
        return None
    for name, value in part.lines:
        headers[name] = value
    headers["Content-Length"] = str(part.length)
    pieces = (data[p.start : p.end] if isinstance(p, Span) else p for p in part.pieces)
    return Response(b"".join(pieces), 206, headers)


def from_disk(environ: Mapping[str, Any], choice: Choice, opened: FileIO) -> FileResponse:
    """What is wanted of an open file, which is closed with the answer, or before an HTTPError."""
    source = choice.source
    response = FileResponse(
        opened,
        source.shape.size,
        choice.lines,
        etag=choice.etag,
        last_modified=source.last_modified,
    )
    response.settle(environ)
    return response


def in_flux(environ: Mapping[str, Any], choice: Choice, opened: FileIO) -> FileResponse:
    """What is wanted of a file that never stays as it is, such as a log, as it is at this moment.

    It has no validators: what is said of it would be true of other content.
    """
    lines = [line for line in choice.lines if line[0] not in _OF_ONE_STATE]
    size = shape_of(opened.fileno()).size
    response = FileResponse(opened, size, lines, etag=None, last_modified=None)
    response.headers["Cache-Control"] = "no-cache"
    response.settle(environ)
    return response


def refusal(error: HTTPError) -> Response:
    """An error as plain text, where no application makes a page of it."""
    return text(f"{error}\n", error.status, error.headers)


def other_method(method: str) -> Response:
    """A file is only read: 405, or what OPTIONS wants to know (RFC 9110, 9.3.7)."""
    if method != "OPTIONS":
        raise HTTPError(405, headers=[("Allow", _ALLOWED)])
    return Response(b"", 204, [("Allow", _ALLOWED)])


def with_slash(address: str, query: str | None) -> Response:
    """The address of a directory, where its page's own references lead to the right places."""
    from urllib.parse import quote

    path = "/" + address.strip("/\\")  # two slashes in front would name a host
    location = quoted_path(path, encoding="latin-1") + "/"
    if query:
        location += "?" + quote(query, safe=_QUERY, encoding="latin-1")
    return Response(b"", 308, [("Location", location)])


def quoted_path(path: str, encoding: str = "utf-8") -> str:
    """A path as it stands in an address (RFC 3986, 3.3)."""
    from urllib.parse import quote

    return quote(path, safe="/;=,:@!$&'()*+~", encoding=encoding)
