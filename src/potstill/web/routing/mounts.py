"""WSGI applications below a path of ours: Flask's, Django's, another `App`.

The application gets an environ of its own, in which the prefix has moved from PATH_INFO to
SCRIPT_NAME. What it answers becomes a `Response`, so that our middleware sees it, and is otherwise
left alone: its body is passed on as the object it is, whatever the server can do with it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain
from typing import TYPE_CHECKING, Any, TypeAlias

from potstill.web.body import BLOCK
from potstill.web.errors import HTTPError
from potstill.web.pipeline import Middleware
from potstill.web.pipeline import chain as chain_layers
from potstill.web.request import Request
from potstill.web.response import ClosingBody, Response, closer_of, dropped, run_all

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from tempfile import SpooledTemporaryFile
    from types import TracebackType
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

    from potstill.web.pipeline import Answer
    from potstill.web.routing.router import Subtree
    from potstill.web.static.static import Static

    ExcInfo = tuple[type[BaseException], BaseException, TracebackType] | tuple[None, None, None]

Lifespan: TypeAlias = "Callable[[], AbstractContextManager[object]]"
"""What makes the context of an application's life (`wsgi_lifespan`)."""

MEMORY = 1 << 20
"""Bytes of what an application writes in its call that are kept in memory."""


class Mounted:
    """An application at a prefix."""

    def __init__(self, application: WSGIApplication) -> None:
        self.application: WSGIApplication = application
        self.lifespan: Lifespan | None = getattr(application, "wsgi_lifespan", None)
        """What it wants done before its first request and after its last."""

    def respond(self, request: Request, claimed: int) -> Response:
        """Its answer; `claimed` segments of the path, the empty one in front included, are ours."""
        response = call(self.application, shifted(request.environ, claimed))
        request._made = response.body
        return response


class MountedFiles:
    """Static files at a prefix."""

    def __init__(self, static: Static, prefix: str) -> None:
        self._static = static
        self._start = len(prefix.rstrip("/")) + 1

    def respond(self, request: Request, claimed: int) -> Response:
        """The file; HTTPError 404 when there is none."""
        response = self._static.respond(request, request.path[self._start :])
        if response is None:
            raise HTTPError(404, "There is nothing at this address.")
        return response


class Layered:
    """What is mounted in a group, within the layers of the group."""

    def __init__(
        self, target: Subtree, prefix: str, layers: Sequence[Middleware], answer: Answer
    ) -> None:
        self._target = target
        self._claimed = len(prefix.split("/"))
        self._respond = chain_layers(layers, self._innermost, answer)

    def respond(self, request: Request, claimed: int) -> Response:
        """Its answer, as the layers leave it."""
        return self._respond(request)

    def _innermost(self, request: Request) -> Response:
        return self._target.respond(request, self._claimed)


def shifted(environ: WSGIEnvironment, claimed: int) -> WSGIEnvironment:
    """A copy in which segments have moved to SCRIPT_NAME (PEP 3333, "environ Variables")."""
    segments = environ.get("PATH_INFO", "").split("/")
    inner = dict(environ)
    inner["SCRIPT_NAME"] = environ.get("SCRIPT_NAME", "") + "/".join(segments[:claimed])
    inner["PATH_INFO"] = "".join(f"/{segment}" for segment in segments[claimed:])
    return inner


class ForeignResponse(Response):
    """What another application answered."""

    __slots__ = ("status_line",)

    status_line: str

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Send it as it came, unless our middleware gave it another status."""
        if self.status != int(self.status_line[:3]):
            return super().__call__(environ, start_response)
        start_response(self.status_line, self.headers.lines)
        body = dropped(self.body) if environ["REQUEST_METHOD"] == "HEAD" else self.body
        return [body] if isinstance(body, bytes) else body


def call(application: WSGIApplication, environ: WSGIEnvironment) -> ForeignResponse:
    """Call an application up to its first block, when its head is known (PEP 3333)."""
    start = _Start()
    body = application(environ, start)
    if start.status is not None and not start.written:
        return start.response(body)
    closers = [start.written.close, closer_of(body)]
    try:
        blocks = iter(body)
        while start.status is None:
            start.written.add(next(blocks))
    except BaseException as error:
        run_all(closers)
        if isinstance(error, StopIteration):
            name = getattr(application, "__qualname__", type(application).__qualname__)
            raise TypeError(f"{name} answered without calling start_response") from None
        raise
    return start.response(ClosingBody(chain(start.written, blocks), closers))


class _Written:
    """What an application passed to `write` in its call: sent behind its head, when that is over.

    The first MiB is kept in memory, more of it on the disk.
    """

    def __init__(self) -> None:
        self._file: SpooledTemporaryFile[bytes] | None = None

    def __bool__(self) -> bool:
        return self._file is not None

    def add(self, block: bytes) -> None:
        """Keep a block."""
        if self._file is None:
            from tempfile import SpooledTemporaryFile

            self._file = SpooledTemporaryFile(MEMORY)  # noqa: SIM115 - closed by `close`
        self._file.write(block)

    def __iter__(self) -> Iterator[bytes]:
        if self._file is not None:
            self._file.seek(0)
            while block := self._file.read(BLOCK):
                yield block

    def close(self) -> None:
        """Give back the memory or the file."""
        if self._file is not None:
            self._file.close()


class _Start:
    """The `start_response` of one call."""

    def __init__(self) -> None:
        self.status: str | None = None
        self.headers: list[tuple[str, str]] = []
        self.written = _Written()

    def __call__(
        self, status: str, headers: list[tuple[str, str]], exc_info: ExcInfo | None = None, /
    ) -> Callable[[bytes], Any]:
        if exc_info is not None and exc_info[1] is not None and self._is_sent:
            raise exc_info[1].with_traceback(exc_info[2])
        if exc_info is None and self.status is not None:
            raise TypeError("start_response was called twice without exc_info")
        self.status, self.headers = status, headers
        return self.written.add

    _is_sent = False

    def response(self, body: Iterable[bytes]) -> ForeignResponse:
        """What was answered, from here on ours to send."""
        self._is_sent = True
        assert self.status is not None
        response = ForeignResponse(body, int(self.status[:3]))
        response.headers.lines[:] = self.headers
        response.status_line = self.status
        return response
