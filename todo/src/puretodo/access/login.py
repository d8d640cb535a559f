"""Logging in and out: how often it may fail, and what it leaves in the session.

The answer and its time are the same whether a name is known or not.
"""

from __future__ import annotations

import ipaddress
from contextlib import suppress
from dataclasses import dataclass

from potstill.web import HTTPError, Request
from puretodo.access.devices import device_name
from puretodo.access.gate import SESSION, shown_pass
from puretodo.access.keys import Keys
from puretodo.access.passwords import Busy, Passwords
from puretodo.model.text import folded, one_line
from puretodo.settings import Access
from puretodo.store import accounts, attempts, passes
from puretodo.store.accounts import Account
from puretodo.store.attempts import Limit, TooMany
from puretodo.store.database import Database
from puretodo.store.errors import NotFound
from puretodo.store.passes import NewPass
from puretodo.store.scope import Scope

MOST_OF_BOTH, MOST_OF_ADDRESS, MOST_OF_NAME = 5, 20, 50
"""Failures of a name from an address, of an address, and of a name, within `attempts.WINDOW`."""


@dataclass(frozen=True, slots=True)
class Login:
    """Lets people in who know a password."""

    database: Database
    keys: Keys
    passwords: Passwords
    mode: Access

    def enter(self, request: Request, name: str, password: str) -> bool:
        """Log in, and let the session hold a new pass; False if the password is not right.

        Raises what `verified` does.
        """
        account = self.verified(request, name, password)
        if account is None:
            return False
        self._revoke(request)
        label = device_name(request.headers.get("User-Agent", ""))
        with self.database.writing(Scope(account.id)) as tx:
            issued = passes.issue(tx, NewPass("session", label))
        session = request.session
        session.clear()  # what was there before is of somebody who had not logged in
        session[SESSION] = self.keys.tokens.text("session", issued.id)
        session.renew()
        return True

    def verified(self, request: Request, name: str, password: str) -> Account | None:
        """The account that a password opens; None if it opens none.

        `name` is not looked at where there is one password. HTTPError 429 after too many failures,
        503 when too many try at this moment. Blocks for as long as scrypt takes.
        """
        name = "" if self.mode == "password" else one_line(name)[: accounts.MAX_NAME]
        limits = _limits(name, request.client)
        self._count(limits)
        account = self._known(name, password)
        if account is not None:
            with self.database.begin() as connection:
                attempts.forgive(connection, limits)
                attempts.forget(connection, limits[0])
        return account

    def leave(self, request: Request) -> None:
        """Log out: the pass ends, and with it every copy of the cookie."""
        self._revoke(request)
        request.session.clear()

    def _count(self, limits: list[Limit]) -> None:
        try:
            with self.database.begin() as connection:
                attempts.count(connection, limits, self.database.clock())
        except TooMany as error:
            seconds = max(1, int(error.wait.total_seconds()))
            said = ("Retry-After", str(seconds))
            raise HTTPError(429, "Too many failed logins. Wait a while.", headers=[said]) from None

    def _known(self, name: str, password: str) -> Account | None:
        """The account that the password opens, kept anew if it was kept at other costs."""
        with self.database.connect() as connection:
            owner = accounts.owner(connection)
            account = owner if self.mode == "password" else accounts.named(connection, name)
        kept = account.password if account else None
        try:
            if not self.passwords.is_right(password, kept) or account is None or kept is None:
                return None
            if self.passwords.is_outdated(kept):
                anew = self.passwords.keep(password)
                with self.database.begin() as connection:
                    accounts.set_password(connection, account.id, anew)
        except Busy:
            raise HTTPError(503, "Try again in a moment.", headers=[("Retry-After", "5")]) from None
        return account

    def _revoke(self, request: Request) -> None:
        session = shown_pass(self.database, self.keys, "session", request.session.get(SESSION, ""))
        if session is not None:
            with suppress(NotFound), self.database.writing(Scope(session.account_id)) as tx:
                passes.revoke(tx, "session", session.id)


def _limits(name: str, address: str) -> list[Limit]:
    name, network = folded(name), _network(address)
    return [
        Limit("both", f"{network} {name}", MOST_OF_BOTH),
        Limit("address", network, MOST_OF_ADDRESS),
        Limit("name", name, MOST_OF_NAME),
    ]


def _network(address: str) -> str:
    """What one household has: an IPv4 address, or 64 bits of IPv6 with all that is below."""
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv6Address):
        mapped = parsed.ipv4_mapped
        return str(mapped or ipaddress.ip_network((parsed, 64), strict=False))
    return address
