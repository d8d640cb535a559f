"""Origins: who a browser says is asking (RFC 6454; Fetch, 3.1), and which of them are trusted.

A browser writes an origin in one way only, lower-case and without the usual port, so one is
compared, never searched: `https://example.com.evil.test` is another than `https://example.com`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from potstill.web.errors import SetupError
from potstill.web.security.hosts import USUAL_PORTS, split_host


def split_origin(text: str) -> tuple[str, str, int | None] | None:
    """Scheme, host and port (the usual one for none); None for `null` and what is no origin."""
    scheme, separator, rest = text.partition("://")
    if not separator or not scheme or not scheme.isascii() or text != text.lower():
        return None
    if not scheme.replace("+", "").replace("-", "").replace(".", "").isalnum():
        return None
    parsed = split_host(rest)
    if parsed is None or rest.endswith((".", ":")) or ".:" in rest:
        return None
    name, port = parsed
    return scheme, name, port or USUAL_PORTS.get(scheme)


def own_origin(environ: Mapping[str, Any]) -> tuple[str, str, int | None] | None:
    """The origin of the address that was asked for; None when its Host is malformed."""
    scheme: str = environ["wsgi.url_scheme"]
    host: str | None = environ.get("HTTP_HOST")
    parsed = split_host(host or f"{environ['SERVER_NAME']}:{environ['SERVER_PORT']}")
    if parsed is None:
        return None
    return scheme, parsed[0], parsed[1] or USUAL_PORTS.get(scheme)


class Origins:
    """Trusted origins: `https://example.com`, `https://*.example.com`, `http://localhost:*`.

    `*.` stands for one name or several, but not for none. `null` is refused with SetupError, since
    any page can make itself that, and so is what no browser would send.
    """

    __slots__ = ("_any_port", "_below", "_exact")

    def __init__(self, patterns: Sequence[str]) -> None:
        if isinstance(patterns, str):
            raise SetupError(f"origins are a list, as in [{patterns!r}]")
        self._exact: set[tuple[str, str, int | None]] = set()
        self._any_port: set[tuple[str, str]] = set()
        self._below: list[tuple[str, str, int | None, bool]] = []
        for pattern in patterns:
            self._add(pattern)

    def _add(self, pattern: str) -> None:
        text = pattern.removesuffix(":*")
        is_any_port = text != pattern
        bare = text.replace("://*.", "://", 1)
        origin = split_origin(bare)
        if origin is None or (bare != text and ("." not in origin[1] or origin[1][0] == "[")):
            raise SetupError(
                f"{pattern!r} is no origin: write scheme and host in lower case and no path, as in "
                "'https://example.com', 'https://*.example.com' or 'http://localhost:*'"
            )
        scheme, name, port = origin
        if bare != text:
            self._below.append((scheme, f".{name}", port, is_any_port))
        elif is_any_port:
            self._any_port.add((scheme, name))
        else:
            self._exact.add(origin)

    def allows(self, text: str) -> bool:
        """Is the origin that a browser sent one of these?"""
        origin = split_origin(text)
        if origin is None:
            return False
        scheme, name, port = origin
        return (
            origin in self._exact
            or (scheme, name) in self._any_port
            or any(
                scheme == known and name.endswith(suffix) and (is_any_port or port == wanted)
                for known, suffix, wanted, is_any_port in self._below
            )
        )

    def __bool__(self) -> bool:
        return bool(self._exact or self._any_port or self._below)
