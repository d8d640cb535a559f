"""What was deleted and can be brought back, and what is in the archive."""

from __future__ import annotations

from potstill.web import Group, Response
from puretodo.pages.frame import Frame
from puretodo.store import lists, views

group = Group()


@group.get("/bin", name="bin_page")
def bin_page(frame: Frame) -> Response:
    """To-dos and lists in the bin, and lists in the archive."""
    with frame.reading() as tx:
        tx.needs_all_lists()
        return frame.page(
            tx,
            "bin.html",
            todos=views.deleted(tx),
            gone=lists.deleted(tx),
            archived=lists.all_lists(tx, archived=True),
        )
