"""The gate: finds out who a request is from, before anything is done for it.

It lies around all handlers, so that one that forgets to ask is closed rather than open. Strangers
see what `_FOR_ALL` names; guests, who came by a link to one list, what `_FOR_GUESTS` names, and
below that their `Scope`, which the store holds them to.
"""

from __future__ import annotations

import re
from urllib.parse import quote

from potstill.web import HTTPError, Next, Request, Respond, Response, redirect
from puretodo.access.keys import Keys
from puretodo.access.visitor import Visitor, everybody, guest, member
from puretodo.settings import Access
from puretodo.store import accounts, passes
from puretodo.store.database import Database
from puretodo.store.passes import Kind, Pass

SHARE = "puretodo.share"
"""In `environ`: the `Pass` of the link that a request came by."""
SESSION = "pass"
"""In a session: the token of its pass."""
API = ("/api/", "/get-todos", "/add-todo", "/remove-todo/")
"""What programs ask for, who are told that they have to log in, and not sent to a page."""

_THINGS = r"/static/.+|/sw\.js|/manifest\.webmanifest|/offline|/favicon\.ico"
_FOR_ALL = re.compile(rf"{_THINGS}|/login|/health|/robots\.txt|/s/.*|/feeds/[^/]+").fullmatch
_FOR_GUESTS = re.compile(
    rf"""{_THINGS}|/|/help|/search|/tags/[^/]+
    |/lists/\d+(/(add|edit|toggle-all|clear))?
    |/todos/\d+(/(toggle|delete|move))?|/todos/restore
    |/api/v1/(me|lists|todos|tags|quick-add|events|todos/restore)
    |/api/v1/lists/\d+(/(todos|toggle-all|completed))?
    |/api/v1/todos/\d+(/move)?""",
    re.VERBOSE | re.ASCII,
).fullmatch


class Gate:
    """A layer inside of `Keys`; what it found out is what `Visitor` is provided by."""

    def __init__(self, database: Database, keys: Keys, mode: Access) -> None:
        self._database = database
        self._keys = keys
        self._mode = mode

    def __call__(self, request: Request, next: Next) -> Response:
        """Go on with whoever may; HTTPError 401 or 404, or a redirect to the login."""
        if SHARE in request.environ or not _FOR_ALL(request.path):
            self.visitor(request)
        return next(request)

    def visitor(self, request: Request) -> Visitor:
        """Who it is; raises as above when nobody may be."""
        known: Visitor | None = request.state.get(Visitor)
        if known is None:
            known = request.state[Visitor] = self._find(request)
        return known

    def member_of(self, request: Request) -> Visitor | None:
        """Who has logged in with this browser, for pages that strangers see too."""
        session = self._shown("session", request.session.get(SESSION, ""))
        return None if session is None else member(self._mode, session)

    def _find(self, request: Request) -> Visitor:
        link: Pass | None = request.environ.get(SHARE)
        if link is not None:
            return self._guest(request, link)
        if self._mode == "none":
            return self._everybody()
        if request.path.startswith(API):
            scheme, _, token = request.headers.get("Authorization", "").partition(" ")
            if scheme.lower() == "bearer":
                return self._program(token.strip())
        return self.member_of(request) or _stranger(request)

    def _everybody(self) -> Visitor:
        with self._database.connect() as connection:
            owner = accounts.owner(connection)
        if owner is None:
            raise HTTPError(503, "There is no account yet.")
        return everybody(owner)

    def _guest(self, request: Request, link: Pass) -> Visitor:
        if not _FOR_GUESTS(request.path):
            raise HTTPError(404, "There is nothing at this address.")
        return guest(self._mode, link)

    def _program(self, token: str) -> Visitor:
        shown = self._shown("api", token)
        if shown is None:
            said = ("WWW-Authenticate", 'Bearer error="invalid_token"')
            raise HTTPError(401, "This token is not valid, or not any more.", headers=[said])
        return member(self._mode, shown)

    def _shown(self, kind: Kind, token: str) -> Pass | None:
        return shown_pass(self._database, self._keys, kind, token)


def shown_pass(database: Database, keys: Keys, kind: Kind, token: str) -> Pass | None:
    """The pass that a token stands for, which is noted to be used; None if it opens nothing."""
    pass_id = keys.tokens.read(kind, token)
    if pass_id is None:
        return None
    with database.connect() as connection:
        found = passes.find(connection, kind, pass_id, database.clock())
    if found is not None:
        passes.note_use(database, found)
    return found


def _stranger(request: Request) -> Visitor:
    """Nobody yet: programs are told so, people are shown the login, which leads back here."""
    if request.path.startswith(API):
        said = ("WWW-Authenticate", "Bearer")
        raise HTTPError(401, "Log in first, or send an API token.", headers=[said])
    login = f"{request.root}/login"
    if request.method in ("GET", "HEAD") and request.path != "/":
        login += f"?next={quote(request.at_path(request.path).removeprefix(request.root))}"
    raise Respond(redirect(login))
