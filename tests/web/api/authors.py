"""Authors: list, make, read, replace, change, remove."""

from __future__ import annotations

from typing import Annotated

import msgspec

from potstill.web import Created, Group, HTTPError, Request, created
from potstill.web.openapi.raises import Raises
from tests.web.api.records import (
    Author,
    AuthorChange,
    Book,
    Limit,
    NewAuthor,
    Offset,
    Sorting,
)
from tests.web.api.shelf import Shelf

authors = Group(tags=["Authors"])


@authors.resource("/authors")
class Authors:
    """Everybody whose books are here."""

    def get(
        self,
        request: Request,
        shelf: Shelf,
        sort: Sorting = Sorting.NAME,
        limit: Limit = 20,
        offset: Offset = 0,
    ) -> list[Author]:
        """List authors."""
        found = shelf.authors.all()
        if sort is Sorting.NAME:
            found.sort(key=lambda author: author.name)
        else:
            found.reverse()
        return found[offset : offset + limit]

    def post(self, request: Request, shelf: Shelf, body: NewAuthor) -> Created[Author]:
        """Add an author."""
        author = Author(**msgspec.structs.asdict(body), id=shelf.authors.next_id())
        shelf.authors.put(author.id, author)
        return created(request, author, request.url_for(OneAuthor, id=author.id))


@authors.resource("/authors/{id:int}")
class OneAuthor:
    """An author."""

    def get(self, request: Request, shelf: Shelf, id: int) -> Author:
        """Show an author."""
        return shelf.authors.get(id)

    def put(self, request: Request, shelf: Shelf, id: int, body: NewAuthor) -> Author:
        """Replace an author."""
        made = Author(**msgspec.structs.asdict(body), id=id)
        return shelf.authors.change(id, lambda _: made)

    def patch(
        self,
        request: Request,
        shelf: Shelf,
        id: int,
        body: AuthorChange,
    ) -> Author:
        """Change some of an author.

        What is left away stays as it is.
        """
        said = {
            key: value
            for key, value in msgspec.structs.asdict(body).items()
            if value is not msgspec.UNSET
        }
        return shelf.authors.change(id, lambda author: msgspec.structs.replace(author, **said))

    def delete(
        self,
        request: Request,
        shelf: Shelf,
        id: int,
    ) -> Annotated[None, Raises(409)]:
        """Remove an author who has no books here."""
        if any(book.author == id for book in shelf.books.all()):
            raise HTTPError(409, "There are books of this author.")
        shelf.authors.remove(id)


@authors.get("/authors/{id:int}/books", name="books_of_author")
def books_of_author(request: Request, shelf: Shelf, id: int, limit: Limit = 20) -> list[Book]:
    """List the books of an author."""
    shelf.authors.get(id)
    return [book for book in shelf.books.all() if book.author == id][:limit]
