"""What is answered when a call raises: what the application says, or else what HTTP says.

An `HTTPError` is an answer, a `Respond` brings one. Anything else is a fault of the application:
the traceback goes to `wsgi.errors`, the client learns that it was not its fault and nothing more.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any, TypeAlias

from potstill.web.copies import own
from potstill.web.error_pages import answer_error
from potstill.web.errors import HTTPError, Respond, SetupError
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
        """Let `catcher` answer exceptions of a type, or HTTPErrors of a status; SetupError."""
        if type(what) is int and 400 <= what <= 599:
            self._by_status[what] = catcher
        elif isinstance(what, type) and issubclass(what, Exception):
            if issubclass(what, Respond):
                raise SetupError("a Respond brings its answer, and is never caught")
            self._by_type[what] = catcher
        else:
            raise SetupError(
                f"catch() takes a status of 400 to 599 or a type of Exception, not {what!r}"
            )

    def answer(self, request: Request, error: Exception) -> Response:
        """The response to an exception; raises a fault instead where a test asked for that."""
        catcher = self._catcher(error)
        if catcher is None:
            return self._answer_by_default(request, error)
        if catcher is self._by_type.get(Exception):
            report(request, error)  # nobody has foreseen it
        try:
            return _called(catcher, request, error)
        except Exception as another:  # of a catcher: it answers by raising, or has a fault
            return self._answer_by_default(request, another)

    def _catcher(self, error: Exception) -> Catcher | None:
        """Of the nearest type. Who catches `Exception` means faults, not answers."""
        if isinstance(error, Respond):
            return None
        kinds = type(error).__mro__
        if isinstance(error, HTTPError):
            for kind in kinds[: kinds.index(HTTPError) + 1]:
                if kind in self._by_type:
                    return self._by_type[kind]
            return self._by_status.get(error.status)
        return next((self._by_type[kind] for kind in kinds if kind in self._by_type), None)

    def _answer_by_default(self, request: Request, error: Exception) -> Response:
        if isinstance(error, Respond):
            return own(error.response)
        if isinstance(error, HTTPError):
            return answer_error(request, error)
        if request.environ.get("x-wsgiorg.throw_errors"):
            raise error
        report(request, error)
        return self._page_for_developers(request, error) or self._answer_fault(request)

    def _page_for_developers(self, request: Request, error: Exception) -> Response | None:
        if not self._is_debugging:
            return None
        from potstill.web.development import answer

        return answer(request, error)

    def _answer_fault(self, request: Request) -> Response:
        """500, and nothing of what happened."""
        fault = HTTPError(500, "Something went wrong here, and was noted.")
        catcher = self._by_status.get(500)
        if catcher is not None:
            try:
                return _called(catcher, request, fault)
            except Exception as another:
                report(request, another)
        return answer_error(request, fault)


def _called(catcher: Catcher, request: Request, error: Exception) -> Response:
    response: object = catcher(request, error)
    if not isinstance(response, Response):
        name = getattr(catcher, "__qualname__", type(catcher).__qualname__)
        raise TypeError(f"{name}, which catches errors, returned {response!r}, not a Response")
    return own(response)


def report(request: Request, error: BaseException) -> None:
    """Write the traceback to `wsgi.errors` (PEP 3333, "Input and Error Streams"); never raises."""
    from traceback import format_exception

    path = request.environ.get("PATH_INFO", "")
    text = f"{request.method} {path!r} failed:\n{''.join(format_exception(error))}"
    with suppress(Exception):  # a full disk is no reason to leave the client without an answer
        stream = request.environ["wsgi.errors"]
        stream.write(text.encode("ascii", "backslashreplace").decode())
        stream.flush()
