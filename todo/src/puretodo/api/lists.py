"""Lists, and what is in each."""

from __future__ import annotations

from typing import Annotated

from msgspec import Struct

from potstill.web import Created, Group, Raises, Request
from puretodo.access.today import Today
from puretodo.api.versions import answer_version, expect, expect_news
from puretodo.model.values import ListChange, NewList, NewTodo, Place, Todo, TodoList
from puretodo.store import lists, todos
from puretodo.store.database import Database
from puretodo.store.scope import Scope

group = Group("/lists", tags=["lists"])


class AllDone(Struct, forbid_unknown_fields=True):
    """Whether everything shall be done, or nothing."""

    done: bool


@group.resource("", name="api_lists")
class Lists:
    """The lists there are."""

    def get(
        self, request: Request, db: Database, scope: Scope, archived: bool = False
    ) -> list[TodoList]:
        """All lists in their order, or those in the archive."""
        with db.reading(scope) as tx:
            expect_news(request, tx)
            return lists.all_lists(tx, archived=archived)

    def post(
        self, request: Request, db: Database, scope: Scope, body: NewList
    ) -> Annotated[Created[TodoList], Raises(403, 409)]:
        """Make a list."""
        with db.writing(scope) as tx:
            made = lists.add(tx, body)
        answer_version(request, made)
        request.reply.headers.add("Location", request.url_for("api_list", list_id=made.id))
        return made


@group.resource("/{list_id:int}", name="api_list")
class OneList:
    """One list."""

    def get(self, request: Request, db: Database, scope: Scope, list_id: int) -> TodoList:
        """What it is called, and how much of it is done."""
        with db.reading(scope) as tx:
            current = lists.get(tx, list_id)
        answer_version(request, current)
        return current

    def patch(
        self, request: Request, db: Database, scope: Scope, list_id: int, body: ListChange
    ) -> Annotated[TodoList, Raises(403, 412)]:
        """Rename it, put it into the archive or take it out."""
        with db.writing(scope) as tx:
            current = lists.get(tx, list_id)
            expect(request, current)
            changed = lists.change(tx, current, body)
        answer_version(request, changed)
        return changed

    def delete(
        self, request: Request, db: Database, scope: Scope, list_id: int
    ) -> Annotated[None, Raises(403, 412)]:
        """Put it into the bin with all that is in it."""
        with db.writing(scope) as tx:
            current = lists.get(tx, list_id)
            expect(request, current)
            lists.delete(tx, current)


@group.post("/{list_id:int}/restore", name="api_list_restore")
def restore(db: Database, scope: Scope, list_id: int) -> Annotated[TodoList, Raises(403)]:
    """Take a list out of the bin."""
    with db.writing(scope) as tx:
        return lists.restore(tx, list_id)


@group.post("/{list_id:int}/move", name="api_list_move")
def move(db: Database, scope: Scope, list_id: int, body: Place) -> Annotated[TodoList, Raises(403)]:
    """Put a list elsewhere among the others."""
    with db.writing(scope) as tx:
        return lists.move(tx, lists.get(tx, list_id), body)


@group.resource("/{list_id:int}/todos", name="api_list_todos")
class ListTodos:
    """What is in a list."""

    def get(
        self, request: Request, db: Database, scope: Scope, list_id: int, done: bool | None = None
    ) -> list[Todo]:
        """All of it, or what is done, or what is not."""
        with db.reading(scope) as tx:
            expect_news(request, tx)
            lists.require(tx, list_id)
            return todos.in_list(tx, list_id, done=done)

    def post(
        self, request: Request, db: Database, scope: Scope, list_id: int, body: NewTodo
    ) -> Annotated[Created[Todo], Raises(403, 409)]:
        """Add a to-do at the end."""
        with db.writing(scope) as tx:
            added = todos.add(tx, list_id, body)
        answer_version(request, added)
        request.reply.headers.add("Location", request.url_for("api_todo", todo_id=added.id))
        return added


@group.post("/{list_id:int}/toggle-all", name="api_toggle_all")
def toggle_all(
    db: Database, scope: Scope, today: Today, list_id: int, body: AllDone
) -> Annotated[list[Todo], Raises(403)]:
    """Let everything in a list be done, or nothing; answers what has changed."""
    with db.writing(scope) as tx:
        lists.require(tx, list_id)
        return todos.set_all_done(tx, list_id, body.done, today.day)


@group.delete("/{list_id:int}/completed", name="api_completed")
def clear_completed(db: Database, scope: Scope, list_id: int) -> Annotated[list[Todo], Raises(403)]:
    """Delete what is done in a list; answers what was deleted."""
    with db.writing(scope) as tx:
        lists.require(tx, list_id)
        return todos.clear_done(tx, list_id)
