"""`handler`: a `http.server.BaseHTTPRequestHandler` subclass, unchanged, as a WSGI application.

The class is not imitated, it is run: it gets a connection that is none, reads the request from it
as bytes and writes its answer to it as bytes, and those are translated, by `raw_request` and
`raw_answer`. So whatever such a class overrides goes on working.

The answer leaves by `write()` of PEP 3333, as the handler writes it. That callable is the only way
to send on while the application's code runs; an iterable would need a thread beside each call to
run the handler in, or all of the answer in memory. One request is one call: keeping the connection,
time limits, TLS, Date and the framing of the answer are the server's.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from potstill.web.handlers.raw_answer import RawAnswer
from potstill.web.handlers.raw_connection import Connection, StandIn
from potstill.web.handlers.raw_request import RequestStream

if TYPE_CHECKING:
    from http.server import BaseHTTPRequestHandler
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment


HandlerClass = TypeVar("HandlerClass", bound="BaseHTTPRequestHandler")


def handler(
    cls: type[HandlerClass] | partial[HandlerClass],
    server: object | None = None,
    *,
    below_mount: bool = False,
) -> WSGIApplication:
    """Make a WSGI application of a request handler class, or of a `functools.partial` of one.

    `server` is what handlers see as `self.server`; without it, something that has the names and the
    address of `http.server.HTTPServer`. `path` is the target as it was sent; with `below_mount`
    only what of it is below the place where the application is mounted (SCRIPT_NAME).

    What a handler raises is raised to the server, which answers 500 or breaks off what was begun;
    RuntimeError for a handler that did not answer, or not in HTTP; ValueError when it sets a header
    with a line end in it. What it logs goes to `wsgi.errors` unless it overrides `log_message`.
    """
    base: Any = cls.func if isinstance(cls, partial) else cls
    served = _served(base)
    make = partial(served, *cls.args, **cls.keywords) if isinstance(cls, partial) else served
    names_itself = _names_itself(base)

    def application(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        answer = RawAnswer(
            environ["REQUEST_METHOD"],
            start_response,
            early_hints=environ.get("wsgi.early_hints"),
            names_itself=names_itself,
        )
        with RequestStream(environ, below_mount=below_mount) as request:
            connection = Connection(request, answer, environ)
            seen = StandIn(environ, base) if server is None else server
            made = make(connection, connection.peer, seen)
        if not answer.is_open and getattr(made, "_headers_buffer", None):
            raise RuntimeError(f"{base.__name__} set headers, but did not call end_headers()")
        excess = answer.finish(base.__name__)
        if excess:
            environ["wsgi.errors"].write(
                f"{base.__name__} wrote {excess} bytes beyond its Content-Length: not sent\n"
            )
        return []

    return application


def _served(base: Any) -> Any:
    """The class, for one request a connection, and with headers that cannot be injected."""
    from http.server import BaseHTTPRequestHandler

    def handle_one_request(self: Any) -> None:
        super(served, self).handle_one_request()
        self.close_connection = True  # what is left in rfile is no second request

    def flush_headers(self: Any) -> None:
        try:
            _check_lines(getattr(self, "_headers_buffer", ()))
            super(served, self).flush_headers()
        except BaseException:
            self._headers_buffer = []  # a handler that catches this may answer with an error
            raise

    def log_message(self: Any, format: str, *args: object) -> None:
        text = (format % args).translate(getattr(self, "_control_char_table", {}))
        when = self.log_date_time_string()
        self.request.errors.write(f"{self.address_string()} - - [{when}] {text}\n")

    def log_error(self: Any, format: str, *args: object) -> None:
        super(served, self).log_error(format, *args)
        # The library ends the connection after this; who ends it here has to know why, or the
        # server would take half of an answer for the whole.
        if format.startswith("Request timed out") and sys.exc_info()[1] in args:
            raise  # the exception that the caller is handling

    names: dict[str, Callable[..., None]] = {
        "handle_one_request": handle_one_request,
        "flush_headers": flush_headers,
        "log_error": log_error,
    }
    if base.log_message is BaseHTTPRequestHandler.log_message:
        names["log_message"] = log_message
    about = {name: getattr(base, name) for name in ("__module__", "__qualname__", "__doc__")}
    served: Any = type(base.__name__, (base,), names | about)
    return served


def _check_lines(lines: Iterable[bytes]) -> None:
    """ValueError unless each is one line: an end inside of it came with a name or value."""
    for line in lines:
        if line != b"\r\n" and any(byte in line[:-2] for byte in b"\r\n\0"):
            raise ValueError(f"a line end or NUL in the header {line[:-2]!r}")


def _names_itself(base: type) -> bool:
    """Does the class say what its Server field shall be, other than the library's?"""
    return any(
        name in vars(one)
        for one in base.__mro__
        if one.__module__ != "http.server"
        for name in ("server_version", "sys_version", "version_string")
    )
