"""Links that open a list to whoever has them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated

from msgspec import Meta, Struct

from potstill.web import Created, Group, Raises
from puretodo.access.links import LONGEST, Links
from puretodo.model.text import one_line
from puretodo.model.values import Id
from puretodo.store import passes
from puretodo.store.database import Database
from puretodo.store.passes import NewPass, Pass
from puretodo.store.scope import Scope

group = Group(tags=["access"])


class NewShare(Struct, kw_only=True, forbid_unknown_fields=True):
    """A link that is to be made."""

    may_edit: Annotated[bool, Meta(description="False: it is for reading only.")] = False
    label: Annotated[str, Meta(max_length=100, description="Who gets it, for example.")] = ""
    days: (
        Annotated[int, Meta(ge=1, le=LONGEST.days, description="How long it is valid.")] | None
    ) = None

    def __post_init__(self) -> None:
        self.label = one_line(self.label)


class Share(Struct, kw_only=True):
    """A link to a list. Whoever has its `url` can come in."""

    id: Id
    list_id: Id
    may_edit: bool
    label: str
    url: str
    created_at: datetime
    used_at: datetime | None
    expires_at: datetime | None


@group.resource("/lists/{list_id:int}/shares", name="api_shares")
class Shares:
    """The links to a list."""

    def get(self, links: Links, db: Database, scope: Scope, list_id: int) -> list[Share]:
        """Those that are valid, the newest first."""
        with db.reading(scope) as tx:
            return [_share(links, each) for each in passes.by_kind(tx, "share", of_list=list_id)]

    def post(
        self, links: Links, db: Database, scope: Scope, list_id: int, body: NewShare
    ) -> Annotated[Created[Share], Raises(409)]:
        """Make a link."""
        with db.writing(scope) as tx:
            end = None if body.days is None else tx.now + timedelta(days=body.days)
            made = passes.issue(tx, NewPass("share", body.label, list_id, body.may_edit, end))
        return _share(links, made)


@group.delete("/shares/{share_id:int}", name="api_share")
def revoke(db: Database, scope: Scope, share_id: int) -> None:
    """Let a link lead nowhere from now on."""
    with db.writing(scope) as tx:
        passes.revoke(tx, "share", share_id)


def _share(links: Links, link: Pass) -> Share:
    assert link.list_id is not None
    return Share(
        id=link.id,
        list_id=link.list_id,
        may_edit=link.may_edit,
        label=link.label,
        url=links.share(link),
        created_at=link.created_at,
        used_at=link.used_at,
        expires_at=link.expires_at,
    )
