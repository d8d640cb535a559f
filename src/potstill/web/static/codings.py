"""Which content coding a client likes best (RFC 9110, 12.5.3)."""

from __future__ import annotations

import re
from functools import lru_cache

IDENTITY = ""
"""What stands for content that is not coded."""

_ELEMENT = re.compile(
    r"[ \t]*([!#$%&'*+\-.^_`|~0-9A-Za-z]+)[ \t]*"
    r"(?:;[ \t]*[qQ]=(0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?)[ \t]*)?"
).fullmatch
_LONGEST = 500
"""Characters of a list that is looked at: each one is remembered, and clients choose what it is."""
_ALIASES = {"x-gzip": "gzip", "x-compress": "compress", "identity": IDENTITY}


@lru_cache(maxsize=512)
def best_coding(accepted: str | None, offers: tuple[str, ...]) -> str:
    """The coding of `offers` that an Accept-Encoding likes best; IDENTITY for none of them.

    Of several it likes as much, the first; a coding rather than none, unless `identity` is liked
    better. Without a header field nothing is coded. If it refuses everything, it gets what is not
    coded: a client that can read nothing is better served by something.
    """
    if not accepted or len(accepted) > _LONGEST:
        return IDENTITY
    weights = _weights(accepted)
    others = weights.get("*", 0.0)
    best, liking = IDENTITY, weights.get(IDENTITY, 0.0)
    for offer in offers:
        weight = weights.get(offer, others)
        if weight > liking or (weight == liking > 0 and best == IDENTITY):
            best, liking = offer, weight
    return best


def _weights(accepted: str) -> dict[str, float]:
    """Each coding that is named, with its weight; malformed elements are passed over."""
    weights: dict[str, float] = {}
    for element in accepted.split(","):
        found = _ELEMENT(element)
        if found:
            name = found[1].lower()
            weights.setdefault(_ALIASES.get(name, name), float(found[2] or 1))
    return weights
