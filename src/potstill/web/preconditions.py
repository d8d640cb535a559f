"""304 or 412, by itself, for every response with a validator.

`conditional` has the rules; a handler that changes something asks them by `request.check`.
"""

from __future__ import annotations

from potstill.web.copies import own
from potstill.web.errors import HTTPError
from potstill.web.request import Request
from potstill.web.response import Response, closer_of


def conditional(request: Request, response: Response) -> Response:
    """A response with its validators, or 304 or 412 instead (RFC 9110, 13.2.2)."""
    from potstill.web.conditional import DROPPED_IN_304, status_of, validators

    response.settle(request.environ)  # of a file that a layer, or an error, has brought
    response = own(response)
    for name, value in validators(response.etag, response.last_modified):
        response.headers.setdefault(name, value)
    if response.status != 200 or request.method not in ("GET", "HEAD"):
        return response
    status = status_of(request.environ, response.etag, response.last_modified)
    if status == 0:
        return response
    let_go(request, response)
    if status == 304:
        response.status = 304
        lines = response.headers.lines
        lines[:] = [line for line in lines if line[0].lower() not in DROPPED_IN_304]
        return response
    from potstill.web.error_pages import answer_error

    return answer_error(request, HTTPError(412, "This is not the state that was expected."))


def let_go(request: Request, response: Response) -> None:
    """Send nothing of a body; it is closed with the request, and once."""
    body, response.body = response.body, b""
    if body is not request._made:  # that one is closed anyhow, when something else is sent
        request.on_close(closer_of(body))
