"""h11 as a second opinion: what we accept, it has to understand in the same way.

It is laxer than we are in many places, so what we refuse says nothing. Where it is stricter, the
difference is written down here with its reason; any other difference is a fault.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import h11

from .reading import Reading

LIMIT = 1 << 20


@dataclass(frozen=True, slots=True)
class Known:
    """A kind of request that we accept and h11 does not, or not in this way."""

    reason: str
    applies: Callable[[bytes, bytes], bool]
    """Of the head, and of all that was sent."""


def _behind(head: bytes, data: bytes) -> bytes:
    """What follows the head, with the line end before it."""
    return data[data.index(head) + len(head) - 1 :]


KNOWN = [
    Known(
        "we skip up to four empty lines before a request (RFC 9112, 2.2), h11 refuses them",
        lambda head, data: data.startswith(b"\r\n"),
    ),
    Known(
        "we allow bad white space around chunk extensions (RFC 9112, 7.1.1), h11 before none",
        lambda head, data: bool(re.search(rb"\n[0-9A-Fa-f]+[ \t]+;", _behind(head, data))),
    ),
    Known(
        "we count a chunk's digits without leading zeros, h11 refuses more than twenty with them",
        lambda head, data: bool(re.search(rb"\n[0-9A-Fa-f]{21}", _behind(head, data))),
    ),
    Known(
        "we drop what trailers say unread (RFC 9110, 6.5.1), h11 checks lengths and codings there",
        lambda head, data: bool(
            re.search(rb"(?i)\n(?:content-length|transfer-encoding):", _behind(head, data))
        ),
    ),
    Known(
        "we count a length's digits without leading zeros, h11 refuses more than twenty with them",
        lambda head, data: bool(re.search(rb"(?i)\ncontent-length:[ \t]*0[0-9]{20}", head)),
    ),
]


def difference(reading: Reading, data: bytes) -> str:
    """How h11 disagrees about a request that we accepted; empty when it does not, or may."""
    if any(known.applies(reading.head, data) for known in KNOWN):
        return ""
    try:
        theirs = _understood(data)
    except h11.RemoteProtocolError as error:
        return f"it refuses: {error}"
    ours = _Request(
        reading.method,
        reading.target,
        reading.protocol,
        _with_lower_case_coding(reading.variables),
        reading.body,
        reading.rest,
    )
    return "" if ours == theirs else f"ours is {ours}, its {theirs}"


def _with_lower_case_coding(variables: dict[str, str]) -> dict[str, str]:
    """h11 hands on the name of the coding in lower case, we as it was sent."""
    coding = variables.get("HTTP_TRANSFER_ENCODING")
    return variables if coding is None else variables | {"HTTP_TRANSFER_ENCODING": coding.lower()}


@dataclass(frozen=True, slots=True)
class _Request:
    method: str
    target: str
    protocol: str
    variables: dict[str, str]
    body: bytes
    rest: bytes


def _understood(data: bytes) -> _Request:
    """The request as h11 understands it."""
    server = h11.Connection(h11.SERVER, max_incomplete_event_size=LIMIT)
    server.receive_data(data)
    request = server.next_event()
    assert isinstance(request, h11.Request)
    body = b""
    while isinstance(event := server.next_event(), h11.Data):
        body += event.data
    assert isinstance(event, h11.EndOfMessage)
    return _Request(
        request.method.decode(),
        request.target.decode(),
        f"HTTP/{request.http_version.decode()}",
        _variables(list(request.headers)),
        body,
        server.trailing_data[0],
    )


def _variables(fields: list[tuple[bytes, bytes]]) -> dict[str, str]:
    """CGI's variables, made from h11's field lines in the plainest way there is."""
    variables: dict[str, str] = {}
    for name, value in fields:
        if b"_" in name:
            continue
        key = name.decode().upper().replace("-", "_")
        key = key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}"
        text = value.decode("latin-1")
        if key == "CONTENT_LENGTH":
            text = str(int(text))
        separator = "; " if key == "HTTP_COOKIE" else ", "
        variables[key] = f"{variables[key]}{separator}{text}" if key in variables else text
    return variables
