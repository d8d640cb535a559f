"""Which day it is where the visitor is: browsers say so in a cookie, others get the server's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

from potstill.web import Request
from puretodo.settings import Settings
from puretodo.store.database import Clock

COOKIE = "tz"


@dataclass(frozen=True, slots=True)
class Today:
    """A day, and the zone that it is that day in."""

    day: date
    zone: tzinfo | None
    """None: the machine's own."""

    def local(self, moment: datetime) -> datetime:
        """A moment by the visitor's clock."""
        return moment.astimezone(self.zone)


def today_of(request: Request, clock: Clock, settings: Settings) -> Today:
    """The day by the cookie `tz`, else by the setting, else by the machine's clock."""
    zone = zone_called(request.cookies.get(COOKIE, "")) or zone_called(settings.timezone)
    return Today(clock().astimezone(zone).date(), zone)


@lru_cache(256)
def zone_called(name: str) -> ZoneInfo | None:
    """A zone by its name in the IANA database; None when it is none."""
    if not name or len(name) > 64:
        return None
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, LookupError):
        return None
