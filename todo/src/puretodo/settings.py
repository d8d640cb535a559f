"""What the operator decides, read from the environment: `puretodo serve` puts its options there.

So the application is the same under any WSGI server: `gunicorn 'puretodo.app:create()'`.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args
from zoneinfo import ZoneInfo

from sqlalchemy.engine import URL

from puretodo.store.location import LocationError, location

Access: TypeAlias = Literal["none", "password", "accounts"]

LOCAL_HOSTS = ("localhost:*", "127.0.0.1:*", "[::1]:*")
"""Names that lead to this machine: with these alone no name of somebody else's does."""


class SettingsError(ValueError):
    """A setting that makes no sense; one line for the operator."""


@dataclass(frozen=True, slots=True)
class Settings:
    """All there is to decide."""

    db: URL
    access: Access = "none"
    """Who may come in: everybody, who knows one password, or who has an account."""
    hosts: tuple[str, ...] = ()
    """Names that the application may be asked for; none: any, but only its own without a login."""
    timezone: str = ""
    """Whose days count for browsers that do not say where they are; empty: the machine's."""
    secret: str = ""
    """What cookies and links are signed with; empty: a secret that the database keeps."""

    @property
    def trusted_hosts(self) -> tuple[str, ...] | None:
        """Without a login, a page of another name must not reach it (DNS rebinding)."""
        if self.access == "none":
            return (*LOCAL_HOSTS, *self.hosts)
        return self.hosts or None


def from_environ(environ: Mapping[str, str] = os.environ) -> Settings:
    """Read `PURETODO_*`; SettingsError says what is wrong with which."""
    access = environ.get("PURETODO_ACCESS") or "none"
    if access not in get_args(Access):
        raise SettingsError(f"PURETODO_ACCESS is none, password or accounts, not {access!r}")
    zone = environ.get("PURETODO_TIMEZONE", "")
    if zone:
        _check_zone(zone)
    secret = environ.get("PURETODO_SECRET", "")
    if secret and len(secret) < 32:
        raise SettingsError("PURETODO_SECRET has at least 32 characters")
    try:
        db = location(environ.get("PURETODO_DB", ""))
    except LocationError as error:
        raise SettingsError(str(error)) from None
    hosts = tuple(environ.get("PURETODO_HOSTS", "").replace(",", " ").split())
    return Settings(db, access, hosts, zone, secret)  # type: ignore[arg-type]  # checked above


def _check_zone(zone: str) -> None:
    try:
        ZoneInfo(zone)
    except (ValueError, OSError, LookupError):
        raise SettingsError(f"PURETODO_TIMEZONE is a name as Europe/Lisbon, not {zone!r}") from None
