"""A list and what is in it: looked at, added to, ticked off, cleared."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal, TypeAlias

import msgspec
from msgspec import Struct

from potstill.web import FormField, Group, Response
from puretodo.model.text import one_line
from puretodo.model.values import MAX_TITLE, NewList, TodoChange, TodoList
from puretodo.pages.flash import say
from puretodo.pages.frame import Frame
from puretodo.store import lines, lists, todos
from puretodo.store.scope import Transaction

group = Group()

Show: TypeAlias = Literal["all", "active", "completed"]
DONE: dict[Show, bool | None] = {"all": None, "active": False, "completed": True}

Text = Annotated[str, FormField()]


@group.get("/", name="home")
def home(frame: Frame, show: Show = "all") -> Response:
    """The first list."""
    with frame.reading() as tx:
        known = lists.all_lists(tx)
        if not known:
            return frame.page(tx, "no_lists.html")
        return _list_page(frame, tx, known[0], show)


@group.get("/lists/{list_id:int}", name="list_page")
def list_page(frame: Frame, list_id: int, show: Show = "all") -> Response:
    """A list: all of it, what is active, or what is completed."""
    with frame.reading() as tx:
        return _list_page(frame, tx, lists.get(tx, list_id), show)


def _list_page(frame: Frame, tx: Transaction, current: TodoList, show: Show) -> Response:
    found = todos.in_list(tx, current.id, done=DONE[show])
    return frame.page(tx, "list.html", list=current, todos=found, show=show)


@group.post("/lists", name="make_list")
def make_list(frame: Frame, title: Text = "") -> Response:
    """Make a list, and show it."""
    try:
        new = msgspec.convert({"title": title}, NewList)
    except msgspec.ValidationError:
        say(frame.request.session, frame.words("title_wrong"))
        return frame.back("/")
    with frame.writing() as tx:
        made = lists.add(tx, new)
    return frame.to_list(made)


class Line(Struct):
    """The form of the field at the top, and what its view goes without saying: a tag, a day."""

    text: str = ""
    before: str = ""
    due: date | None = None
    back: str = "/"


@group.post("/lists/{list_id:int}/add", name="add_todo_line")
def add(frame: Frame, list_id: int, body: Line) -> Response:
    """Add a line, as it is understood."""
    text = f"{body.before} {body.text}".strip()
    if not one_line(body.text):
        return frame.back(body.back)
    if len(text) > MAX_TITLE:
        say(frame.request.session, frame.words("too_long"))
        return frame.back(body.back)
    with frame.writing() as tx:
        added = lines.add_line(tx, text, frame.today, frame.words.language, list_id)
        if body.due and not added.due:
            todos.change(tx, added, TodoChange(due=body.due), frame.today)
    return frame.back(body.back, f"#todo-{added.id}")


@group.post("/lists/{list_id:int}/toggle-all", name="toggle_all")
def toggle_all(
    frame: Frame,
    list_id: int,
    done: Annotated[bool, FormField()],
    back: Text = "/",
) -> Response:
    """Let all be done, or none."""
    with frame.writing() as tx:
        lists.require(tx, list_id)
        todos.set_all_done(tx, list_id, done, frame.today)
    return frame.back(back)


@group.post("/lists/{list_id:int}/clear", name="clear_list")
def clear(frame: Frame, list_id: int, back: Text = "/") -> Response:
    """Delete what is done."""
    with frame.writing() as tx:
        lists.require(tx, list_id)
        cleared = todos.clear_done(tx, list_id)
    ids = [each.id for each in cleared]
    say(frame.request.session, frame.words("deleted_some", len(ids)), todos=ids)
    return frame.back(back)
