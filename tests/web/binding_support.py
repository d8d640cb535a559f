"""Requests made by hand, for the tests of what is read from them."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from typing import Any
from wsgiref.util import setup_testing_defaults

import pytest

from potstill.web.binding.call import compile_call
from potstill.web.binding.providers import AppScope, Provide
from potstill.web.binding.signature import read_signature
from potstill.web.converters import standard_converters
from potstill.web.errors import HTTPError
from potstill.web.request import Request

CONVERTERS = standard_converters()


def made(
    query: str = "",
    *,
    body: bytes = b"",
    content_type: str = "",
    method: str = "GET",
    headers: Mapping[str, str] | None = None,
    path: Mapping[str, Any] | None = None,
) -> Request:
    """A request of these parts."""
    environ: dict[str, Any] = {"QUERY_STRING": query}
    setup_testing_defaults(environ)
    environ["REQUEST_METHOD"] = method
    environ["wsgi.input"] = io.BytesIO(body)
    if body:
        environ["CONTENT_LENGTH"] = str(len(body))
    if content_type:
        environ["CONTENT_TYPE"] = content_type
    for name, value in (headers or {}).items():
        environ["HTTP_" + name.upper().replace("-", "_")] = value
    request = Request(environ)
    request.path_params = path or {}
    return request


def posted(body: bytes | str, content_type: str = "application/json") -> Request:
    """A POST with a body."""
    data = body.encode() if isinstance(body, str) else body
    return made(body=data, content_type=content_type, method="POST")


def bound(
    function: Callable[..., Any],
    path: str = "",
    provided: Mapping[Any, Provide] | None = None,
    scope: AppScope | None = None,
    **names: Any,
) -> Callable[[Request], Any]:
    """The call of a handler; `path` is `id:int name` for a pattern with these two variables.

    `names` are local ones of annotations.
    """
    variables = dict(each.partition(":")[::2] for each in path.split())
    converters = {name: CONVERTERS[kind or "str"] for name, kind in variables.items()}
    signature = read_signature(function, converters, provided or {}, names)
    return compile_call(function, signature, scope)


def refused(call: Callable[[Request], Any], request: Request, status: int = 422) -> HTTPError:
    """The error that a call answers with."""
    with pytest.raises(HTTPError) as caught:
        call(request)
    assert caught.value.status == status
    return caught.value


def problems(call: Callable[[Request], Any], request: Request) -> list[tuple[str, str, str]]:
    """What a 422 names: place, field and detail."""
    errors = refused(call, request).errors
    return [(each["in"], each["field"], each["detail"]) for each in errors]


def closed(request: Request) -> None:
    """Run what waits for the end of the response."""
    for callback in reversed(request._closers or []):
        callback()
