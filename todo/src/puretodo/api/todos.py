"""To-dos: found across the lists, and each by itself."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct

from potstill.web import Group, Raises, Request
from puretodo.access.today import Today
from puretodo.api.versions import answer_version, expect, expect_news
from puretodo.model.values import Id, Place, Todo, TodoChange
from puretodo.store import todos, views
from puretodo.store.database import Database
from puretodo.store.scope import Scope

group = Group("/todos", tags=["to-dos"])


class Ids(Struct, forbid_unknown_fields=True):
    """Several to-dos."""

    ids: Annotated[list[Id], Meta(max_length=10_000)]


@group.get("", name="api_todos")
def find(  # noqa: PLR0913, PLR0917 - each is a parameter of the query
    request: Request,
    db: Database,
    scope: Scope,
    today: Today,
    view: Literal["all", "today", "upcoming"] = "all",
    q: Annotated[str, Meta(max_length=500, description="Words to be found.")] = "",
    tag: Annotated[str, Meta(max_length=50)] = "",
    done: bool | None = None,
) -> list[Todo]:
    """To-dos of all lists that are not in the archive, at most 500.

    By view: `today` has what is due today or overdue, `upcoming` what is due after that.
    Words (`q`) and `tag` look at everything instead.
    """
    with db.reading(scope) as tx:
        expect_news(request, tx, today)
        if q.strip():
            found = views.found(tx, q)
        elif tag:
            found = views.tagged(tx, tag)
        elif view == "today":
            found = views.due_until(tx, today.day)
        elif view == "upcoming":
            found = views.due_after(tx, today.day)
        else:
            return views.everything(tx, done=done)
    return found if done is None else [each for each in found if each.done == done]


@group.post("/restore", name="api_todos_restore")
def restore(db: Database, scope: Scope, body: Ids) -> Annotated[list[Todo], Raises(403)]:
    """Take to-dos out of the bin; answers those of them that are there now."""
    with db.writing(scope) as tx:
        return todos.restore(tx, body.ids)


@group.resource("/{todo_id:int}", name="api_todo")
class OneTodo:
    """One to-do."""

    def get(self, request: Request, db: Database, scope: Scope, todo_id: int) -> Todo:
        """All about it."""
        with db.reading(scope) as tx:
            current = todos.get(tx, todo_id)
        answer_version(request, current)
        return current

    def patch(  # noqa: PLR0913, PLR0917 - what it needs is asked for by name
        self,
        request: Request,
        db: Database,
        scope: Scope,
        today: Today,
        todo_id: int,
        body: TodoChange,
    ) -> Annotated[Todo, Raises(403, 412)]:
        """Change what is named, and leave the rest.

        What repeats comes back when it is done: as another to-do, due later.
        """
        with db.writing(scope) as tx:
            current = todos.get(tx, todo_id)
            expect(request, current)
            changed = todos.change(tx, current, body, today.day)
        answer_version(request, changed)
        return changed

    def delete(
        self, request: Request, db: Database, scope: Scope, todo_id: int
    ) -> Annotated[None, Raises(403, 412)]:
        """Put it into the bin."""
        with db.writing(scope) as tx:
            current = todos.get(tx, todo_id)
            expect(request, current)
            todos.delete(tx, [current])


@group.post("/{todo_id:int}/move", name="api_todo_move")
def move(
    request: Request, db: Database, scope: Scope, todo_id: int, body: Place
) -> Annotated[Todo, Raises(403, 412)]:
    """Put a to-do elsewhere in its list, or into another one."""
    with db.writing(scope) as tx:
        current = todos.get(tx, todo_id)
        expect(request, current)
        moved = todos.move(tx, current, body)
    answer_version(request, moved)
    return moved
