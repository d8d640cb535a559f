"""A file as a response: `return file("report.pdf")`.

It is answered with ETag, Last-Modified and parts (RFC 9110, 8.8, 13 and 14), and the kernel copies
it where the server can. A name that came from a client needs `root=`: nothing outside is opened
then.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from io import FileIO
from typing import TYPE_CHECKING, Any, ClassVar

from potstill.web.conditional import not_modified, quoted, status_of, validators
from potstill.web.errors import HTTPError
from potstill.web.files.body import FileBody
from potstill.web.files.media_types import content_type as type_of
from potstill.web.files.opening import open_inside, open_regular, within
from potstill.web.files.ranges import Span, requested_part
from potstill.web.response import Response, text

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIEnvironment

_UNENCODED = frozenset("!#$&+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
"""RFC 8187, 3.2.1: what stands for itself."""


class FileResponse(Response):
    """An open file, closed with the response; `settle` decides what is sent of it.

    `size` is what the file had when it was opened: so much is sent of it, whatever happens to it.
    """

    __slots__ = ("_is_settled", "size")

    is_independent: ClassVar[bool] = True
    status: int
    body: bytes | Iterable[bytes]
    last_modified: float | None

    def __init__(
        self,
        opened: FileIO,
        size: int,
        headers: Iterable[tuple[str, str]],
        *,
        etag: str | None,
        last_modified: float | None,
    ) -> None:
        content = FileBody(opened, [Span(0, size)])
        super().__init__(content, 200, headers, etag=etag, last_modified=last_modified)
        self.size: int = size
        self._is_settled = False

    def settle(self, environ: Mapping[str, Any]) -> None:
        """Become what is sent to this request: 200, 206 or 304. It is done once.

        HTTPError 412 or 416 when it is none of them; the file is closed then. A response that has
        another status, or another body, stays as it is.
        """
        body = self.body
        if self._is_settled or self.status != 200 or not isinstance(body, FileBody):
            return
        self._is_settled = True
        try:
            self._decide(environ, body)
        except BaseException:
            body.close()
            raise

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Send it, a part of it, or that the client has it already."""
        try:
            self.settle(environ)
        except HTTPError as error:
            refusal = text(f"{error}\n", error.status, error.headers)
            return refusal(environ, start_response)
        body = self.body
        if not isinstance(body, FileBody):
            return super().__call__(environ, start_response)
        self.headers["Content-Length"] = str(body.length)
        sent = super().__call__(environ, start_response)
        return body.sendable(environ, self.size) if sent is body else sent

    def _decide(self, environ: Mapping[str, Any], body: FileBody) -> None:
        status = status_of(environ, self.etag, self.last_modified)
        if status == 412:
            raise HTTPError(412)
        if status == 304:
            self._lines = not_modified(self._lines, self.etag, self.last_modified).headers.lines
            self.last_modified = None  # as the ETag says more
            self.status, self.body = 304, b""
            body.close()
            return
        headers = self.headers
        for name, value in validators(self.etag, self.last_modified):
            headers.setdefault(name, value)
        headers.setdefault("Accept-Ranges", "bytes")
        part = requested_part(
            environ,
            self.size,
            self.content_type or type_of(""),
            self.etag,
            self.last_modified,
            several="Content-Encoding" not in headers,
        )
        if part is not None:
            self.status = 206
            body.narrow(part.pieces)
            for name, value in part.lines:
                headers[name] = value


def file(  # noqa: PLR0913 - each is a header of its own
    path: str | os.PathLike[str],
    *,
    content_type: str | None = None,
    download_as: str | None = None,
    etag: str | None = None,
    max_age: int | None = None,
    root: str | os.PathLike[str] | None = None,
) -> FileResponse:
    """A response with the content of a file, which is opened at once; HTTPError 404 if it is none.

    `content_type` is guessed from the name. `download_as`: save it under this name rather than show
    it. `etag` is made from the time of its last change and its size. `max_age`: seconds that it may
    be kept without asking. With `root`, `path` is looked for in that directory, and what lies
    outside of it (by `..`, from `/`, or through a symbolic link) is not found.
    """
    name = os.fspath(path)
    opened = open_regular(name) if root is None else _opened_within(os.fspath(root), name)
    if opened is None:
        raise HTTPError(404)
    try:
        status = os.fstat(opened.fileno())
        lines = [("Content-Type", content_type or type_of(name))]
        if download_as is not None:
            lines.append(("Content-Disposition", attachment(download_as)))
        if max_age is not None:
            lines.append(("Cache-Control", f"max-age={max_age}"))
        tag = etag if etag is not None else stat_etag(status)
        return FileResponse(
            opened, status.st_size, lines, etag=quoted(tag), last_modified=status.st_mtime
        )
    except BaseException:
        opened.close()
        raise


def _opened_within(root: str, name: str) -> FileIO | None:
    found = within(root, name)
    return None if found is None else open_inside(*found)


def stat_etag(status: os.stat_result) -> str:
    """A tag that changes as the file does: its last change, in nanoseconds, and its size."""
    return f'"{status.st_mtime_ns:x}-{status.st_size:x}"'


def attachment(name: str) -> str:
    """A Content-Disposition to save under `name` (RFC 6266): plainly, and in full if that loses."""
    plain = "".join(char if " " <= char <= "~" and char not in '"\\%/' else "_" for char in name)
    value = f'attachment; filename="{plain}"'
    if plain == name:
        return value
    kept = "".join(char if char.isprintable() and char not in "\\/" else "_" for char in name)
    full = "".join(
        chr(byte) if chr(byte) in _UNENCODED else f"%{byte:02X}" for byte in kept.encode()
    )
    return f"{value}; filename*=UTF-8''{full}"
