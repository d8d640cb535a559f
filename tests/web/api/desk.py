"""What is neither book nor member: opening hours, search, notes, prices, forms."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

import msgspec

from potstill.web import Accepted, Group, Request, Response, html
from potstill.web.binding.sources import FormField, Header
from potstill.web.forms.form import Upload
from potstill.web.openapi.raises import Raises
from tests.web.api.records import Book, Hours, Name, Page, Quote, Stars, Stored
from tests.web.api.shelf import Shelf

desk = Group(tags=["Desk"])


@desk.get("/health")
def health(request: Request) -> str:
    """Say that all is well."""
    return "well"


@desk.get("/statistics")
def statistics(request: Request, shelf: Shelf) -> Page:
    """Count everything."""
    tables = (shelf.authors, shelf.books, shelf.members, shelf.loans)
    return Page(*(len(table.all()) for table in tables))


@desk.get("/hours/{day:date}")
def hours(request: Request, day: date) -> Hours:
    """When the library is open."""
    is_open = day.weekday() < 5
    return Hours(day, "09:00" if is_open else None, "18:00" if is_open else None)


@desk.get("/search")
def search(
    request: Request,
    shelf: Shelf,
    q: Annotated[str, msgspec.Meta(min_length=1, max_length=50, description="Part of a title.")],
    mode: Literal["start", "anywhere"] = "anywhere",
) -> list[Book]:
    """Find books by their title."""
    match = str.startswith if mode == "start" else str.__contains__
    return [book for book in shelf.books.all() if match(book.title.lower(), q.lower())]


@desk.get("/price")
def price(
    request: Request,
    quantity: Annotated[int, msgspec.Meta(ge=1, le=1000)],
    factor: Annotated[float, msgspec.Meta(gt=0, le=10)] = 1.0,
    x_currency: Annotated[Literal["SEK", "EUR"], Header()] = "SEK",
) -> Quote:
    """What a member pays for copies that got lost."""
    total = quantity * Decimal("149.50") * Decimal(str(factor))
    return Quote(quantity, x_currency, total.quantize(Decimal("0.01")))


@desk.get("/shelves/{room}-{number:int}")
def place(request: Request, room: str, number: int) -> dict[str, int]:
    """How many books stand on a shelf."""
    return {"books": (len(room) * number) % 40}


@desk.post("/feedback")
def feedback(
    request: Request,
    name: Annotated[Name, FormField()],
    message: Annotated[str, FormField(), msgspec.Meta(min_length=1, max_length=500)],
    stars: Annotated[Stars | None, FormField()] = None,
) -> Accepted[dict[str, str]]:
    """Tell us what you think, by a form."""
    return {"thanks": name}


@desk.post("/import")
def take_in(request: Request, files: list[Upload]) -> list[Stored]:
    """Take in several files at once."""
    return [Stored(each.filename, each.size) for each in files]


@desk.resource("/notes/{name}")
class Note:
    """A note of plain text."""

    def get(self, request: Request, shelf: Shelf, name: str) -> Response:
        """Read a note, as text or as a page."""
        note = shelf.notes.get(name, b"").decode()
        if request.prefers("text/plain", "text/html") == "text/html":
            return html("<!doctype html><title>Note</title><pre>" + _escaped(note))
        return Response(note)

    def put(self, request: Request, shelf: Shelf, name: str, body: str) -> None:
        """Write a note."""
        shelf.notes[name] = body.encode()
        while len(shelf.notes) > 100:
            del shelf.notes[next(iter(shelf.notes))]

    def delete(self, request: Request, shelf: Shelf, name: str) -> None:
        """Tear a note up; it need not be there."""
        shelf.notes.pop(name, None)


def _escaped(text: str) -> str:
    return re.sub("[<>&]", lambda found: f"&#{ord(found[0])};", text)


@desk.post("/checksum")
def checksum(request: Request, body: bytes) -> dict[str, int]:
    """Count and add up the bytes of anything."""
    return {"length": len(body), "sum": sum(body)}


@desk.get("/archive/{path:path}")
def archive(request: Request, path: str) -> list[str]:
    """The steps of a path in the archive."""
    return path.split("/")


@desk.get("/catalogue", deprecated=True)
def catalogue(request: Request, shelf: Shelf) -> Annotated[dict[str, list[Book]], Raises(503)]:
    """All books by genre; `/books` is better."""
    found: dict[str, list[Book]] = {}
    for book in shelf.books.all():
        found.setdefault(book.genre.value, []).append(book)
    return found
