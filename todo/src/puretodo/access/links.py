"""Addresses that let somebody in, as people pass them on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from potstill.web import Request
from puretodo.access.keys import Keys
from puretodo.access.share_door import PREFIX
from puretodo.store.passes import Pass

LONGEST = timedelta(days=3653)
"""For how long a link may be valid that ends at all."""


@dataclass(frozen=True, slots=True)
class Links:
    """Makes whole addresses, with the host that this request named."""

    request: Request
    keys: Keys

    def share(self, link: Pass) -> str:
        """Where a link to a list leads."""
        return f"{self._home}{PREFIX}{self.keys.tokens.text('share', link.id)}/"

    def feed(self, feed: Pass) -> str:
        """Where a calendar finds what is due."""
        return f"{self._home}/feeds/{self.keys.tokens.text('feed', feed.id)}.ics"

    @property
    def _home(self) -> str:
        return f"{self.request.scheme}://{self.request.host}{self.request.root}"


def links_of(request: Request, keys: Keys) -> Links:
    """The addresses of a request; a provider."""
    return Links(request, keys)
