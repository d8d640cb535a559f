"""One request after another, answered with what was compiled at start.

The walk of a request: `__call__` makes a `Request`; the layers lie around `_dispatch`, which asks
the router and then the endpoint, whose closures read the arguments, call the handler and make a
`Response`; conditions are answered and policy headers added; and the response is sent by calling
it. What was opened meanwhile is closed with it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from potstill.web.answers import with_reply
from potstill.web.errors import HTTPError
from potstill.web.pipeline import Middleware, Next, chain
from potstill.web.preconditions import conditional, let_go
from potstill.web.request import Request
from potstill.web.response import ClosingBody, Response, closer_of, redirect, run_all
from potstill.web.routing.mounts import ForeignResponse
from potstill.web.routing.router import Route

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIEnvironment

    from potstill.web.failures import Failures
    from potstill.web.routing.compiling import Compiled
    from potstill.web.security.policy import Security


class Serving:
    """A compiled application at work; never changes, and may be called by any number of threads."""

    def __init__(
        self,
        compiled: Compiled,
        layers: Sequence[Middleware],
        failures: Failures,
        security: Security | None,
        max_body: int,
    ) -> None:
        self._router = compiled.router
        self._literals = compiled.router.literals
        self._urls = compiled.urls
        self._failures = failures
        self._max_body = max_body
        self._secure = _add_nothing if security is None else security.finish
        self._handle: Next = self._dispatch
        if layers:
            self._handle = chain(layers, self._dispatch, failures.answer)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        request = Request(environ, self._urls, self._max_body)
        response: Response | None = None
        try:
            try:
                response = self._handle(request)
                if request._reply is not None:
                    response = with_reply(response, request)
                if type(response) is not ForeignResponse:
                    if response.etag is not None or response.last_modified is not None:
                        response = conditional(request, response)
                    self._secure(request, response)
            except Exception as error:
                response = self._fail(request, response, error)
            body = response(environ, start_response)
        except BaseException:
            _abandon(request, response)
            raise
        if request._made is not None and request._made is not response.body:
            request.on_close(closer_of(request._made))  # something else took its place
        closers = request._closers
        if closers is None:
            return body
        return _closing(body, closers, response)

    def _fail(self, request: Request, response: Response | None, error: Exception) -> Response:
        """Answer for what was raised, also for a response that turned out to be none."""
        answer = with_reply(self._failures.answer(request, error), request)
        if response is not None:
            let_go(request, response)
        self._secure(request, answer)
        return answer

    def _dispatch(self, request: Request) -> Response:
        path: str = request.environ.get("PATH_INFO", "")
        if not path or not path.isascii():
            path = request.path  # decoded
        route = self._literals.get(path)
        if route is None:
            found = self._router.find(path)
            if found is None:
                return self._miss(path, request)
            target, request.path_params, claimed = found
            if not isinstance(target, Route):
                return target.respond(request, claimed)
            route = target
        endpoint = route.dispatch.get(request.method)
        if endpoint is None:
            return route.refuse(request)
        request.max_body = endpoint.max_body
        return endpoint.respond(request)

    def _miss(self, path: str, request: Request) -> Response:
        """Nothing is there: a redirect when a slash at the end is all that differs, or 404."""
        other = path[:-1] if path.endswith("/") else path + "/"
        is_there = other in self._literals or (other and self._router.find(other) is not None)
        if not is_there or other.startswith("//"):
            raise HTTPError(404, "There is nothing at this address.")
        return redirect(request.at_path(other), 308)


def _add_nothing(request: Request, response: Response) -> None:
    """The policy of an application without one."""


def _abandon(request: Request, response: Response | None) -> None:
    """Close what was opened for a response that is never sent."""
    closers = [] if response is None else [closer_of(response.body)]
    run_all([*closers, *reversed(request._closers or ())])


def _closing(
    body: Iterable[bytes], closers: list[Callable[[], object]], response: Response
) -> Iterable[bytes]:
    """The body, and behind it what was opened for it; the last opened is closed first.

    A file, or a push that outlives the call, needs nothing of that, and is left what it is to the
    server.
    """
    if response.is_independent:
        run_all(reversed(closers))
        return body
    return ClosingBody(body, reversed(closers))
