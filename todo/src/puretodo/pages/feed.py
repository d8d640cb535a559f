"""The calendar: what is due, at an address that a calendar program asks again and again."""

from __future__ import annotations

from datetime import timedelta

from potstill.web import Group, HTTPError, Request, Response
from puretodo.access.gate import shown_pass
from puretodo.access.keys import Keys
from puretodo.model.bundle import Bundle
from puretodo.store import bundles
from puretodo.store.database import Database
from puretodo.store.events import last_seq
from puretodo.store.scope import Scope

group = Group()

HOURLY = timedelta(hours=1)


@group.get("/feeds/{token}.ics", name="feed")
def feed(request: Request, db: Database, keys: Keys, token: str, tasks: bool = False) -> Response:
    """What is open and due as events of whole days, or all to-dos as tasks; 404 if revoked."""
    from puretodo.formats import ical  # late: it brings a library that takes time to import

    shown = shown_pass(db, keys, "feed", token)
    if shown is None:
        raise HTTPError(404, "There is nothing at this address.")
    with db.reading(Scope(shown.account_id, may_edit=False)) as tx:
        etag = f'W/"{shown.id}-{last_seq(tx)}-{tasks:d}"'
        request.check(etag=etag)
        bundle = bundles.read(tx, named=True)
    in_use = Bundle([each for each in bundle.lists if not each.archived])
    calendar = ical.write(in_use, as_events=not tasks, refresh=HOURLY)
    headers = [("ETag", etag), ("Cache-Control", "private, no-cache")]
    return Response(calendar, headers=headers, content_type="text/calendar; charset=utf-8")
