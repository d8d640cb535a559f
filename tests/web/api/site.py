"""The application: its groups, and one shelf for all handlers."""

from __future__ import annotations

from potstill.web import App
from tests.web.api.authors import authors
from tests.web.api.books import books
from tests.web.api.desk import desk
from tests.web.api.members import loans, members
from tests.web.api.shelf import Shelf


def make_app() -> App:
    """A library of its own."""
    app = App(
        title="Lending library",
        version="1.2",
        description="Books, the people who wrote them, and the people who have them at home.",
    )
    app.provide(Shelf, Shelf, scope="app")
    for group in (authors, books, members, loans, desk):
        app.include(group)
    return app


app = make_app()
