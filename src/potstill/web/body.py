"""The body of a request, read from `wsgi.input` within a limit (PEP 3333, "Input Stream").

A body is never read past its end, so no server is waited for in vain; one that was cut off is not
taken for whole; one that is too large is drained before it is refused, so that the client gets to
read the refusal instead of a reset connection.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from potstill.web.errors import HTTPError

BLOCK = 64 * 1024
"""Bytes read at once."""
DRAINED = 64 << 20
"""What is read and thrown away of a body that is too large; beyond it the client is cut off."""


def length_of(environ: Mapping[str, Any]) -> int | None:
    """The announced length in bytes; None when only its end will tell; HTTPError 400 if malformed.

    No Content-Length means no body, unless the server promises that reading ends where the body
    does (`wsgi.input_terminated`, as for a chunked one).
    """
    announced: str = environ.get("CONTENT_LENGTH") or ""
    if announced:
        if not (announced.isascii() and announced.isdigit()):
            raise HTTPError(400, "Content-Length is not a number.")
        if len(announced) > 18:
            raise HTTPError(413, "The body is longer than anything that is taken.")
        return int(announced)
    return None if environ.get("wsgi.input_terminated") else 0


def blocks(environ: Mapping[str, Any], limit: int) -> Iterator[bytes]:
    """The body in blocks of at most 64 KiB, as they come; blocks while the server waits for more.

    HTTPError 413 when it is, or turns out to be, longer than `limit` bytes; 400 when it was cut
    off.
    """
    length = length_of(environ)
    if length is not None and length > limit:
        drain(environ, length)
        raise too_large(limit)
    read = environ["wsgi.input"].read
    taken = 0
    while length is None or taken < length:
        block: bytes = read(BLOCK if length is None else min(BLOCK, length - taken))
        if not block:
            break
        taken += len(block)
        if taken > limit:
            drain(environ, None)
            raise too_large(limit)
        yield block
    if length is not None and taken < length:
        raise HTTPError(400, f"The body ended after {taken} of {length} bytes.")


def read(environ: Mapping[str, Any], limit: int) -> bytes:
    """The whole body; errors as those of `blocks`."""
    length = length_of(environ)
    if length is not None and length <= BLOCK and length <= limit:
        body: bytes = environ["wsgi.input"].read(length) if length else b""
        if len(body) == length:
            return body
        raise HTTPError(400, f"The body ended after {len(body)} of {length} bytes.")
    return b"".join(blocks(environ, limit))


def drain(environ: Mapping[str, Any], length: int | None) -> None:
    """Read the rest of a body that nobody wants, up to a bound, and forget it."""
    source = environ["wsgi.input"]
    left = DRAINED if length is None else min(length, DRAINED)
    while left > 0:
        block = source.read(min(BLOCK, left))
        if not block:
            return
        left -= len(block)


def too_large(limit: int) -> HTTPError:
    """The refusal of a body longer than `limit` bytes."""
    return HTTPError(413, f"The body is longer than {limit} bytes, which is all that is taken.")
