"""All about one to-do: a page with a form, which scripts show in a sheet."""

from __future__ import annotations

from typing import Any

import msgspec

from potstill.web import Form, Group, Response
from puretodo.model.values import Place, Todo
from puretodo.pages.frame import Frame
from puretodo.pages.todo_form import TodoForm
from puretodo.store import todos
from puretodo.store.scope import Transaction

group = Group("/todos/{todo_id:int}")


@group.get("", name="todo_page")
def todo_page(frame: Frame, todo_id: int) -> Response:
    """All about it."""
    with frame.reading() as tx:
        current = todos.get(tx, todo_id)
        return _page(frame, tx, current, TodoForm.of(current))


@group.post("", name="edit_todo")
def edit(frame: Frame, todo_id: int, body: Form) -> Response:
    """Change what was filled in; what somebody else changed meanwhile is shown beside it first."""
    form = TodoForm.filled_in(body)
    with frame.writing() as tx:
        current = todos.get(tx, todo_id)
        if form.version != str(current.version):
            return _page(frame, tx, current, form, status=409, theirs=TodoForm.of(current))
        try:
            wanted = form.change()
        except msgspec.ValidationError as error:
            problem = frame.words(form.problem(error))
            return _page(frame, tx, current, form, status=422, problem=problem)
        changed = todos.change(tx, current, wanted, frame.today)
        if form.list_id and form.list_id != changed.list_id:
            changed = todos.move(tx, changed, Place(list_id=form.list_id, after=msgspec.UNSET))
    return frame.back(body.get("back") or f"/lists/{changed.list_id}", f"#todo-{changed.id}")


def _page(frame: Frame, tx: Transaction, current: Todo, form: TodoForm, **context: Any) -> Response:
    context = {"theirs": None, "problem": "", "back": f"/lists/{current.list_id}"} | context
    return frame.page(tx, "todo.html", todo=current, form=form, **context)
