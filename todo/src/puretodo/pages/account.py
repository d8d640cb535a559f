"""One's own access: the password, the devices that are logged in, API tokens, the calendar."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from potstill.web import FormField, Group, HTTPError, Request, Response, redirect
from puretodo.access.changing import change_password
from puretodo.access.keys import Keys
from puretodo.access.links import Links
from puretodo.access.login import Login
from puretodo.access.passwords import PasswordRefused
from puretodo.access.visitor import Visitor
from puretodo.model.text import one_line
from puretodo.pages.flash import say
from puretodo.pages.frame import Frame
from puretodo.store import passes
from puretodo.store.database import Database
from puretodo.store.passes import Kind, NewPass, Pass
from puretodo.store.scope import Transaction

group = Group("/settings")

MAX_LABEL = 100


@dataclass(frozen=True, slots=True)
class Device:
    """Something that has a pass of its own, as the page shows it."""

    id: int
    label: str
    used_on: date | None
    is_this: bool = False


@dataclass(frozen=True, slots=True)
class AccessSection:
    """What the page of settings shows of it."""

    has_login: bool
    sessions: list[Device]
    tokens: list[Device]
    feed: str | None
    """The calendar's address."""


def access_section(tx: Transaction, frame: Frame, links: Links) -> AccessSection:
    """All of one's own access as it is now."""
    feeds = passes.by_kind(tx, "feed")
    return AccessSection(
        has_login=frame.visitor.mode != "none",
        sessions=_devices(tx, frame, "session"),
        tokens=_devices(tx, frame, "api"),
        feed=links.feed(feeds[0]) if feeds else None,
    )


@group.post("/password", name="change_password")
def password(
    frame: Frame,
    login: Login,
    visitor: Visitor,
    current: Annotated[str, FormField()],
    wanted: Annotated[str, FormField()],
) -> Response:
    """Another password; all other devices are logged out."""
    _needs_login(visitor)
    try:
        is_changed = change_password(login, frame.request, visitor, current, wanted)
    except PasswordRefused:
        return _told(frame, "password_refused", "password")
    return _told(frame, "password_changed" if is_changed else "wrong_current", "password")


@group.post("/tokens", name="make_token")
def make_token(
    frame: Frame,
    db: Database,
    visitor: Visitor,
    keys: Keys,
    label: Annotated[str, FormField()] = "",
) -> Response:
    """Make an API token, which is shown this once."""
    _needs_login(visitor)
    with db.writing(visitor.scope) as tx:
        issued = passes.issue(tx, NewPass("api", one_line(label)[:MAX_LABEL]))
        token = keys.tokens.text("api", issued.id)
        page = frame.page(tx, "token.html", label=issued.label, token=token)
    page.headers["Cache-Control"] = "no-store"
    return page


@group.post("/tokens/{pass_id:int}/revoke", name="revoke_token")
def revoke_token(frame: Frame, db: Database, visitor: Visitor, pass_id: int) -> Response:
    """Let a token open nothing from now on."""
    with db.writing(visitor.scope) as tx:
        passes.revoke(tx, "api", pass_id)
    return _told(frame, "token_revoked", "tokens")


@group.post("/sessions/{pass_id:int}/revoke", name="revoke_session")
def revoke_session(frame: Frame, db: Database, visitor: Visitor, pass_id: int) -> Response:
    """Log another device out."""
    with db.writing(visitor.scope) as tx:
        passes.revoke(tx, "session", pass_id)
    return _told(frame, "session_revoked", "sessions")


@group.post("/sessions/revoke", name="revoke_other_sessions")
def revoke_others(frame: Frame, db: Database, visitor: Visitor) -> Response:
    """Log all other devices out."""
    with db.writing(visitor.scope) as tx:
        passes.revoke_all(tx, "session", but=visitor.pass_id)
    return _told(frame, "session_revoked", "sessions")


@group.post("/feed", name="make_feed")
def make_feed(frame: Frame, db: Database, visitor: Visitor) -> Response:
    """Give the calendar an address, another one if it has one."""
    with db.writing(visitor.scope) as tx:
        passes.revoke_all(tx, "feed")
        passes.issue(tx, NewPass("feed", may_edit=False))
    return _to(frame.request, "feed")


@group.post("/feed/revoke", name="revoke_feed")
def revoke_feed(frame: Frame, db: Database, visitor: Visitor) -> Response:
    """Let the calendar find nothing from now on."""
    with db.writing(visitor.scope) as tx:
        passes.revoke_all(tx, "feed")
    return _told(frame, "feed_revoked", "feed")


def _needs_login(visitor: Visitor) -> None:
    if visitor.mode == "none":
        raise HTTPError(404)


def _devices(tx: Transaction, frame: Frame, kind: Kind) -> list[Device]:
    return [_device(each, frame) for each in passes.by_kind(tx, kind)]


def _device(known: Pass, frame: Frame) -> Device:
    used_on = frame.clock.local(known.used_at).date() if known.used_at else None
    return Device(known.id, known.label, used_on, known.id == frame.visitor.pass_id)


def _told(frame: Frame, key: str, part: str) -> Response:
    say(frame.request.session, frame.words(key))
    return _to(frame.request, part)


def _to(request: Request, part: str) -> Response:
    return redirect(f"{request.url_for('settings_page')}#{part}")
