"""Answers of text, compressed with gzip for clients that take it (RFC 9110, 8.4.1 and 12.5.3).

What must not be stored stays as it is: it has a secret in it, whose letters the length of a
compressed page could give away (BREACH). So does what has a strong ETag, as that stands for these
very bytes; but for files, whose ETag becomes a weak one.
"""

from __future__ import annotations

import gzip
from collections import OrderedDict

from potstill.web import Headers, Next, Request, Response

LEAST = 600
"""Bytes below which compressing wins nothing: it all fits into the first packets."""
LEVEL = 6
KINDS = ("text/", "application/json", "application/manifest+json", "image/svg+xml")
REMEMBERED = 64
"""Files that are kept compressed; they never change under the same tag."""

_files: OrderedDict[str, bytes] = OrderedDict()


def compress(request: Request, next: Next) -> Response:
    """A layer: send what is text in fewer bytes."""
    response = next(request)
    if not _is_worth_it(response):
        return response
    response.headers.append("Vary", "Accept-Encoding")
    if not takes_gzip(request.headers.get("Accept-Encoding") or "") or _is_fixed(request, response):
        return response
    assert isinstance(response.body, bytes)
    if _is_file(response):
        response.body = _compressed_file(response.headers, response.body)
    else:
        response.body = gzip.compress(response.body, LEVEL, mtime=0)
    response.headers["Content-Encoding"] = "gzip"
    return response


def takes_gzip(accepted: str) -> bool:
    """Does the field Accept-Encoding allow it?"""
    for element in accepted.lower().split(","):
        coding, _, weight = element.partition(";")
        if coding.strip() in ("gzip", "*"):
            return weight.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False


def _is_worth_it(response: Response) -> bool:
    return (
        response.status == 200
        and isinstance(response.body, bytes)
        and len(response.body) >= LEAST
        and (response.content_type or "").startswith(KINDS)
        and "Content-Encoding" not in response.headers
        and "no-store" not in (response.headers.get("Cache-Control") or "")
    )


def _is_file(response: Response) -> bool:
    return "Accept-Ranges" in response.headers


def _is_fixed(request: Request, response: Response) -> bool:
    """Has it a strong tag that says these bytes and no others?"""
    tag = response.headers.get("ETag") or request.reply.headers.get("ETag")
    return tag is not None and not tag.startswith("W/") and not _is_file(response)


def _compressed_file(headers: Headers, body: bytes) -> bytes:
    """The same content in other bytes (RFC 9110, 8.8.1), of which no part is to be asked for."""
    tag = headers["ETag"]
    known = _files.get(tag)
    if known is None:
        known = _files[tag] = gzip.compress(body, 9, mtime=0)
        while len(_files) > REMEMBERED:
            _files.popitem(last=False)
    headers["ETag"] = f"W/{tag}"
    headers["Content-Length"] = str(len(known))
    del headers["Accept-Ranges"]
    return known
