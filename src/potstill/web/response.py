"""A response: status, header fields, and a body of bytes, all of it or block by block.

A `Response` is a value until it is sent: middleware may change it. It is sent by calling it as
PEP 3333 calls an application.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, TypeAlias

from potstill.web.headers import Headers, Lines
from potstill.web.status import LINES, WITHOUT_CONTENT, line

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIEnvironment

Body: TypeAlias = "bytes | str | Iterable[bytes]"
"""All of it as bytes or text (sent as UTF-8), or an iterable of blocks; its `close()` is called."""


class Response:
    """What is answered (RFC 9110, 6).

    A body of bytes or text has its length announced. An iterable is sent block by block, and closed
    on the thread that called the application, also when the client leaves.
    """

    __slots__ = ("_is_plain", "_lines", "body", "etag", "last_modified", "status")

    is_independent: ClassVar[bool] = False
    """Does its body need nothing that the call opened? Then that is closed before it is sent, and
    the server gets the body unwrapped: so with files and events.
    """

    def __init__(  # noqa: PLR0913 - what a response is made of
        self,
        body: Body = b"",
        status: int = 200,
        headers: Lines = (),
        *,
        content_type: str | None = None,
        etag: str | None = None,
        last_modified: float | None = None,
    ) -> None:
        if type(status) is not int or not 200 <= status <= 599:
            raise ValueError(f"a response has a status of 200 to 599, not {status!r}")
        self.status: int = status
        self._is_plain = False
        self._lines = Headers(headers).lines
        if content_type is not None:
            self.headers["Content-Type"] = content_type
        if isinstance(body, str):
            body = body.encode()
            kind = self.headers.setdefault("Content-Type", "text/plain; charset=utf-8")
            if not _is_utf8(kind):
                raise ValueError(f"text is sent as UTF-8, and not as {kind!r}; encode it")
        elif isinstance(body, bytearray | memoryview):
            body = bytes(body)
        elif not isinstance(body, bytes) and not hasattr(body, "__iter__"):
            raise TypeError(f"a body is bytes, text, or an iterable of bytes, not {body!r}")
        self.body: bytes | Iterable[bytes] = body
        self.etag: str | None = etag
        """An entity tag as in `"v1"` or `W/"v1"`; bare text is quoted. Makes 304 and 412
        answers.
        """
        self.last_modified: float | None = last_modified
        """Seconds since the epoch, of the content. Makes 304 and 412 answers."""

    @property
    def headers(self) -> Headers:
        """Its header fields; changing them changes the response."""
        self._is_plain = False
        return Headers.over(self._lines)

    @property
    def content_type(self) -> str | None:
        """The Content-Type, if there is one."""
        return self.headers.get("Content-Type")

    def set_cookie(  # noqa: PLR0913 - a cookie has that many attributes (RFC 6265bis, 5.6)
        self,
        name: str,
        value: str,
        *,
        max_age: int | None = None,
        path: str = "/",
        domain: str | None = None,
        secure: bool = True,
        http_only: bool = True,
        same_site: str = "Lax",
        partitioned: bool = False,
    ) -> None:
        """Have the client keep a cookie; ValueError for what no browser would take.

        `max_age` in seconds; without it the cookie ends with the browser's session.
        """
        from potstill.web.cookies import set_cookie

        self.headers.lines.append(
            set_cookie(
                name,
                value,
                max_age=max_age,
                path=path,
                domain=domain,
                secure=secure,
                http_only=http_only,
                same_site=same_site,
                partitioned=partitioned,
            )
        )

    def delete_cookie(
        self,
        name: str,
        *,
        path: str = "/",
        domain: str | None = None,
        secure: bool = True,
        partitioned: bool = False,
    ) -> None:
        """Have the client forget a cookie; with the attributes that it was set with."""
        self.set_cookie(
            name, "", max_age=0, path=path, domain=domain, secure=secure, partitioned=partitioned
        )

    def settle(self, environ: Mapping[str, Any]) -> None:
        """Become what is sent of it to this request; HTTPError when that is nothing.

        Called before layers see it, for types that know only then, such as files.
        """

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Send it (PEP 3333): its head at once, its body as the server iterates."""
        body = self.body
        if self._is_plain and self.status == 200 and type(body) is bytes:
            start_response("200 OK", [*self._lines, ("Content-Length", str(len(body)))])
            return [b"" if environ["REQUEST_METHOD"] == "HEAD" else body]
        return self._send(environ, start_response)

    def _send(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        status, lines, body = self.status, self._lines, self.body
        is_head = environ["REQUEST_METHOD"] == "HEAD"
        if status in WITHOUT_CONTENT or status < 200:
            lines = _without_length(lines)
            body = dropped(body)
        elif isinstance(body, bytes) and not (is_head and not body):  # that may tell of another
            lines = [*_without_length(lines), ("Content-Length", str(len(body)))]
        start_response(LINES.get(status) or line(status), lines)
        if is_head:
            body = dropped(body)
        return [body] if isinstance(body, bytes) else body

    def __repr__(self) -> str:
        return f"<Response {line(self.status)}, {self.content_type}>"


def _is_utf8(content_type: str) -> bool:
    _, _, charset = content_type.lower().partition("charset=")
    return charset.partition(";")[0].strip("\"' ") in ("", "utf-8", "utf8")


def _without_length(lines: list[tuple[str, str]]) -> list[tuple[str, str]]:
    return [pair for pair in lines if pair[0].lower() != "content-length"]


def plain(body: bytes, content_type: str, status: int = 200) -> Response:
    """A response of known parts, made without checking them: for the quick path.

    `_is_plain`, as long as nobody asks for its header fields: then no Content-Length is among them,
    and its status is one that has content.
    """
    response = Response.__new__(Response)
    response.status = status
    response._is_plain = True
    response._lines = [("Content-Type", content_type)]
    response.body = body
    response.etag = response.last_modified = None
    return response


def html(body: str, status: int = 200, headers: Lines = ()) -> Response:
    """A page; what a user wrote has to be escaped in it (templates do)."""
    return Response(body, status, headers, content_type="text/html; charset=utf-8")


def text(body: str, status: int = 200, headers: Lines = ()) -> Response:
    """Plain text."""
    return Response(body, status, headers, content_type="text/plain; charset=utf-8")


def json(value: Any, status: int = 200, headers: Lines = ()) -> Response:
    """Whatever msgspec can encode, as JSON (RFC 8259)."""
    from potstill.web.answers import encode

    return Response(encode(value), status, headers, content_type="application/json")


def redirect(location: str, status: int = 303) -> Response:
    """Send the client elsewhere: 303 to be fetched by GET, 307 or 308 by the same method.

    ValueError for a status that is no redirect. Never give it an address that came from the client
    without looking at it.
    """
    if status not in (301, 302, 303, 307, 308):
        raise ValueError(
            f"{status} is no redirect: 303 after a form, 307 or 308 to keep the method"
        )
    if not location.isascii():
        from urllib.parse import quote

        location = quote(location, safe="%/:?#[]@!$&'()*+,;=~")  # as browsers write it
    # The type is for who validates to the letter of PEP 3333, where each answer but 204 has one.
    return Response(b"", status, [("Location", location)], content_type="text/plain; charset=utf-8")


def stream(
    blocks: Iterable[bytes],
    content_type: str = "application/octet-stream",
    status: int = 200,
    headers: Lines = (),
) -> Response:
    """A body block by block; a generator's `finally` runs when it ends or the client leaves."""
    given: object = blocks
    if isinstance(given, str | bytes):
        raise TypeError("stream() takes blocks; one text or bytes object is a Response by itself")
    return Response(blocks, status, headers, content_type=content_type)


def closer_of(body: object) -> Callable[[], object]:
    """What closes a body; of one that needs no closing, what does nothing."""
    close: Callable[[], object] | None = getattr(body, "close", None)
    return _nothing if close is None else close


def _nothing() -> None:
    """There is nothing to close."""


def dropped(body: bytes | Iterable[bytes]) -> bytes | Iterable[bytes]:
    """Nothing, in the place of a body that must not be sent, which is closed when that is."""
    close: Callable[[], object] | None = getattr(body, "close", None)
    return b"" if close is None else ClosingBody((), (close,))


class ClosingBody:
    """A body with more to close than itself: in order, each even when another one fails.

    The first error is raised, after the last was closed.
    """

    __slots__ = ("_blocks", "_callbacks", "_source")

    def __init__(self, source: Iterable[bytes], callbacks: Iterable[Callable[[], object]]) -> None:
        self._source = source
        self._blocks: Iterator[bytes] | None = None
        self._callbacks = list(callbacks)

    def __iter__(self) -> Iterator[bytes]:
        self._blocks = iter(self._source)
        return self._blocks

    def close(self) -> None:
        """Close the body itself, then whatever was opened for it."""
        close = getattr(self._source, "close", None)
        callbacks, self._callbacks = self._callbacks, []
        run_all([close, *callbacks] if close is not None else callbacks)


def run_all(callbacks: Iterable[Callable[[], object]]) -> None:
    """Call each, also after one has failed; then raise the first failure."""
    failure: BaseException | None = None
    for callback in callbacks:
        try:
            callback()
        except BaseException as error:
            failure = failure or error
    if failure is not None:
        raise failure
