"""A to-do list as a typed JSON API: verbs on classes, and the rest follows from the types.

    potstill examples.todos_api:app        # then http://127.0.0.1:8000/docs

Its arguments are validated, its errors name the field, `/openapi.json` describes it, and HEAD,
OPTIONS and 405 come by themselves. The list lives in memory, so it ends with the process.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated

import msgspec
from msgspec import Meta

from potstill.web import App, HTTPError, Raises, Request, created, html, redirect


class NewTodo(msgspec.Struct, forbid_unknown_fields=True):
    """What a client sends."""

    title: Annotated[str, Meta(min_length=1, max_length=500)]
    due: date | None = None


class Todo(NewTodo, kw_only=True):
    """What the list has."""

    id: int
    done: bool = False


@dataclass
class TodoList:
    """The list; any number of threads may use it."""

    _todos: dict[int, Todo] = field(default_factory=dict, init=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False)
    _last: int = field(default=0, init=False)

    def add(self, new: NewTodo) -> Todo:
        """Add one at the end."""
        with self._lock:
            self._last += 1
            todo = self._todos[self._last] = Todo(id=self._last, title=new.title, due=new.due)
        return todo

    def find(self, *, done: bool | None, limit: int) -> list[Todo]:
        """The first ones, all or of one kind."""
        with self._lock:
            todos = list(self._todos.values())
        return [todo for todo in todos if done is None or todo.done is done][:limit]

    def get(self, id: int) -> Todo:
        """One by its number; HTTPError 404 when it is not there."""
        try:
            return self._todos[id]
        except KeyError:
            raise HTTPError(404, f"There is no to-do {id}.") from None

    def remove(self, id: int) -> None:
        """Remove one; HTTPError 404 when it is not there."""
        if self._todos.pop(id, None) is None:
            raise HTTPError(404, f"There is no to-do {id}.")


app = App(title="Todos", version="1.0")
app.provide(TodoList, TodoList, scope="app")


@app.resource("/todos", tags=["todos"])
class Todos:
    """All of them."""

    def get(
        self,
        todos: TodoList,
        done: bool | None = None,
        limit: Annotated[int, Meta(ge=1, le=100)] = 50,
    ) -> list[Todo]:
        """List them, all or of one kind."""
        return todos.find(done=done, limit=limit)

    def post(self, request: Request, todos: TodoList, body: NewTodo) -> Todo:
        """Add one."""
        todo = todos.add(body)
        return created(request, todo, request.url_for(OneTodo, id=todo.id))


@app.resource("/todos/{id:int}", tags=["todos"])
class OneTodo:
    """One of them."""

    def get(self, todos: TodoList, id: int) -> Annotated[Todo, Raises(404)]:
        """Show it."""
        return todos.get(id)

    def delete(self, todos: TodoList, id: int) -> Annotated[None, Raises(404)]:
        """Remove it."""
        todos.remove(id)


@app.get("/hello/{name}")
def hello(name: str) -> str:
    """Greet somebody."""
    return f"Hello, {name}!"


@app.get("/", hidden=True)
def front(request: Request) -> object:
    """A browser is led to the documentation."""
    if request.prefers("text/html", "application/json") == "text/html":
        return redirect(request.url_for("docs"))
    return html("<p>Ask for <a href='/todos'>/todos</a>")
