"""Middleware around a call: `(request, next) -> Response`, the first one outermost.

`next` never raises: what goes wrong below has become a response already, so that a layer that adds
a header or measures a time sees each answer, errors included.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeAlias

from potstill.web.copies import own
from potstill.web.request import Request
from potstill.web.response import Response

Next: TypeAlias = Callable[[Request], Response]
"""What a middleware calls to go on."""
Middleware: TypeAlias = Callable[[Request, Next], Response]
"""Something around handlers: calls `next(request)`, or answers by itself."""

if TYPE_CHECKING:
    Answer: TypeAlias = Callable[[Request, Exception], Response]


def guarded(call: Next, answer: Answer) -> Next:
    """The same call, with whatever it raises made into a response."""

    def go(request: Request) -> Response:
        try:
            response = call(request)
        except Exception as error:
            response = answer(request, error)
        request._latest = response
        return response

    return go


def chain(middleware: Sequence[Middleware], innermost: Next, answer: Answer) -> Next:
    """The call with its layers around it; `innermost` may raise, what is returned does not."""
    call = guarded(innermost, answer)
    for layer in reversed(middleware):
        call = guarded(_layered(layer, call), answer)
    return call


def _layered(layer: Middleware, call: Next) -> Next:
    def go(request: Request) -> Response:
        response: object = layer(request, call)
        if not isinstance(response, Response):
            name = getattr(layer, "__qualname__", type(layer).__qualname__)
            raise TypeError(f"the middleware {name} returned {response!r} instead of a Response")
        # One of its own it may return again, to another client, and others add to it.
        return response if response is request._latest else own(response)

    return go
