"""From what a handler returns to a response: None, text, bytes, a `Response`, or anything JSON has.

-> None              204                    -> str      text/plain
-> Response          as it is               -> bytes    application/octet-stream
-> Created[Todo]     201, JSON              -> Todo, list[Todo], dict, ...      200, JSON
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, TypeAlias, TypeVar, get_args, get_origin

import msgspec

from potstill.web.copies import own
from potstill.web.narrowing import Narrow, narrowing
from potstill.web.request import Request
from potstill.web.response import Response, plain

Value = TypeVar("Value")

encode: Callable[[Any], bytes] = msgspec.json.Encoder().encode
"""What msgspec can encode, as JSON in UTF-8."""


@dataclass(frozen=True, slots=True)
class Status:
    """Says in an annotation which status a returned value has: `Annotated[Job, Status(202)]`."""

    code: int


Created: TypeAlias = Annotated[Value, Status(201)]
"""The annotation of a handler that always makes something: `-> Created[Todo]` answers 201."""
Accepted: TypeAlias = Annotated[Value, Status(202)]
"""The annotation of a handler that only takes something on: `-> Accepted[Job]` answers 202."""


def created(request: Request, value: Value, location: str) -> Value:
    """Return this from a handler that has made something: 201 with its Location (RFC 9110, 15.3.2).

    `location` is where the new resource is, as `request.url_for(OneTodo, id=todo.id)` says.
    """
    request.reply.status = 201
    request.reply.headers["Location"] = location
    return value


def status_of(returns: Any) -> int | None:
    """The status that a return annotation names; None when it names none."""
    if get_origin(returns) is Annotated:
        for note in get_args(returns)[1:]:
            if isinstance(note, Status):
                return note.code
    return None


def responder(name: str, returns: Any) -> Callable[[Request, Any], Response]:
    """What makes a response of the values that the handler `name` returns."""
    as_json = _json_of(narrowing(returns))
    makers = _MAKERS | {dict: as_json, list: as_json}
    status = status_of(returns)
    if get_origin(returns) is Annotated:
        returns = get_args(returns)[0]
    if returns is not tuple and get_origin(returns) is not tuple:
        makers[tuple] = _refuse_tuple

    def respond(request: Request, value: Any) -> Response:
        maker = makers.get(type(value))
        if maker is None:
            maker = makers[type(value)] = _maker(value, as_json)
        try:
            response = maker(value)
        except (TypeError, ValueError) as error:  # msgspec's: nothing of the user's runs in it
            raise TypeError(f"{name} returned what cannot be sent: {error}") from error
        if status is not None and not isinstance(value, Response):
            response.status = status
        if request._reply is not None:
            if request._reply.status is not None:
                response.status = request._reply.status
            response = with_reply(response, request)
        if type(response.body) is not bytes:
            request._made = response.body
            response.settle(request.environ)
        return response

    return respond


def with_reply(response: Response, request: Request) -> Response:
    """The response with the header fields of `request.reply`, which are sent once.

    With whatever is answered: what is said there before an error is raised is not lost with it.
    """
    reply, request._reply = request._reply, None
    if reply is not None:
        for line in reply.headers:
            response.headers.add(*line)
    return response


def _nothing(_: None) -> Response:
    return Response(b"", 204)


def _text(value: str) -> Response:
    return plain(value.encode(), "text/plain; charset=utf-8")


def _binary(value: bytes) -> Response:
    return plain(value, "application/octet-stream")


def _bytes_of(value: bytearray | memoryview) -> Response:
    return plain(bytes(value), "application/octet-stream")


def _json(value: Any) -> Response:
    return plain(encode(value), "application/json")


def _json_of(narrow: Narrow | None) -> Callable[[Any], Response]:
    """What sends a value without the fields that its annotation does not name."""
    if narrow is None:
        return _json
    return lambda value: plain(encode(narrow(value)), "application/json")


def _refuse_tuple(value: tuple[Any, ...]) -> Response:
    raise TypeError(
        "a tuple; to send a status or headers beside a value, set request.reply.status and "
        "request.reply.headers, and to send an array annotate it, as in -> tuple[int, int]"
    )


def _refuse_iterator(value: object) -> Response:
    raise TypeError(f"a {type(value).__name__}; blocks of bytes are sent by stream(...)")


_MAKERS: dict[type, Callable[[Any], Response]] = {
    type(None): _nothing,
    str: _text,
    bytes: _binary,
    bytearray: _bytes_of,
    memoryview: _bytes_of,
    Response: own,  # the handler may return it again
    dict: _json,
    list: _json,
}


def _maker(value: object, as_json: Callable[[Any], Response]) -> Callable[[Any], Response]:
    """What suits a type that is met for the first time."""
    if isinstance(value, Response):
        return own
    if hasattr(value, "__next__"):
        return _refuse_iterator
    for kind, maker in ((str, _text), (bytes, _binary)):
        if isinstance(value, kind) and not hasattr(value, "value"):  # an enum of text is JSON
            return maker
    return as_json
