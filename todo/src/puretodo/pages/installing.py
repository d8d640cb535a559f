"""The pages of an application: their addresses, templates, static files, and errors in our look."""

from __future__ import annotations

from pathlib import Path

from potstill.web import App, Group
from potstill.web.templates import Templates
from puretodo.pages import (
    account,
    bin,
    details,
    device,
    feed,
    help,
    list_editing,
    lists,
    settings,
    sharing,
    signing_in,
    todos,
    transfer,
    views,
)
from puretodo.pages.errors import show_errors
from puretodo.pages.frame import Frame, frame_of
from puretodo.pages.paper import Paper, paper_of

HERE = Path(__file__).parent
ROOMS = (
    *(lists, list_editing, todos, details, views, bin, help, device),
    *(settings, account, transfer, sharing, signing_in, feed),
)


def install(app: App) -> Templates:
    """Add all pages to an application; its templates, for pages that are made elsewhere."""
    app.static("/static", HERE / "static")
    templates = app.templates(HERE / "templates")
    templates.environment.trim_blocks = templates.environment.lstrip_blocks = True
    app.provide(Templates, lambda: templates, scope="app")
    app.provide(Paper, paper_of)
    app.provide(Frame, frame_of)
    pages = Group(hidden=True)
    for room in ROOMS:
        pages.include(room.group)
    app.include(pages)
    show_errors(app, templates)
    return templates
