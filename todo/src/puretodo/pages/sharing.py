"""Links to a list: made and revoked on the page of its settings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from msgspec import Struct

from potstill.web import Group, HTTPError, Request, Response, redirect
from puretodo.access.links import LONGEST, Links
from puretodo.access.today import Today
from puretodo.model.text import one_line
from puretodo.pages.flash import say
from puretodo.pages.frame import Frame
from puretodo.store import passes
from puretodo.store.database import Database
from puretodo.store.passes import NewPass
from puretodo.store.scope import Scope, Transaction

group = Group()

MAX_LABEL = 100


@dataclass(frozen=True, slots=True)
class Link:
    """A link as the page shows it."""

    id: int
    label: str
    may_edit: bool
    address: str
    last_day: date | None
    """Until when it leads anywhere; None: until it is revoked."""


class NewLink(Struct):
    """The form that makes one."""

    label: str = ""
    may_edit: bool = False
    until: date | None = None


def links_to(tx: Transaction, links: Links, today: Today, list_id: int) -> list[Link]:
    """The links to a list, the newest first; guests are told of none."""
    if tx.scope.list_id is not None:
        return []
    return [
        Link(
            each.id,
            each.label,
            each.may_edit,
            links.share(each),
            _last_day(today, each.expires_at),
        )
        for each in passes.by_kind(tx, "share", of_list=list_id)
    ]


@group.post("/lists/{list_id:int}/shares", name="share_list")
def share(frame: Frame, db: Database, scope: Scope, list_id: int, body: NewLink) -> Response:
    """Make a link, which is shown with the others."""
    if body.until is not None and not frame.today <= body.until < frame.today + LONGEST:
        raise HTTPError(422, frame.words("share_until_wrong"))
    expires_at = None if body.until is None else _end_of(frame.clock, body.until)
    label = one_line(body.label)[:MAX_LABEL]
    with db.writing(scope) as tx:
        passes.issue(tx, NewPass("share", label, list_id, body.may_edit, expires_at))
    return _to_links(frame.request, list_id)


@group.post("/shares/{share_id:int}/revoke", name="revoke_share")
def revoke(frame: Frame, db: Database, scope: Scope, share_id: int) -> Response:
    """Let a link lead nowhere from now on."""
    with db.writing(scope) as tx:
        revoked = passes.revoke(tx, "share", share_id)
    say(frame.request.session, frame.words("share_revoked"))
    assert revoked.list_id is not None
    return _to_links(frame.request, revoked.list_id)


def _to_links(request: Request, list_id: int) -> Response:
    return redirect(request.url_for("edit_list_page", list_id=list_id) + "#shares")


def _end_of(today: Today, day: date) -> datetime:
    """When a day is over by the visitor's clock."""
    midnight = datetime.combine(day + timedelta(days=1), time(), today.zone)
    return midnight.astimezone(today.zone)  # without a zone, it is the machine's


def _last_day(today: Today, expires_at: datetime | None) -> date | None:
    if expires_at is None:
        return None
    return (today.local(expires_at) - timedelta(microseconds=1)).date()
