"""Books with their covers and reviews; a book is changed as it was read, or not at all."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

import msgspec

from potstill.web import Created, Group, HTTPError, Request, Response, created, redirect
from potstill.web.binding.sources import Header, Query
from potstill.web.forms.form import Upload
from potstill.web.openapi.raises import Raises
from tests.web.api.records import Book, BookFilter, NewBook, NewReview, Review, Stored
from tests.web.api.shelf import Shelf

books = Group(tags=["Books"])

IfMatch = Annotated[
    str | None, Header(), msgspec.Meta(description="The ETag that the book was read with.")
]


def etag_of(book: Book) -> str:
    """What the book is known by as it is now."""
    return f"v{book.version}"


@books.resource("/books")
class Books:
    """All books."""

    def get(
        self, request: Request, shelf: Shelf, wanted: Annotated[BookFilter, Query()]
    ) -> list[Book]:
        """List books."""
        found = [book for book in shelf.books.all() if _is_wanted(book, wanted)]
        return found[wanted.offset : wanted.offset + wanted.limit]

    def post(
        self, request: Request, shelf: Shelf, body: NewBook
    ) -> Annotated[Created[Book], Raises(409)]:
        """Add a book of a known author."""
        _check_author(shelf, body)
        book = Book(**msgspec.structs.asdict(body), id=shelf.book_id(), version=1)
        shelf.books.put(book.id, book)
        return created(request, book, request.url_for(OneBook, id=book.id))


def _is_wanted(book: Book, wanted: BookFilter) -> bool:
    return (
        wanted.genre in (None, book.genre)
        and wanted.author in (None, book.author)
        and set(wanted.tag) <= set(book.tags)
    )


def _check_author(shelf: Shelf, book: NewBook) -> None:
    if not any(author.id == book.author for author in shelf.authors.all()):
        raise HTTPError(409, "There is no such author.")


@books.get("/books/latest", name="latest_book")
def latest_book(request: Request, shelf: Shelf) -> Annotated[Response, Raises(404)]:
    """Go to the book that came last."""
    found = shelf.books.all()
    if not found:
        raise HTTPError(404, "There are no books.")
    return redirect(request.url_for(OneBook, id=found[-1].id), 307)


@books.resource("/books/{id:uuid}")
class OneBook:
    """A book."""

    def get(self, request: Request, shelf: Shelf, id: UUID) -> Book:
        """Show a book."""
        book = shelf.books.get(id)
        request.reply.headers["ETag"] = f'"{etag_of(book)}"'
        return book

    def put(
        self,
        request: Request,
        shelf: Shelf,
        id: UUID,
        body: NewBook,
        if_match: IfMatch = None,
    ) -> Annotated[Book, Raises(409, 412, 428)]:
        """Replace a book that nobody changed meanwhile."""
        _check_author(shelf, body)
        if if_match is None:
            raise HTTPError(428, "Say by If-Match which version you have seen.")

        def replaced(book: Book) -> Book:
            request.check(etag=etag_of(book))
            made = Book(**msgspec.structs.asdict(body), id=id, version=book.version + 1)
            return msgspec.structs.replace(made, has_cover=book.has_cover)

        return shelf.books.change(id, replaced)

    def delete(self, request: Request, shelf: Shelf, id: UUID) -> Annotated[None, Raises(409)]:
        """Remove a book that nobody has at home."""
        if any(loan.book == id and loan.state.value == "open" for loan in shelf.loans.all()):
            raise HTTPError(409, "Somebody has it at home.")
        shelf.books.remove(id)


@books.resource("/books/{id:uuid}/cover")
class Cover:
    """The picture of a book."""

    def get(self, request: Request, shelf: Shelf, id: UUID) -> bytes:
        """Show the cover."""
        return shelf.covers.get(id)

    def put(
        self,
        request: Request,
        shelf: Shelf,
        id: UUID,
        picture: Upload,
        credit: str | None = None,
    ) -> Annotated[Stored, Raises(413)]:
        """Give a book its cover."""
        book = shelf.books.get(id)
        if picture.size > 1 << 20:
            raise HTTPError(413, "A cover has a megabyte at most.")
        shelf.covers.put(id, picture.read())
        shelf.books.put(id, msgspec.structs.replace(book, has_cover=True))
        return Stored(picture.filename, picture.size)

    def delete(self, request: Request, shelf: Shelf, id: UUID) -> None:
        """Take the cover away."""
        shelf.covers.remove(id)


@books.resource("/books/{book:uuid}/reviews")
class Reviews:
    """What readers think of a book."""

    def get(self, request: Request, shelf: Shelf, book: UUID) -> list[Review]:
        """List the reviews of a book."""
        shelf.books.get(book)
        return [review for review in shelf.reviews.all() if review.book == book]

    def post(self, request: Request, shelf: Shelf, book: UUID, body: NewReview) -> Review:
        """Review a book."""
        shelf.books.get(book)
        made = Review(body.stars, body.text, id=shelf.reviews.next_id(), book=book)
        where = request.url_for(OneReview, book=book, id=made.id)
        return created(request, shelf.reviews.put(made.id, made), where)


@books.resource("/books/{book:uuid}/reviews/{id:int}")
class OneReview:
    """A review."""

    def get(self, request: Request, shelf: Shelf, book: UUID, id: int) -> Review:
        """Show a review."""
        return _review(shelf, book, id)

    def delete(self, request: Request, shelf: Shelf, book: UUID, id: int) -> None:
        """Take a review back."""
        _review(shelf, book, id)
        shelf.reviews.remove(id)


def _review(shelf: Shelf, book: UUID, number: int) -> Review:
    review = shelf.reviews.get(number)
    if review.book != book:
        raise HTTPError(404, "There is no such review.")
    return review
