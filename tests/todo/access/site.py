"""An application with people in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from potstill.web import App
from potstill.web.testing import Answer, Client
from puretodo.access.keys import Keys
from puretodo.access.passwords import Costs, Passwords
from puretodo.app import create
from puretodo.settings import Access, Settings
from puretodo.store import accounts, passes
from puretodo.store.accounts import Account
from puretodo.store.database import Database
from puretodo.store.location import location
from puretodo.store.passes import NewPass, Pass
from puretodo.store.scope import Scope

CHEAP = Costs(ln=4, r=1, p=1)
PASSWORD = "correct horse battery"
PAGE = {"Accept": "text/html"}
Sites = Callable[..., "Site"]


class Clock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 29, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **by: float) -> None:
        self.now += timedelta(**by)


@dataclass
class Site:
    """One process of the application, on a database that it may share with others."""

    url: str
    access: Access = "accounts"
    hosts: tuple[str, ...] = ()
    secret: str = ""
    clock: Clock = field(default_factory=Clock)

    def __post_init__(self) -> None:
        settings = Settings(location(self.url), self.access, self.hosts, secret=self.secret)
        self.app: App = create(settings, clock=self.clock, costs=CHEAP)
        self.database = Database(settings.db, clock=self.clock)
        self.keys = Keys(self.database, settings)

    def client(self, base_url: str = "http://localhost") -> Client:
        """A browser that has not been here."""
        return Client(self.app, base_url)

    def member(self, name: str = "owner") -> Client:
        """A browser that has logged in."""
        client = self.client()
        answer = log_in(client, name)
        assert answer.status == 303, answer.text
        return client

    def add(self, name: str, password: str = PASSWORD) -> Account:
        """Somebody new, with a password and one list."""
        with self.database.begin() as connection:
            made = accounts.add(connection, name, self.clock())
            accounts.set_password(connection, made.id, Passwords(CHEAP).keep(password))
        return made

    def owner(self, password: str = PASSWORD) -> Account:
        """The first account, with a password from now on."""
        with self.database.begin() as connection:
            owner = accounts.owner(connection)
            assert owner is not None
            accounts.set_password(connection, owner.id, Passwords(CHEAP).keep(password))
        return owner

    def issue(self, account: Account, new: NewPass) -> Pass:
        """A pass of somebody's."""
        with self.database.writing(Scope(account.id)) as tx:
            return passes.issue(tx, new)

    def token(self, account: Account, new: NewPass) -> str:
        """The same as text."""
        return self.keys.tokens.text(new.kind, self.issue(account, new).id)


def log_in(client: Client, name: str = "owner", password: str = PASSWORD, **also: str) -> Answer:
    """Send the form of the login."""
    form = {"name": name, "password": password, **also}
    return client.post("/login", form=form, headers=PAGE)


def bearer(token: str) -> dict[str, str]:
    """The header field of an API token."""
    return {"Authorization": f"Bearer {token}"}
