"""Where the OpenAPI document and its page are: hidden routes of each application that wants them.

The modules that make them are imported when somebody asks.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from potstill.web.request import Request
from potstill.web.response import Response
from potstill.web.routing.groups import Group

if TYPE_CHECKING:
    from potstill.web.app import App
    from potstill.web.openapi.document import Document
    from potstill.web.openapi.page import DocsPage


class Documents:
    """The document of an application and its page."""

    def __init__(self, app: App, openapi: str) -> None:
        self._app = app
        self._openapi = openapi

    @cached_property
    def document(self) -> Document:
        """The document."""
        from potstill.web.openapi.document import Document

        return Document(self._app)

    @cached_property
    def page(self) -> DocsPage:
        """The page that shows it."""
        from potstill.web.openapi.page import DocsPage

        return DocsPage(self.document, self._openapi)

    def answer_document(self, request: Request) -> Response:
        """Answer at the path of the document."""
        return self.document.respond(request)

    def answer_page(self, request: Request) -> Response:
        """Answer at the path of the page, and of its files below."""
        return self.page.respond(request)


def document_routes(app: App, openapi: str | None, docs: str | None) -> Group:
    """The routes of the document and its page, where the application has none of its own there."""
    group = Group()
    taken = {registration.pattern for registration in app.registrations}
    taken |= {mount.prefix for mount in app.mounts}
    if openapi is None or openapi in taken:
        return group
    documents = Documents(app, openapi)
    group.get(openapi, hidden=True, name="openapi")(documents.answer_document)
    if docs is not None and docs not in taken:
        group.get(docs, hidden=True, name="docs")(documents.answer_page)
        group.get(docs + "/{file}", hidden=True, name="docs_file")(documents.answer_page)
    return group
