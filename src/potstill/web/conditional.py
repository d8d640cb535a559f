"""Conditional requests (RFC 9110, 13): is what the client knows still so?

The conditions are looked at in the order of section 13.2.2. What is malformed is nobody's error: an
element of a list that is no entity tag matches nothing, and a date that is none is as if it had not
been sent. Nothing is read here but the request's header fields.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from potstill.web.errors import HTTPError, Respond
from potstill.web.http_date import modification_date, parse_http_date

if TYPE_CHECKING:
    from potstill.web.response import Response

_ETAG = re.compile('(?:W/)?"[\x21\x23-\x7e\x80-\xff]*"').fullmatch
_BARE = re.compile("[\x21\x23-\x7e\x80-\xff]*").fullmatch
_ELEMENT = re.compile('[ \t]*((?:W/)?"[^"\x00-\x1f\x7f]*")[ \t]*(?:,|$)').match

_UNCONDITIONAL = frozenset({"CONNECT", "OPTIONS", "TRACE"})
"""Methods that neither select nor change a representation (RFC 9110, 13.2.1)."""

DROPPED_IN_304 = frozenset(
    {
        "accept-ranges",
        "content-disposition",
        "content-encoding",
        "content-language",
        "content-length",
        "content-range",
        "content-type",
        "last-modified",
    }
)
"""What describes a representation that is not sent (RFC 9110, 15.4.5)."""


def quoted(etag: str) -> str:
    """An entity tag as it is sent: bare text is quoted; ValueError for what cannot be one."""
    if _ETAG(etag):
        return etag
    if not _BARE(etag):
        raise ValueError(f"{etag!r} is no entity tag: printable text without blanks and quotes is")
    return f'"{etag}"'


def status_of(environ: Mapping[str, Any], etag: str | None, last_modified: float | None) -> int:
    """What the conditions come to (RFC 9110, 13.2.2): 0 to go on, or 304, or 412.

    `etag` (quoted or bare) and `last_modified` (seconds since the epoch) are those of the resource
    as it is now; both None: it does not exist.
    """
    method = environ["REQUEST_METHOD"]
    if method in _UNCONDITIONAL:
        return 0
    tag = None if etag is None else quoted(etag)
    exists = tag is not None or last_modified is not None
    if not _is_expected(environ, tag, last_modified, exists=exists):
        return 412
    is_read = method in ("GET", "HEAD")
    known = environ.get("HTTP_IF_NONE_MATCH")
    if known is not None:
        is_known = exists if known.strip(" \t") == "*" else _is_listed(known, tag)
        return 0 if not is_known else 304 if is_read else 412
    if is_read and last_modified is not None:
        date = _date(environ, "HTTP_IF_MODIFIED_SINCE")
        if date is not None and last_modified // 1 <= date:
            return 304
    return 0


def check(environ: Mapping[str, Any], etag: str | None, last_modified: float | None) -> None:
    """Go on only if the conditions hold: otherwise a 304 (`Respond`) or `HTTPError` 412 is raised.

    The arguments are those of `status_of`.
    """
    status = status_of(environ, etag, last_modified)
    if status == 412:
        raise HTTPError(412, "It is not what you expected: it has changed, or is not there.")
    if status == 304:
        raise Respond(not_modified((), etag, last_modified))


def is_not_modified(
    environ: Mapping[str, Any], etag: str | None, last_modified: float | None
) -> bool:
    """Is a 304 to be sent in place of a representation that has these validators?"""
    return status_of(environ, etag, last_modified) == 304


def validators(etag: str | None, last_modified: float | None) -> Iterator[tuple[str, str]]:
    """The field lines that tell a state (RFC 9110, 8.8)."""
    if etag is not None:
        yield "ETag", quoted(etag)
    if last_modified is not None:
        yield "Last-Modified", modification_date(last_modified)


def not_modified(
    lines: Iterable[tuple[str, str]], etag: str | None, last_modified: float | None
) -> Response:
    """The 304 in place of a 200 that has these field lines (RFC 9110, 15.4.5).

    Its Last-Modified is left out where an ETag says more.
    """
    from potstill.web.response import Response

    kept = [line for line in lines if line[0].lower() not in DROPPED_IN_304]
    response = Response(b"", 304, kept)
    for name, value in validators(etag, last_modified if etag is None else None):
        response.headers.setdefault(name, value)
    return response


def is_range_current(
    environ: Mapping[str, Any], etag: str | None, last_modified: float | None
) -> bool:
    """Does If-Range, if there is one, allow a part to be sent (RFC 9110, 13.1.5)?

    A tag has to match strongly, a date exactly; whatever else it says, all is to be sent.
    """
    wanted: str | None = environ.get("HTTP_IF_RANGE")
    if wanted is None:
        return True
    wanted = wanted.strip(" \t")
    if '"' in wanted[:3]:
        return etag is not None and not wanted.startswith("W/") and wanted == quoted(etag)
    return last_modified is not None and parse_http_date(wanted) == last_modified // 1


def _is_expected(
    environ: Mapping[str, Any], tag: str | None, last_modified: float | None, *, exists: bool
) -> bool:
    """If-Match or, without it, If-Unmodified-Since: steps 1 and 2."""
    expected = environ.get("HTTP_IF_MATCH")
    if expected is not None:
        if expected.strip(" \t") == "*":
            return exists
        return tag is not None and not tag.startswith("W/") and tag in entity_tags(expected)
    if last_modified is None:
        return True
    date = _date(environ, "HTTP_IF_UNMODIFIED_SINCE")
    return date is None or last_modified // 1 <= date


def _is_listed(listed: str, tag: str | None) -> bool:
    """Weak comparison with each tag of a list (RFC 9110, 8.8.3.2)."""
    if tag is None:
        return False
    opaque = tag.removeprefix("W/")
    return any(known.removeprefix("W/") == opaque for known in entity_tags(listed))


def entity_tags(listed: str) -> Iterator[str]:
    """The entity tags of a comma-separated list, as they stand; what is none is passed over."""
    at = 0
    while 0 <= at < len(listed):
        found = _ELEMENT(listed, at)
        if found:
            yield found[1]
            at = found.end()
        else:
            at = listed.find(",", at) + 1 or -1


def _date(environ: Mapping[str, Any], key: str) -> int | None:
    value = environ.get(key)
    return None if value is None else parse_http_date(value)
