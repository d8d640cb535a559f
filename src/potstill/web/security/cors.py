"""Cross-origin resource sharing: which pages of other sites may read the answers (Fetch, 3.2).

As a layer it sees errors too, so that a page is told of a 401 as well. It only lets be read: what
such a page may change is for `Csrf(trusted_origins=...)` to say.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from potstill.web.copies import own
from potstill.web.errors import SetupError
from potstill.web.headers import Headers
from potstill.web.response import Response
from potstill.web.security.origins import Origins

if TYPE_CHECKING:
    from potstill.web.pipeline import Next
    from potstill.web.request import Request

_TOKEN = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+").fullmatch
_MOST_NAMES = 100


class Cors:
    """Middleware that lets pages of other origins read what this application answers.

        app.use(Cors(["https://example.com", "https://*.example.org"], credentials=True))

    `origins` as in `Origins`, or `"*"` for any page there is, which then is sent no cookies.
    `methods` and `headers` are what a page may send; `headers="*"` any. `expose` are the answer's
    fields that it may read beside the few that it always may. `credentials` sends cookies along.
    `max_age`: seconds for which a browser remembers the answer to a preflight. `private_network`:
    pages of the public web may ask, where this is a host of a local network.

    Each preflight is answered here, with 204, for paths that do not exist as well. SetupError for
    `"*"` with credentials, and for what is malformed.
    """

    def __init__(  # noqa: PLR0913 - each is a header field of its own
        self,
        origins: Sequence[str],
        *,
        methods: Sequence[str] = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "QUERY"),
        headers: Sequence[str] = ("Authorization", "Content-Type", "If-Match", "If-None-Match"),
        expose: Sequence[str] = (),
        credentials: bool = False,
        max_age: int = 600,
        private_network: bool = False,
    ) -> None:
        self._origins = None if origins == "*" else Origins(origins)
        if credentials and self._origins is None:
            raise SetupError(
                "with credentials, name the origins: any page could act as its visitor"
            )
        if self._origins is not None and not self._origins:
            raise SetupError("Cors needs an origin, as in Cors(['https://example.com'])")
        self._headers = None if headers == "*" else _listed("headers", headers)
        self._private_network = private_network
        self._always: list[tuple[str, str]] = []
        if credentials:
            self._always.append(("Access-Control-Allow-Credentials", "true"))
        self._exposed = list(self._always)
        if exposed := _listed("expose", expose):
            self._exposed.append(("Access-Control-Expose-Headers", exposed))
        self._preflight = [
            *self._always,
            ("Access-Control-Allow-Methods", _listed("methods", methods)),
            ("Access-Control-Max-Age", str(max_age)),
        ]

    def __call__(self, request: Request, next: Next) -> Response:
        environ = request.environ
        origin: str | None = environ.get("HTTP_ORIGIN")
        is_preflight = (
            request.method == "OPTIONS"
            and origin is not None
            and "HTTP_ACCESS_CONTROL_REQUEST_METHOD" in environ
        )
        response = Response(b"", 204) if is_preflight else own(next(request))
        headers = response.headers
        names = {name.lower() for name, _ in headers}
        if "access-control-allow-origin" in names:
            return response  # the handler has a policy of its own
        allowed = self._allowed(origin)
        if self._origins is not None:
            # Also where it is not allowed, or none came: a cache keeps that for those it is for.
            if "vary" in names:
                headers.append("Vary", "Origin")
            else:
                headers.lines.append(("Vary", "Origin"))
        if allowed is not None:
            headers.add("Access-Control-Allow-Origin", allowed)
            headers.lines.extend(self._preflight if is_preflight else self._exposed)
        if is_preflight:
            self._answer_preflight(request, headers, is_allowed=allowed is not None)
        return response

    def _allowed(self, origin: str | None) -> str | None:
        """What Access-Control-Allow-Origin says."""
        if self._origins is None:
            return "*"
        return origin if origin is not None and self._origins.allows(origin) else None

    def _answer_preflight(self, request: Request, headers: Headers, *, is_allowed: bool) -> None:
        headers.append("Vary", "Access-Control-Request-Headers")
        if not is_allowed:
            return
        environ = request.environ
        names = self._headers
        if names is None:
            # `*` is not heeded with credentials, and never means Authorization.
            names = _tokens(environ.get("HTTP_ACCESS_CONTROL_REQUEST_HEADERS", ""))
        if names:
            headers.add("Access-Control-Allow-Headers", names)
        if (
            self._private_network
            and environ.get("HTTP_ACCESS_CONTROL_REQUEST_PRIVATE_NETWORK") == "true"
        ):
            headers.add("Access-Control-Allow-Private-Network", "true")


def _listed(what: str, names: Sequence[str]) -> str:
    if isinstance(names, str):
        raise SetupError(f"{what} of Cors is a list, as in [{names!r}]")
    for name in names:
        if not _TOKEN(name) or name == "*":
            raise SetupError(f"{name!r} cannot stand in {what} of Cors: name each one")
    return ", ".join(names)


def _tokens(listed: str) -> str:
    """What of a list of names is well-formed."""
    names = [name.strip(" \t") for name in listed.split(",", _MOST_NAMES)[:_MOST_NAMES]]
    return ", ".join(filter(_TOKEN, names))
