"""Quick add: a to-do in one line, and what would be understood of it."""

from __future__ import annotations

from typing import Annotated

from msgspec import Struct

from potstill.web import Created, Group, Raises, Request
from puretodo.access.language import language_of
from puretodo.access.today import Today
from puretodo.api.versions import answer_version
from puretodo.model.quick_add import Understood
from puretodo.model.values import Id, Title, Todo
from puretodo.store import lines
from puretodo.store.database import Database
from puretodo.store.scope import Scope

group = Group("/quick-add", tags=["to-dos"])


class Line(Struct, forbid_unknown_fields=True):
    """A to-do as it is typed: `milk #shop !1 tomorrow`."""

    text: Title
    list_id: Id | None = None


@group.resource("", name="api_quick_add")
class QuickAdd:
    """One line."""

    def get(
        self, request: Request, db: Database, scope: Scope, today: Today, text: Title
    ) -> Understood:
        """What is understood of a line: day, repeat, tags, priority and list; nothing is added.

        Days are taken in the language of the cookie `lang`, or of Accept-Language.
        """
        with db.reading(scope) as tx:
            return lines.understand_line(tx, text, today.day, language_of(request))

    def post(
        self, request: Request, db: Database, scope: Scope, today: Today, body: Line
    ) -> Annotated[Created[Todo], Raises(403, 404, 409)]:
        """Add what is understood, to the list named in it, else to `list_id`, else to the first."""
        language = language_of(request)
        with db.writing(scope) as tx:
            added = lines.add_line(tx, body.text, today.day, language, body.list_id)
        answer_version(request, added)
        request.reply.headers.add("Location", request.url_for("api_todo", todo_id=added.id))
        return added
