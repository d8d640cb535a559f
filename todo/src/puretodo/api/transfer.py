"""Everything out, and files in."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Struct

from potstill.web import Group, Raises, Response
from puretodo.access.today import Today
from puretodo.formats import FORMATS
from puretodo.model.values import Title
from puretodo.store import bundles
from puretodo.store.database import Database
from puretodo.store.scope import Scope

group = Group(tags=["import and export"])

MAX_FILE = 64 << 20
"""Bytes of a file that is imported."""


class Imported(Struct):
    """How much came in."""

    lists: int
    todos: int


@group.get("/export", name="api_export")
def export(
    db: Database,
    scope: Scope,
    today: Today,
    format: Literal["json", "csv", "todotxt", "ical"] = "json",
) -> Response:
    """All lists as a file; JSON is the one that loses nothing."""
    chosen = FORMATS[format]
    assert chosen.write is not None
    with db.reading(scope) as tx:
        bundle = bundles.read(tx, named=format == "ical")
    name = f"todo-{today.day}.{chosen.extension}"
    headers = [
        ("Content-Disposition", f'attachment; filename="{name}"'),
        ("Cache-Control", "private, no-store"),
    ]
    return Response(chosen.write(bundle), 200, headers, content_type=chosen.media_type)


@group.post("/import", name="api_import", max_body=MAX_FILE)
def bring_in(  # noqa: PLR0913, PLR0917 - what it needs is asked for by name
    db: Database,
    scope: Scope,
    today: Today,
    body: bytes,
    format: Literal["json", "csv", "todotxt", "ical", "todoist"] = "json",
    list: Title = "Imported",
) -> Annotated[Imported, Raises(403, 409)]:
    """Add the lists of a file, sent as the body, to those there are: all of it or nothing.

    What belongs to no list goes to one that is called as `list` says.
    """
    read = FORMATS[format].read
    assert read is not None
    bundle = read(body, default_list=list, now=today.local(db.clock()))
    with db.writing(scope) as tx:
        bundles.write(tx, bundle)
    return Imported(len(bundle.lists), len(bundle.todos))
