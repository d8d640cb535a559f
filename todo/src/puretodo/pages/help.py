"""The sheet of keys, and how a line is understood."""

from __future__ import annotations

from potstill.web import Group, Response
from puretodo.pages.frame import Frame

group = Group()


@group.get("/help", name="help_page")
def help_page(frame: Frame) -> Response:
    """Which key does what, and what may stand in a line."""
    with frame.reading() as tx:
        return frame.page(tx, "help.html")
