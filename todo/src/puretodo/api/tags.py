"""The tags there are."""

from __future__ import annotations

from msgspec import Struct

from potstill.web import Group, Request
from puretodo.api.versions import expect_news
from puretodo.model.values import Tag
from puretodo.store import views
from puretodo.store.database import Database
from puretodo.store.scope import Scope

group = Group("/tags", tags=["to-dos"])


class TagCount(Struct):
    """A tag, and how many to-dos that are not done have it."""

    name: Tag
    open: int


@group.get("", name="api_tags")
def tags(request: Request, db: Database, scope: Scope) -> list[TagCount]:
    """The tags of what is not done, by name."""
    with db.reading(scope) as tx:
        expect_news(request, tx)
        return [TagCount(name, count) for name, count in views.tags(tx)]
