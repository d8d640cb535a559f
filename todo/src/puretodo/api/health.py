"""Is it well? For whoever watches over it, without a login."""

from __future__ import annotations

from msgspec import Struct
from sqlalchemy import text

from potstill.web import Group, Request
from puretodo import __version__
from puretodo.store.database import Database

group = Group(tags=["health"])


class Health(Struct):
    """It is, when this is answered at all; 503 when the database does not answer."""

    status: str
    version: str


@group.get("/health", name="health")
def health(request: Request, db: Database) -> Health:
    """Ask the database something."""
    with db.connect() as connection:
        connection.execute(text("SELECT 1"))
    request.reply.headers.add("Cache-Control", "no-store")
    return Health("ok", __version__)
