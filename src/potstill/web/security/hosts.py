"""Which hosts an application answers for (RFC 9110, 7.4).

The Host field is the client's own word. Whoever builds addresses from it, in a mail or for a cache,
has an attacker's host in them unless it was looked at first. `X-Forwarded-Host` is not read: the
server puts what a trusted proxy says into the environment.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from potstill.web.errors import HTTPError, SetupError

if TYPE_CHECKING:
    from potstill.web.pipeline import Next
    from potstill.web.request import Request
    from potstill.web.response import Response

USUAL_PORTS = {"http": 80, "https": 443}
"""The port that an address of this scheme leaves out."""

_NAME = r"[0-9A-Za-z_](?:[0-9A-Za-z_-]*[0-9A-Za-z_])?"
_PARSED = re.compile(
    rf"(?P<name>(?:{_NAME}\.)*{_NAME}\.?|\[[0-9A-Fa-f:.]{{2,45}}\])(?::(?P<port>[0-9]{{0,5}}))?",
    re.ASCII,
).fullmatch
_REMEMBERED = 1000


def split_host(text: str) -> tuple[str, int | None] | None:
    """Name and port of a host as in `example.com:8000`; None when it is none (RFC 3986, 3.2.2).

    The name is in lower case and without the last dot of a full one, an IPv6 address in brackets
    and in its shortest form (RFC 5952). No port, or an empty one, is None.
    """
    if len(text) > 261:  # 253 of a name, a last dot, a colon and a port, and a bit
        return None
    found = _PARSED(text)
    if found is None:
        return None
    name: str | None = found["name"].lower().removesuffix(".")
    if name and name[0] == "[":
        name = _shortest(name[1:-1])
    port = int(found["port"]) if found["port"] else None
    if not name or (port is not None and not 0 < port < 65536):
        return None
    return name, port


def _shortest(address: str) -> str | None:
    import socket

    try:
        packed = socket.inet_pton(socket.AF_INET6, address)
    except OSError:
        return None
    return f"[{socket.inet_ntop(socket.AF_INET6, packed)}]"


class HostPattern:
    """A host that is allowed: `example.com`, `.example.com` (and all below it), `localhost:*`, `*`.

    Without a port it means the usual one of the scheme, with `:*` any. SetupError if malformed.
    """

    __slots__ = ("_any_host", "_any_port", "_name", "_port", "_suffix")

    def __init__(self, pattern: str) -> None:
        text = pattern.removesuffix(":*")
        self._any_port = text != pattern or pattern == "*"
        self._any_host = text == "*"
        parsed = split_host("any" if self._any_host else text.removeprefix("."))
        if parsed is None or text.startswith(".["):
            raise SetupError(
                f"{pattern!r} is no host: write 'example.com', '.example.com' for all below it, "
                "'localhost:8000', 'localhost:*' for any port, or '[::1]'"
            )
        self._name, self._port = parsed
        self._suffix = f".{self._name}" if text.startswith(".") else None

    def allows(self, name: str, port: int | None, usual: int | None) -> bool:
        """Is this host, as `split_host` has it, meant? `usual` is the port of the scheme."""
        if not self._any_port and (port or usual) != (self._port or usual):
            return False
        if self._any_host or name == self._name:
            return True
        return self._suffix is not None and name.endswith(self._suffix)


class TrustedHosts:
    """Middleware that answers for these hosts only, and for others with 421 (RFC 9110, 15.5.20).

        app.use(TrustedHosts(["example.com", ".example.org", "localhost:*"]))

    A Host that is malformed is answered with 400. A request without one (HTTP/1.0) is measured by
    the name that the server gives itself, which is what `request.host` would say.
    """

    def __init__(self, hosts: Sequence[str]) -> None:
        if isinstance(hosts, str) or not hosts:
            raise SetupError("hosts is a list of at least one host, as in ['example.com']")
        self._patterns = [HostPattern(host) for host in hosts]
        self._known: set[tuple[str, str]] = set()
        # Those allowed so far. It is bounded, since '.example.com' allows any number.

    def __call__(self, request: Request, next: Next) -> Response:
        scheme, host = request.scheme, request.host
        if (scheme, host) not in self._known:
            self._check(scheme, host)
            if len(self._known) < _REMEMBERED:
                self._known.add((scheme, host))
        return next(request)

    def _check(self, scheme: str, host: str) -> None:
        parsed = split_host(host)
        if parsed is None:
            raise HTTPError(400, "The Host of this request is malformed.")
        name, port = parsed
        usual = USUAL_PORTS.get(scheme)
        if not any(pattern.allows(name, port, usual) for pattern in self._patterns):
            raise HTTPError(421, "This server does not answer for the host of this request.")
