"""The applications of the other tests, each behind the standard library's `wsgiref.validate`.

The validator stands between Potstill and the application and raises AssertionError for a breach by
either of them. In two points it is stricter than the standards; what stands between it and the
application appeases it there, and nowhere else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from types import TracebackType
from typing import TypeAlias
from wsgiref.types import InputStream, StartResponse, WSGIApplication, WSGIEnvironment
from wsgiref.validate import validator

from httpbin import app as httpbin

from examples import bottle_app as bottle
from examples import django_app as django
from examples import flask_app as flask

Headers: TypeAlias = list[tuple[str, str]]
ExcInfo: TypeAlias = (
    tuple[type[BaseException], BaseException, TracebackType] | tuple[None, None, None]
)


class Readable:
    """An input stream with the one legal call that the validator refuses: `read()`, to the end."""

    def __init__(self, stream: InputStream) -> None:
        self._stream = stream
        self.readline = stream.readline
        self.readlines = stream.readlines

    def read(self, size: int = -1) -> bytes:
        return self._stream.read(size)

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._stream)


def validated(application: WSGIApplication) -> WSGIApplication:
    """The server, then the validator, then what appeases the validator, then the application."""

    def appeased(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        def start(
            status: str, headers: Headers, exc_info: ExcInfo | None = None, /
        ) -> Callable[[bytes], object]:
            return start_response(status, appeasing(status, headers), exc_info)

        environ["wsgi.input"] = Readable(environ["wsgi.input"])
        return application(environ, start)

    checked: WSGIApplication = validator(appeased)
    return checked


def appeasing(status: str, headers: Headers) -> Headers:
    """What the validator says of Content-Type is in no standard: always there, but not in a 204.

    RFC 9110, 8.3, asks for it where there is content, and then only as a SHOULD.
    """
    if status.startswith(("204", "304")):
        return [(name, value) for name, value in headers if name.lower() != "content-type"]
    if not any(name.lower() == "content-type" for name, _ in headers):
        return [*headers, ("Content-Type", "application/octet-stream")]
    return headers


flask_app = validated(flask.app)
django_app = validated(django.app)
bottle_app = validated(bottle.app)
httpbin_app = validated(httpbin)
