"""What is answered when a call raises: what the application says, or else what HTTP says.

An `HTTPError` is an answer, a `Respond` brings one. Anything else is a fault of the application:
the traceback goes to `wsgi.errors`, the client learns that it was not its fault and nothing more.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from potstill.web.errors import HTTPError, Respond
from potstill.web.request import Request
from potstill.web.response import Response

Catcher: TypeAlias = Callable[[Request, Any], Response]
"""Makes the answer for an exception it was registered for."""


class Failures:
    """Sorts exceptions, and finds who answers them."""

    def __init__(self, *, is_debugging: bool) -> None:
        self._is_debugging = is_debugging
        self._by_type: dict[type[Exception], Catcher] = {}
        self._by_status: dict[int, Catcher] = {}

    def catch(self, what: type[Exception] | int, catcher: Catcher) -> None:
        """Let `catcher` answer exceptions of a type, or HTTPErrors of a status."""
        if isinstance(what, int):
            self._by_status[what] = catcher
        elif issubclass(what, Exception):
            self._by_type[what] = catcher

    def answer(self, request: Request, error: Exception) -> Response:
        """The response to an exception; raises it instead where a test asked for that."""
        try:
            return self._answer(request, error)
        except (HTTPError, Respond) as another:  # of a catcher: it answers by raising
            return self._answer_by_default(request, another)
        except Exception as another:  # a fault of a catcher
            if another is error:
                raise  # a test asked for it
            return self._answer_by_default(request, another)

    def _answer(self, request: Request, error: Exception) -> Response:
        for kind in type(error).__mro__ if self._by_type else ():
            if kind in self._by_type:
                return self._by_type[kind](request, error)
        if isinstance(error, HTTPError) and error.status in self._by_status:
            return self._by_status[error.status](request, error)
        return self._answer_by_default(request, error)

    def _answer_by_default(self, request: Request, error: Exception) -> Response:
        if isinstance(error, Respond):
            return error.response
        from potstill.web.error_pages import answer_error

        if isinstance(error, HTTPError):
            return answer_error(request, error)
        if request.environ.get("x-wsgiorg.throw_errors"):
            raise error
        report(request, error)
        if self._is_debugging:
            from potstill.web.development import answer

            page = answer(request, error)
            if page is not None:
                return page
        plain = HTTPError(500, "Something went wrong here, and was noted.")
        catcher = self._by_status.get(500)
        return answer_error(request, plain) if catcher is None else catcher(request, plain)


def report(request: Request, error: BaseException) -> None:
    """Write the traceback to `wsgi.errors` (PEP 3333, "Input and Error Streams")."""
    from traceback import format_exception

    stream = request.environ["wsgi.errors"]
    path = request.environ.get("PATH_INFO", "")
    stream.write(f"{request.method} {path!r} failed:\n{''.join(format_exception(error))}")
    stream.flush()
