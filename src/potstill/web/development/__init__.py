"""The page of an unexpected exception, for the developer who sits at this machine.

It is shown by `App(debug=True)` only, and there only to a request that comes straight from this
machine under one of its own names. It shows and does nothing: there is no console behind it, ever,
no form, no script, and it loads nothing. Values whose names say that they are secret are hidden.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from potstill.web.response import Response, plain

if TYPE_CHECKING:
    from potstill.web.request import Request

_RELAYED = (
    "HTTP_FORWARDED",
    "HTTP_X_FORWARDED",
    "HTTP_X_REAL_IP",
    "HTTP_X_CLIENT_IP",
    "HTTP_TRUE_CLIENT_IP",
    "HTTP_VIA",
    "HTTP_CF_",
    "potstill.forwarded",  # of a server that keeps such fields from applications
)
"""How the keys of fields begin that tell of a proxy between the client and us."""


def answer(request: Request, error: BaseException) -> Response | None:
    """The page, or problem+json with the traceback for a client that is no browser.

    None when this request may not see it (`is_allowed`), or when the page cannot be made. Never
    raises an Exception. The response is text only: no frame is kept alive by it.
    """
    if not is_allowed(request.environ):
        return None
    try:
        return _answer(request, error)
    except Exception as fault:
        stream = request.environ["wsgi.errors"]
        stream.write(f"the development page could not be made: {fault!r}\n")
        return None


def _answer(request: Request, error: BaseException) -> Response:
    from potstill.web.error_pages import PROBLEM, policy, wants_page

    if wants_page(request):
        from potstill.web.development.page import page

        response = plain(page(request, error), "text/html; charset=utf-8", 500)
        response.headers.add("Content-Security-Policy", policy(request.nonce))
    else:
        response = plain(_problem(error), PROBLEM, 500)
    response.headers.lines.extend((("Cache-Control", "no-store"), ("Vary", "Accept")))
    return response


def _problem(error: BaseException) -> bytes:
    """Problem+json (RFC 9457) with two more members: the exception, and its traceback by lines."""
    from potstill.web.answers import encode
    from potstill.web.development.failure import kind_of, message_of, traceback_of
    from potstill.web.status import phrase

    lines = traceback_of(error).splitlines()
    members = {
        "type": "about:blank",
        "title": phrase(500),
        "status": 500,
        "detail": _sendable(f"{kind_of(error)}: {message_of(error)}"),
        "exception": kind_of(error),
        "traceback": [_sendable(line) for line in lines],
    }
    return encode(members)


def _sendable(text: str) -> str:
    """Text without lone surrogates, which UTF-8 has no bytes for."""
    return text.encode(errors="backslashreplace").decode()


def is_allowed(environ: Mapping[str, Any]) -> bool:
    """Does the request come straight from this machine, under one of its own names?

    The name matters because of DNS rebinding: a site may make its own name mean 127.0.0.1, and then
    read what a browser here gets from us. A proxy on this machine would make everybody look local,
    so what came through one is refused; so is what a script of another site asked for.
    """
    if not _is_loopback(environ.get("REMOTE_ADDR", "")):
        return False
    if not _is_own_name(environ.get("HTTP_HOST", "")):
        return False
    if any(key.startswith(_RELAYED) for key in environ):
        return False
    if environ.get("SERVER_PROTOCOL") == "HTTP/1.0":
        return False  # no browser speaks it, but nginx does, and may say nothing else of itself
    return not _is_foreign(environ)


def _is_foreign(environ: Mapping[str, Any]) -> bool:
    """Was it asked for by a page of another site, other than by a link (Fetch Metadata, Fetch)?"""
    origin: str = environ.get("HTTP_ORIGIN", "")
    if origin and not _is_own_name(origin.partition("://")[2]):
        return True
    is_cross = environ.get("HTTP_SEC_FETCH_SITE") == "cross-site"
    return is_cross and environ.get("HTTP_SEC_FETCH_DEST") != "document"


def _is_own_name(host: str) -> bool:
    """Is it localhost or a loopback address, with or without a port?"""
    name, port = host, ""
    if host.startswith("["):
        name, closed, rest = host[1:].partition("]")
        if not closed or (rest and not rest.startswith(":")):
            return False
        return ":" in name and _is_port(rest[1:]) and _is_loopback(name)
    name, _, port = host.partition(":")
    return _is_port(port) and (name.lower() == "localhost" or _is_loopback(name))


def _is_port(text: str) -> bool:
    return not text or (text.isascii() and text.isdigit())


def _is_loopback(address: str) -> bool:
    """Is it 127.0.0.0/8, ::1, or the former written as the latter?"""
    from ipaddress import IPv6Address, ip_address

    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    if isinstance(parsed, IPv6Address) and parsed.ipv4_mapped is not None:
        return parsed.ipv4_mapped.is_loopback
    return parsed.is_loopback
