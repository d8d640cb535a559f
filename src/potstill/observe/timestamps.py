"""Moments as logs write them: local time with its offset, worked out once a second.

Nothing here reads a clock, and no locale is asked: months have the names Apache gave them.
"""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from typing import Final


# More than one second is remembered, as threads finish their requests out of order.
@lru_cache(maxsize=4)
def common_time(second: int) -> str:
    """`[22/Nov/2026:18:15:28 +0000]`, a second of Unix time in the Common Log Format."""
    local = datetime.fromtimestamp(second).astimezone()
    month = _MONTHS[local.month - 1]
    return f"[{local:%d}/{month}/{local:%Y:%H:%M:%S %z}]"


def iso_time(moment: float) -> str:
    """`2026-11-22T18:15:28.123+00:00`, a moment of Unix time (ISO 8601, RFC 3339)."""
    date_and_time, offset = _iso_second(int(moment))
    return f"{date_and_time}{_MILLISECONDS[int(moment % 1 * 1000)]}{offset}"


@lru_cache(maxsize=4)
def _iso_second(second: int) -> tuple[str, str]:
    text = datetime.fromtimestamp(second).astimezone().isoformat()
    return text[:19], text[19:]


_MILLISECONDS: Final = tuple(f".{number:03d}" for number in range(1000))
_MONTHS: Final = (
    "Jan",
    "Feb",
    "Mar",
    "Apr",
    "May",
    "Jun",
    "Jul",
    "Aug",
    "Sep",
    "Oct",
    "Nov",
    "Dec",
)
