"""Who is asking."""

from __future__ import annotations

from msgspec import Struct

from potstill.web import Group
from puretodo.access.visitor import Visitor
from puretodo.model.values import Id
from puretodo.settings import Access

group = Group(tags=["access"])


class Me(Struct, kw_only=True):
    """The visitor."""

    name: str
    access: Access
    is_guest: bool
    list_id: Id | None
    may_edit: bool


@group.get("/me", name="api_me")
def me(visitor: Visitor) -> Me:
    """Whose lists these are, and what may be done with them; a guest sees one list."""
    return Me(
        name=visitor.name,
        access=visitor.mode,
        is_guest=visitor.is_guest,
        list_id=visitor.scope.list_id,
        may_edit=visitor.scope.may_edit,
    )
