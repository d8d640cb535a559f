"""What is done with a to-do by one button: ticked off, moved, deleted, brought back."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from potstill.web import FormField, Group, Response
from puretodo.model.values import TodoChange
from puretodo.pages.flash import say
from puretodo.pages.frame import Frame
from puretodo.pages.list_editing import neighbour_place
from puretodo.store import todos

group = Group("/todos")

Back: TypeAlias = Annotated[str, FormField()]


@group.post("/{todo_id:int}/toggle", name="toggle_todo")
def toggle(
    frame: Frame,
    todo_id: int,
    done: Annotated[bool, FormField()],
    back: Back = "/",
) -> Response:
    """Tick it off, or bring it back."""
    with frame.writing() as tx:
        todos.change(tx, todos.get(tx, todo_id), TodoChange(done=done), frame.today)
    return frame.back(back, f"#todo-{todo_id}")


@group.post("/{todo_id:int}/delete", name="delete_todo")
def delete(frame: Frame, todo_id: int, back: Back = "/") -> Response:
    """Put it into the bin."""
    with frame.writing() as tx:
        gone = todos.get(tx, todo_id)
        todos.delete(tx, [gone])
    text = frame.words("deleted_one", title=gone.title)
    say(frame.request.session, text, todos=[gone.id])
    return frame.back(back)


@group.post("/{todo_id:int}/move", name="move_todo")
def move(
    frame: Frame,
    todo_id: int,
    to: Annotated[Literal["up", "down"], FormField()],
    back: Back = "/",
) -> Response:
    """Put it before the one above it, or behind the one below."""
    with frame.writing() as tx:
        current = todos.get(tx, todo_id)
        ids = [each.id for each in todos.in_list(tx, current.list_id)]
        place = neighbour_place(ids, current.id, to)
        if place is not None:
            todos.move(tx, current, place)
    return frame.back(back, f"#todo-{todo_id}")


@group.post("/restore", name="restore_todos")
def restore(
    frame: Frame,
    ids: Annotated[list[int], FormField()],
    back: Back = "/",
) -> Response:
    """Take them out of the bin."""
    with frame.writing() as tx:
        todos.restore(tx, ids)
    return frame.back(back)
