"""The three addresses of pure-todo, which this grew from: its page works here unchanged.

A name is all it knows of a to-do, so it adds to the first list what is not there yet, and removes
what is called so.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated
from urllib.parse import quote, unquote

from msgspec import Struct

from potstill.web import Group, HTTPError, Request, Status
from puretodo.model.text import one_line
from puretodo.model.values import NewTodo, Title
from puretodo.store import lists, todos
from puretodo.store.database import Database
from puretodo.store.scope import Scope

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

REMOVE = "/remove-todo/"

group = Group(tags=["pure-todo"])


def one_segment(application: WSGIApplication) -> WSGIApplication:
    """Let a name be one segment of the path, whatever slashes and dots are in it: quoted again."""

    def quoting(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        path: str = environ.get("PATH_INFO", "")
        if path.startswith(REMOVE):
            name = path.removeprefix(REMOVE).encode("latin-1")
            environ["PATH_INFO"] = REMOVE + quote(name, safe="")
        return application(environ, start_response)

    return quoting


class Todos(Struct):
    """The names of what is to be done."""

    todos: list[str]


class Named(Struct):
    """What is to be added."""

    todo: Title


@group.get("/get-todos")
def get_todos(db: Database, scope: Scope) -> Todos:
    """What is not done in the first list."""
    with db.reading(scope) as tx:
        open_ones = todos.in_list(tx, lists.inbox(tx).id, done=False)
    return Todos([each.title for each in open_ones])


@group.post("/add-todo")
def add_todo(db: Database, scope: Scope, body: Named) -> Annotated[Named, Status(201)]:
    """Add to the first list."""
    with db.writing(scope) as tx:
        added = todos.add(tx, lists.inbox(tx).id, NewTodo(title=body.todo))
    return Named(added.title)


@group.delete(f"{REMOVE}{{name}}")
def remove_todo(
    request: Request, db: Database, scope: Scope, name: str
) -> Annotated[Named, Status(202)]:
    """Delete what is called so in the first list, the oldest when there are several."""
    query = request.environ.get("QUERY_STRING", "")  # that page quotes nothing: "Tea?" ends there
    wanted = (one_line(unquote(name)), one_line(unquote(f"{name}?{query}")))
    with db.writing(scope) as tx:
        for each in todos.in_list(tx, lists.inbox(tx).id, done=False):
            if each.title in wanted:
                todos.delete(tx, [each])
                return Named(each.title)
    raise HTTPError(404, "This is not on the list.")
