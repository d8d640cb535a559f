"""What the library knows, and what clients may say about it."""

from __future__ import annotations

import enum
from datetime import date
from decimal import Decimal
from typing import Annotated
from uuid import UUID

import msgspec

LARGEST = 2**31 - 1

Name = Annotated[str, msgspec.Meta(min_length=1, max_length=80, pattern=r"^[^\x00-\x1f\x7f]+$")]
Id = Annotated[int, msgspec.Meta(ge=1, le=LARGEST)]
Limit = Annotated[int, msgspec.Meta(ge=1, le=100, description="How many at most.")]
Offset = Annotated[int, msgspec.Meta(ge=0, le=LARGEST, description="How many to leave out.")]
Copies = Annotated[int, msgspec.Meta(ge=0, le=1000)]
Stars = Annotated[int, msgspec.Meta(ge=1, le=5)]


class Genre(enum.Enum):
    """What a book is about."""

    NOVEL = "novel"
    POETRY = "poetry"
    SCIENCE = "science"
    HISTORY = "history"


class State(enum.Enum):
    """Where a loan is."""

    OPEN = "open"
    RETURNED = "returned"


class Sorting(enum.Enum):
    """The order of a list."""

    NAME = "name"
    NEWEST = "newest"


class NewAuthor(msgspec.Struct, forbid_unknown_fields=True):
    """An author, as a client describes one."""

    name: Name
    born: date | None = None


class Author(NewAuthor, kw_only=True):
    """An author of books."""

    id: int


class AuthorChange(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """What may change of an author; what is left away stays."""

    name: Name | msgspec.UnsetType = msgspec.UNSET
    born: date | msgspec.UnsetType | None = msgspec.UNSET


class NewBook(msgspec.Struct, forbid_unknown_fields=True):
    """A book, as a client describes one."""

    title: Name
    author: Id
    genre: Genre
    pages: Annotated[int, msgspec.Meta(ge=1, le=20_000)]
    copies: Copies = 1
    tags: Annotated[list[Name], msgspec.Meta(max_length=10)] = []


class Book(NewBook, kw_only=True):
    """A book of the library."""

    id: UUID
    version: int
    has_cover: bool = False


class BookFilter(msgspec.Struct):
    """Which books are wanted."""

    genre: Genre | None = None
    author: Id | None = None
    tag: Annotated[list[Name], msgspec.Meta(description="Each has to be there.")] = []
    limit: Limit = 20
    offset: Offset = 0


class NewReview(msgspec.Struct, forbid_unknown_fields=True):
    """What a reader thinks of a book."""

    stars: Stars
    text: Annotated[str, msgspec.Meta(max_length=2000)] = ""


class Review(NewReview, kw_only=True):
    """A review that was kept."""

    id: int
    book: UUID


class Address(msgspec.Struct, forbid_unknown_fields=True):
    """Where a member lives."""

    street: Name
    town: Name
    country: Annotated[str, msgspec.Meta(pattern="^[A-Z]{2}$", examples=["SE"])] = "SE"


class NewMember(msgspec.Struct, forbid_unknown_fields=True):
    """Somebody who wants to borrow books."""

    name: Name
    address: Address | None = None
    is_junior: bool = False


class Member(NewMember, kw_only=True):
    """Somebody who borrows books."""

    id: int
    joined: date


class NewLoan(msgspec.Struct, forbid_unknown_fields=True):
    """Who takes which book, and until when."""

    book: UUID
    member: Id
    due: date


class Loan(NewLoan, kw_only=True):
    """A book that is, or was, with a member."""

    id: int
    state: State = State.OPEN
    renewals: int = 0


class Quote(msgspec.Struct):
    """What some copies would cost."""

    quantity: int
    currency: str
    total: Decimal


class Stored(msgspec.Struct):
    """A file that was taken in."""

    filename: str
    size: int


class Hours(msgspec.Struct):
    """When the library is open on a day."""

    day: date
    opens: str | None
    closes: str | None


class Page(msgspec.Struct):
    """How much there is."""

    authors: int
    books: int
    members: int
    loans: int
