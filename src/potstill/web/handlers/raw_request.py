"""A request as bytes again: what a class that reads HTTP from a socket wants (RFC 9112, 2.1).

It is put together from `environ`, so it is a clean one: no framing but Content-Length, nothing in a
line that would end it.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import IO, TYPE_CHECKING, Any
from urllib.parse import quote, unquote_to_bytes

from potstill.web.body import BLOCK, length_of
from potstill.web.headers import field_line

if TYPE_CHECKING:
    from wsgiref.types import WSGIEnvironment

    from _typeshed import WriteableBuffer

SPOOLED = 1 << 20
"""Bytes of a body of unknown length that are kept in memory; more goes to a temporary file."""
RAW_TARGETS = ("potstill.raw_target", "RAW_URI", "REQUEST_URI")
_TARGET = re.compile("[\x21-\x7e]+").fullmatch
_ABSOLUTE = re.compile("[A-Za-z][A-Za-z0-9+.-]*://[^/?]*").match
_VERSION = re.compile(r"HTTP/[01]\.[0-9]").fullmatch
_SAFE = "/;=,:@!$&'()*+~"
_ITS_OWN = frozenset({"HTTP_CONTENT_LENGTH", "HTTP_CONTENT_TYPE", "HTTP_TRANSFER_ENCODING"})


class RequestStream(io.RawIOBase):
    """Head and body of one request, for reading; ends where the body does.

    The body is read from `wsgi.input` when it is asked for, but one of unknown length before: who
    reads from sockets has to be told how much there is.
    """

    def __init__(self, environ: WSGIEnvironment, *, below_mount: bool = False) -> None:
        length = length_of(environ)
        self._body: Any = environ["wsgi.input"]
        self._spool: IO[bytes] | None = None
        if length is None:
            length, self._spool = _spooled(self._body)
            self._body = self._spool
        self._left = length
        self._head = memoryview(_head(environ, length, below_mount=below_mount))

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        """The next bytes; never some of the head and some of the body at once."""
        room = memoryview(buffer).cast("B")
        if self._head:
            data, self._head = self._head[: len(room)], self._head[len(room) :]
        elif self._left:
            data = memoryview(self._body.read(min(len(room), self._left)))
            self._left -= len(data)
        else:
            return 0
        room[: len(data)] = data
        return len(data)

    def close(self) -> None:
        """Let a temporary file go; `wsgi.input` is not closed."""
        if self._spool is not None:
            self._spool.close()
        super().close()


def _head(environ: WSGIEnvironment, length: int, *, below_mount: bool) -> bytes:
    version = environ.get("SERVER_PROTOCOL", "")
    if not _VERSION(version):
        version = "HTTP/1.1"  # what later versions are to an application, too
    lines = [f"{environ['REQUEST_METHOD']} {target(environ, below_mount=below_mount)} {version}"]
    lines += [f"{name}: {value}" for name, value in _fields(environ)]
    if length or environ.get("CONTENT_LENGTH") or "HTTP_TRANSFER_ENCODING" in environ:
        lines.append(f"Content-Length: {length}")
    return "\r\n".join([*lines, "", ""]).encode("latin-1")


def target(environ: WSGIEnvironment, *, below_mount: bool = False) -> str:
    """The request target: as sent where the server tells and nobody has changed the path since.

    Else put together from SCRIPT_NAME, PATH_INFO and QUERY_STRING (PEP 3333, "URL
    Reconstruction"). A raw target that middleware no longer means must not get round it.
    """
    path = environ.get("PATH_INFO", "")
    query = environ.get("QUERY_STRING", "")
    if not below_mount:
        path = environ.get("SCRIPT_NAME", "") + path
        for key in RAW_TARGETS:
            raw = environ.get(key)
            if isinstance(raw, str) and _TARGET(raw) and _means(raw, path, query):
                return raw
    encoded = quote(path or "/", safe=_SAFE, encoding="latin-1")
    if not query:
        return encoded
    return f"{encoded}?{quote(query, safe=_SAFE + '?%[]', encoding='latin-1')}"


def _means(raw: str, path: str, query: str) -> bool:
    origin = _ABSOLUTE(raw)
    raw_path, _, raw_query = raw[origin.end() if origin else 0 :].partition("?")
    return raw_query == query and unquote_to_bytes(raw_path or "/").decode("latin-1") == path


def _fields(environ: WSGIEnvironment) -> Iterator[tuple[str, str]]:
    for key, value in environ.items():
        if key.startswith("HTTP_") and key not in _ITS_OWN:
            yield field_line(key[5:].replace("_", "-").title(), value)
    if environ.get("CONTENT_TYPE"):
        yield field_line("Content-Type", environ["CONTENT_TYPE"])


def _spooled(source: Any) -> tuple[int, IO[bytes] | None]:
    """Read all there is, and say how much; no file when there is nothing."""
    block = source.read(BLOCK)
    if not block:
        return 0, None
    from tempfile import SpooledTemporaryFile

    spool = SpooledTemporaryFile(SPOOLED)  # noqa: SIM115 - closed by whoever gets it
    length = 0
    while block:
        length += spool.write(block)
        block = source.read(BLOCK)
    spool.seek(0)
    return length, spool
