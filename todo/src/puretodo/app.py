"""Pure Todo put together: a WSGI application for any server.

    potstill 'puretodo.app:create()'

What is decided comes from `PURETODO_*` (`settings`), unless it is given.
"""

from __future__ import annotations

from potstill.web import App, Request
from puretodo import __version__, pages
from puretodo.access import installing as access
from puretodo.access.passwords import USUAL_COSTS, Costs
from puretodo.access.today import Today, today_of
from puretodo.api import api, compat, health
from puretodo.compression import compress
from puretodo.live.hub import Hub
from puretodo.settings import Settings, from_environ
from puretodo.store import accounts
from puretodo.store.database import Clock, Database, utc_now

DESCRIPTION = "Lists of what is to be done, and all that can be done with them."


def create(
    settings: Settings | None = None, *, clock: Clock = utc_now, costs: Costs = USUAL_COSTS
) -> App:
    """The application; SettingsError for what makes no sense. Opens nothing before it is started.

    `clock` tells the time, aware, and `costs` are those of passwords: tests have their own.
    """
    settings = settings or from_environ()
    database = Database(settings.db, clock=clock)
    hub = Hub(database)
    app = App(
        title="Pure Todo",
        version=__version__,
        description=DESCRIPTION,
        hosts=settings.trusted_hosts,
        openapi="/api/openapi.json",
        docs="/api/docs",
    )

    def start() -> None:
        database.prepare()
        with database.begin() as connection:
            accounts.ensure_owner(connection, clock())

    def today(request: Request) -> Today:
        return today_of(request, clock, settings)

    app.on_start(start)
    app.on_stop(database.close)
    app.on_start(hub.start)
    app.on_stop(hub.stop)
    app.provide(Database, lambda: database, scope="app")
    app.provide(Hub, lambda: hub, scope="app")
    app.provide(Settings, lambda: settings, scope="app")
    app.provide(Today, today)
    access.install(app, database, settings, costs)
    app.use(compress)
    app.include(api())
    app.include(health.group)
    app.include(compat.group)
    app.wrap(compat.one_segment)
    pages.install(app)
    return app
