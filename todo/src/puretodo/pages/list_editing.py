"""A list itself: renamed, moved, put into the archive, deleted and brought back."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from potstill.web import FormField, Group, HTTPError, Response
from puretodo.access.links import Links
from puretodo.model.values import ListChange, Place, TodoList
from puretodo.pages.flash import say
from puretodo.pages.frame import Frame
from puretodo.pages.sharing import links_to
from puretodo.store import lists
from puretodo.store.scope import Transaction

group = Group("/lists/{list_id:int}")


@group.get("/edit", name="edit_list_page")
def edit_page(frame: Frame, links: Links, list_id: int) -> Response:
    """All that can be done with a list; not for a link that may only read."""
    if not frame.visitor.scope.may_edit:
        raise HTTPError(403)
    with frame.reading() as tx:
        shown = links_to(tx, links, frame.clock, list_id)
        return frame.page(tx, "edit_list.html", list=lists.get(tx, list_id), links=shown)


@group.post("/edit", name="edit_list")
def edit(
    frame: Frame,
    list_id: int,
    title: Annotated[str | None, FormField()] = None,
    archived: Annotated[bool | None, FormField()] = None,
) -> Response:
    """Rename it, or put it into the archive or take it out."""
    said = {"title": title or None, "archived": archived}
    with frame.writing() as tx:
        current = lists.get(tx, list_id)
        try:
            wanted = msgspec.convert(
                {name: value for name, value in said.items() if value is not None}, ListChange
            )
        except msgspec.ValidationError:
            problem = frame.words("title_wrong")
            return frame.page(tx, "edit_list.html", status=422, list=current, problem=problem)
        changed = lists.change(tx, current, wanted)
    if changed.archived and not current.archived:
        say(frame.request.session, frame.words("archived_one", title=current.title))
        return frame.back("/")
    return frame.to_list(changed)


@group.post("/delete", name="delete_list")
def delete(frame: Frame, list_id: int) -> Response:
    """Put it into the bin."""
    with frame.writing() as tx:
        current = lists.get(tx, list_id)
        lists.delete(tx, current)
    text = frame.words("deleted_one", title=current.title)
    say(frame.request.session, text, list_id=current.id)
    return frame.back("/")


@group.post("/restore", name="restore_list")
def restore(frame: Frame, list_id: int) -> Response:
    """Take it out of the bin."""
    with frame.writing() as tx:
        restored = lists.restore(tx, list_id)
    return frame.to_list(restored)


@group.post("/move", name="move_list")
def move(
    frame: Frame,
    list_id: int,
    to: Annotated[Literal["up", "down"], FormField()],
) -> Response:
    """Put it before the one above it, or behind the one below."""
    with frame.writing() as tx:
        current = lists.get(tx, list_id)
        place = _place(tx, current, to)
        if place is not None:
            lists.move(tx, current, place)
    return frame.back(f"/lists/{list_id}/edit")


def _place(tx: Transaction, current: TodoList, to: Literal["up", "down"]) -> Place | None:
    ids = [each.id for each in lists.all_lists(tx)]
    return neighbour_place(ids, current.id, to)


def neighbour_place(ids: list[int], moving: int, to: Literal["up", "down"]) -> Place | None:
    """The place one up or down among those in this order; None where there is none."""
    if moving not in ids:
        return None
    index = ids.index(moving)
    if to == "up":
        return None if index == 0 else Place(after=ids[index - 2] if index > 1 else None)
    return None if index == len(ids) - 1 else Place(after=ids[index + 1])
