"""The JSON interface, below /api/v1: typed, described by OpenAPI, errors as problem+json.

Whoever changes something may name the version they have seen (If-Match); 412 refuses what would
undo the work of somebody else.
"""

from __future__ import annotations

from potstill.web import Group
from puretodo.api import adding, events, lists, me, shares, tags, todos, transfer

VERSION_1 = "/api/v1"


def api() -> Group:
    """All of it."""
    version_1 = Group(VERSION_1)
    for room in (lists, todos, adding, tags, shares, transfer, me, events):
        version_1.include(room.group)
    return version_1
