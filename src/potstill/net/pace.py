"""Is a peer fast enough? A slow one may be honest; one that trickles to hold a connection is not.

Whoever says nothing at all is caught by a deadline (`deadlines`); this is for those who say
something just often enough to escape it.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rate:
    """The slowest average that is suffered, in bytes per second; 0 suffers everybody.

    `grace` is how many seconds in all a peer may lose before that counts.
    """

    least: int = 0
    grace: float = 0.0

    def is_kept(self, moved: int, seconds: float) -> bool:
        """Are `moved` bytes enough for that time?"""
        return seconds <= self.grace or moved >= self.least * (seconds - self.grace)
