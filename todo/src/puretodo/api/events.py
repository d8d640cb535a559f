"""Live updates: what changes is told as it happens (server-sent events)."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from potstill.web import Group, Raises, Request, Response
from puretodo.live.hub import Hub
from puretodo.store.scope import Scope

group = Group(tags=["live"])

Seq = Annotated[
    int, Meta(ge=0, description="The last number that is known already, as that of a page.")
]


@group.get("/events", name="api_events")
def listen(
    request: Request, scope: Scope, hub: Hub, after: Seq | None = None
) -> Annotated[Response, Raises(503)]:
    """Tell what has changed, for as long as the client stays; who comes back misses nothing.

    `event: change` has the numbers and states of now: `{"seq": 12, "todos": [...], "gone": [ids of
    to-dos], "lists": [...], "gone_lists": [ids]}`. What was in a list that is gone is gone with it;
    a list that was not there before may bring to-dos that are not told. After `event: reload`
    everything has to be loaded anew.
    """
    return hub.subscribe(request, scope, None if after is None else str(after))
