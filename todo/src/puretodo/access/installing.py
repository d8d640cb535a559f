"""Who may come in, put around an application."""

from __future__ import annotations

from potstill.web import App, Request
from puretodo.access.gate import Gate
from puretodo.access.keys import Keys
from puretodo.access.links import Links, links_of
from puretodo.access.login import Login
from puretodo.access.passwords import USUAL_COSTS, Costs, Passwords
from puretodo.access.share_door import ShareDoor
from puretodo.access.visitor import Visitor
from puretodo.settings import Settings
from puretodo.store.database import Database
from puretodo.store.scope import Scope


def install(app: App, database: Database, settings: Settings, costs: Costs = USUAL_COSTS) -> None:
    """Let an application know its visitors: provides `Visitor`, `Scope`, `Keys`, `Login` and more.

    To be called before other layers that handlers' answers pass, and before other WSGI middleware
    is wrapped around. `costs` are those of passwords. Opens nothing.
    """
    keys = Keys(database, settings)
    gate = Gate(database, keys, settings.access)
    passwords = Passwords(costs)
    login = Login(database, keys, passwords, settings.access)

    def visitor_of(request: Request) -> Visitor:
        return gate.visitor(request)

    def scope_of(visitor: Visitor) -> Scope:
        return visitor.scope

    app.wrap(ShareDoor, database=database, keys=keys)
    app.use(keys)
    app.use(gate)
    app.provide(Gate, lambda: gate, scope="app")
    app.provide(Keys, lambda: keys, scope="app")
    app.provide(Login, lambda: login, scope="app")
    app.provide(Passwords, lambda: passwords, scope="app")
    app.provide(Links, links_of)
    app.provide(Visitor, visitor_of)
    app.provide(Scope, scope_of)
