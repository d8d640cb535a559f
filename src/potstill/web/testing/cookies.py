"""Cookies, kept and sent back as a browser does (RFC 6265bis, 5.6 to 5.8)."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, MutableMapping
from dataclasses import dataclass
from urllib.parse import SplitResult


@dataclass(frozen=True, slots=True)
class StoredCookie:
    """A cookie and where it belongs."""

    name: str
    value: str
    domain: str
    path: str
    is_host_only: bool
    is_secure: bool
    expires: float | None
    """Seconds since the epoch; None: with the session, here with the client."""

    def is_for(self, url: SplitResult) -> bool:
        """Is it sent there?"""
        host = url.hostname or ""
        return (
            (host == self.domain if self.is_host_only else _is_within(host, self.domain))
            and _is_below(url.path, self.path)
            and (not self.is_secure or is_trustworthy(url))
            and (self.expires is None or self.expires > time.time())
        )


class Cookies(MutableMapping[str, str]):
    """The cookies of a client, by name. Setting one here sends it everywhere on the base's host.

    Secure cookies are taken from, and sent to, https and local hosts only, as browsers do.
    """

    def __init__(self, base: SplitResult) -> None:
        self._host = base.hostname or ""
        self._stored: dict[tuple[str, str, str], StoredCookie] = {}
        self._lock = threading.Lock()

    def __getitem__(self, name: str) -> str:
        for cookie in self._alive():
            if cookie.name == name:
                return cookie.value
        raise KeyError(name)

    def __setitem__(self, name: str, value: str) -> None:
        self._store(StoredCookie(name, value, self._host, "/", True, False, None))

    def __delitem__(self, name: str) -> None:
        if name not in self:
            raise KeyError(name)
        with self._lock:
            self._stored = {key: kept for key, kept in self._stored.items() if kept.name != name}

    def __iter__(self) -> Iterator[str]:
        return iter(dict.fromkeys(cookie.name for cookie in self._alive()))

    def __len__(self) -> int:
        return len({cookie.name for cookie in self._alive()})

    def __repr__(self) -> str:
        return f"Cookies({list(self)!r})"  # the values may be secret

    def stored(self) -> list[StoredCookie]:
        """Every cookie that is kept, with its attributes."""
        return list(self._alive())

    def header_for(self, url: SplitResult) -> str:
        """The value of a Cookie field: longer paths first, then older ones (5.8.3)."""
        sent = sorted((c for c in self._alive() if c.is_for(url)), key=lambda c: -len(c.path))
        return "; ".join(f"{c.name}={c.value}" if c.name else c.value for c in sent)

    def receive(self, set_cookie: str, url: SplitResult) -> None:
        """Take a Set-Cookie field from this address; ignore one that it may not set."""
        cookie = _parse(set_cookie, url)
        if cookie is not None:
            self._store(cookie)

    def _alive(self) -> list[StoredCookie]:
        now = time.time()
        with self._lock:
            return [c for c in self._stored.values() if c.expires is None or c.expires > now]

    def _store(self, cookie: StoredCookie) -> None:
        key = (cookie.domain, cookie.path, cookie.name)
        with self._lock:
            if cookie.expires is not None and cookie.expires <= time.time():
                self._stored.pop(key, None)
            else:
                self._stored[key] = cookie


def pair_of(set_cookie: str) -> tuple[str, str]:
    """Name and value of a Set-Cookie field."""
    name, equals, value = set_cookie.partition(";")[0].partition("=")
    return (name.strip(), value.strip()) if equals else ("", name.strip())


def is_trustworthy(url: SplitResult) -> bool:
    """May secure cookies travel there: by https, or without leaving the machine?"""
    host = url.hostname or ""
    is_local = host in ("localhost", "127.0.0.1", "::1") or host.endswith(".localhost")
    return url.scheme == "https" or is_local


def _parse(set_cookie: str, url: SplitResult) -> StoredCookie | None:
    name, value = pair_of(set_cookie)
    attributes = _attributes(set_cookie)
    host = url.hostname or ""
    domain = attributes.get("domain", "").removeprefix(".").lower()
    if domain and (not _is_within(host, domain) or (domain != host and "." not in domain)):
        return None
    path = attributes.get("path", "")
    if not path.startswith("/"):
        path = url.path.rpartition("/")[0] or "/"
    is_secure = "secure" in attributes
    if (is_secure and not is_trustworthy(url)) or not (name or value):
        return None
    prefix = name.lower()
    if prefix.startswith(("__host-", "__secure-")) and not is_secure:
        return None
    if prefix.startswith("__host-") and (domain or attributes.get("path") != "/"):
        return None
    expires = _expiry(attributes)
    return StoredCookie(name, value, domain or host, path, not domain, is_secure, expires)


def _attributes(set_cookie: str) -> dict[str, str]:
    """By name in lower case; of several of one name the last."""
    attributes: dict[str, str] = {}
    for part in set_cookie.split(";")[1:]:
        name, _, value = part.partition("=")
        attributes[name.strip().lower()] = value.strip()
    return attributes


def _expiry(attributes: dict[str, str]) -> float | None:
    """When it ends; Max-Age counts for more than Expires."""
    age = attributes.get("max-age", "")
    if age.removeprefix("-").isdigit() and age.isascii():
        return time.time() + int(age) if int(age) > 0 else 0.0
    if "expires" not in attributes:
        return None
    from email.utils import parsedate_tz

    date = parsedate_tz(attributes["expires"])
    if date is None:
        return None
    from calendar import timegm

    return float(timegm((*date[:6], 0, 1, 0)) - (date[9] or 0))


def _is_within(host: str, domain: str) -> bool:
    return host == domain or (host.endswith("." + domain) and not host.replace(".", "").isdigit())


def _is_below(path: str, prefix: str) -> bool:
    return path == prefix or path.startswith(prefix if prefix.endswith("/") else prefix + "/")
