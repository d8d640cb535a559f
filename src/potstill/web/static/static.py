"""The files of a directory: by an `App`, alone, or in front of any WSGI application.

    app.static("/assets", "assets")
    application = Static("public")
    application = Static("public", app=flask_app, prefix="/static")

The directory is indexed when this is made; only what is in the index is sent (RFC 9110, 8, 12 to
14). Files beside a file, with `.zst`, `.br` or `.gz` behind its name, are sent in its place to
clients that understand them; `python -m potstill.web.static.compressed` makes them.
`url("app.css")` is an address that tells the content, so that it is kept for ever. References
inside of files are not rewritten: what a style sheet refers to is fetched by its plain name, and
asked for again after `max_age`.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from potstill.web.errors import HTTPError, SetupError
from potstill.web.response import Response
from potstill.web.static.answers import (
    conditions,
    from_disk,
    from_memory,
    in_flux,
    other_method,
    quoted_path,
    refusal,
    whole,
    with_slash,
)
from potstill.web.static.entries import Choice, Entry
from potstill.web.static.index import Index
from potstill.web.static.options import SUFFIXES, cache_control, further, suffixes_of
from potstill.web.static.tree import StaticTree

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

    from potstill.web.request import Request

_TRIES = 5
"""How often a file is read anew that changes all the time, before it is sent as it is."""


class Static:
    """A directory that may be seen by everybody. Safe to use from any thread.

    `index`: the page of a directory, None for none. `max_age`: seconds that a file may be kept
    without asking, 0 to ask always, None to say nothing. `refresh`: look at the disk at each
    request, and at no coded files, for development. `encodings`: the codings that are looked for.
    `hidden`: also names that begin with a dot. `follow_symlinks`: also links that lead out of the
    directory. `headers`: further field lines of each file.

    With `app`, whatever is not found, or not asked for by GET or HEAD, goes to that application.
    As a WSGI application of its own, or in front of one, it says `nosniff` with all that it sends.
    `SetupError` when there is no such directory; an unreadable file in it is an OSError.
    """

    def __init__(  # noqa: PLR0913 - as many as there are ways to serve a directory
        self,
        directory: str | os.PathLike[str],
        *,
        app: WSGIApplication | None = None,
        prefix: str = "",
        index: str | None = "index.html",
        max_age: int | None = 60,
        refresh: bool = False,
        encodings: Sequence[str] = tuple(SUFFIXES),
        hidden: bool = False,
        follow_symlinks: bool = False,
        headers: Iterable[tuple[str, str]] = (),
    ) -> None:
        self.directory: str = os.path.realpath(directory)
        """Its real path."""
        self.prefix: str = prefix.rstrip("/")
        """The path at which its files are, below the application's root."""
        self._app = app
        self._refresh = refresh
        self._index = Index(
            StaticTree(self.directory, hidden=hidden, follow_symlinks=follow_symlinks),
            suffixes={} if refresh else suffixes_of(encodings),
            index=index,
            cache_control=cache_control(0 if refresh else max_age),
            headers=further(headers),
        )
        if not os.path.isdir(self.directory):  # noqa: PTH112 - a str, and stays one
            raise SetupError(f"there is no directory {self.directory}: make it, or name another")
        if not refresh:
            self._index.scan()
        self._entries = self._index.entries

    def __contains__(self, name: object) -> bool:
        """Is there a file of this name, as `css/app.css`?"""
        return isinstance(name, str) and self._named(name) is not None

    def url(self, name: str) -> str:
        """The address of a file that tells its content: `/assets/app.3f2a9c1b7d0e.css`.

        It is below the application's root: SCRIPT_NAME goes before it. LookupError when there is
        no such file. The first time, a large file is read for it.
        """
        entry = self._named(name)
        if entry is None:
            raise LookupError(f"there is no file {name!r} in {self.directory}")
        return f"{self.prefix}/{quoted_path(self._index.address(entry))}"

    def respond(self, request: Request, path: str) -> Response | None:
        """What is at `path`, the part after the prefix and its slash, decoded; None for nothing.

        HTTPError 405, 412 or 416 to what cannot be done.
        """
        return self.answer(request.environ, path)

    def answer(self, environ: Mapping[str, Any], path: str) -> Response | None:
        """The same as `respond`, of an environ."""
        entry = self._index.refresh(path) if self._refresh else self._entries.get(path)
        if entry is None or not path:
            entry, redirect = self._found(environ, path)
            if redirect is not None or entry is None:
                return redirect
        method = environ["REQUEST_METHOD"]
        if method not in ("GET", "HEAD"):
            return other_method(method)
        choice = entry.chosen(environ)
        if choice.data is None:
            return self._large(environ, path, entry, choice)
        return from_memory(environ, choice, choice.data)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Serve as a WSGI application of its own (PEP 3333)."""
        app = self._app
        try:
            if app is not None and environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
                return app(environ, start_response)
            path = self._path(environ)
            response = None if path is None else self.answer(environ, path)
        except HTTPError as error:
            response = refusal(error)
        if response is None:
            if app is not None:
                return app(environ, start_response)
            response = refusal(HTTPError(404))
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        return response(environ, start_response)

    def _path(self, environ: WSGIEnvironment) -> str | None:
        """What follows the prefix; None for what is elsewhere, or not UTF-8."""
        path: str = environ.get("PATH_INFO", "")
        if not path.isascii():
            try:
                path = path.encode("latin-1").decode()
            except UnicodeError:
                return None
        prefix = self.prefix
        if not path.startswith(prefix) or path[len(prefix) : len(prefix) + 1] not in ("", "/"):
            return None
        return path[len(prefix) + 1 :]

    def _found(self, environ: Mapping[str, Any], path: str) -> tuple[Entry | None, Response | None]:
        """What the quick look did not tell: a hashed address, or a directory without its slash."""
        if path in self._index.directories:
            address = environ.get("SCRIPT_NAME", "") + environ.get("PATH_INFO", "")
            if address and not address.endswith("/"):
                method = environ["REQUEST_METHOD"]
                if method not in ("GET", "HEAD"):
                    return None, other_method(method)
                return None, with_slash(address, environ.get("QUERY_STRING"))
        return self._index.find(path), None

    def _named(self, name: str) -> Entry | None:
        entry = self._index.renew(name) if self._refresh else self._entries.get(name)
        return entry if entry is not None and entry.name == name else None

    def _large(
        self, environ: Mapping[str, Any], path: str, entry: Entry, choice: Choice
    ) -> Response | None:
        """A file from the disk, if it is still what the index says; otherwise it is read anew."""
        is_head = environ["REQUEST_METHOD"] == "HEAD"
        if (is_head or "HTTP_IF_NONE_MATCH" in environ) and choice.source.is_current():
            unsent = conditions(environ, choice)
            if unsent is not None or is_head:
                return unsent or whole(choice, b"")
        opened = choice.source.open()
        for _ in range(_TRIES):
            if opened is not None:
                return from_disk(environ, choice, opened)
            if self._index.renew(entry.name, even_if_known=True) is None:
                return None
            renewed = self._index.find(path)
            if renewed is None:  # of a hashed address: it has another by now
                return None
            entry, choice = renewed, renewed.chosen(environ)
            if choice.data is not None:  # it became a small one
                return self.answer(environ, path)
            opened = choice.source.open()
        opened = opened or choice.source.open(even_if_changed=True)
        return None if opened is None else in_flux(environ, choice, opened)
