"""All that the library keeps, in memory; each table may be used by many threads at a time."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date
from itertools import count
from typing import Generic, TypeVar
from uuid import UUID, uuid5

from potstill.web import HTTPError
from tests.web.api.records import Author, Book, Genre, Loan, Member, Review

Key = TypeVar("Key")
Row = TypeVar("Row")

NAMESPACE = UUID("5f0c2a52-6d0c-4f0e-9d43-0d2f6a1f2f11")
MOST = 500
"""Rows of a table; the oldest ones go first, so that a test may run for long."""


class Table(Generic[Key, Row]):
    """Rows by key; LookupErrors are answers of 404."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._rows: dict[Key, Row] = {}
        self._lock = threading.RLock()
        self._numbers = count(1)

    def next_id(self) -> int:
        """A number that no row has had."""
        return next(self._numbers)

    def all(self) -> list[Row]:
        """Every row, oldest first."""
        with self._lock:
            return list(self._rows.values())

    def get(self, key: Key) -> Row:
        """One row; HTTPError 404 without it."""
        with self._lock:
            if key not in self._rows:
                raise HTTPError(404, f"There is no such {self._what}.")
            return self._rows[key]

    def put(self, key: Key, row: Row) -> Row:
        """Keep a row, instead of what had its key."""
        with self._lock:
            self._rows[key] = row
            while len(self._rows) > MOST:
                del self._rows[next(iter(self._rows))]
        return row

    def change(self, key: Key, change: Callable[[Row], Row]) -> Row:
        """Replace a row by what is made of it, with nobody between; HTTPError 404 without it."""
        with self._lock:
            return self.put(key, change(self.get(key)))

    def remove(self, key: Key) -> None:
        """Forget a row; HTTPError 404 without it."""
        with self._lock:
            self.get(key)
            del self._rows[key]


class Shelf:
    """The tables of one library."""

    def __init__(self) -> None:
        self.authors: Table[int, Author] = Table("author")
        self.books: Table[UUID, Book] = Table("book")
        self.covers: Table[UUID, bytes] = Table("cover")
        self.reviews: Table[int, Review] = Table("review")
        self.members: Table[int, Member] = Table("member")
        self.loans: Table[int, Loan] = Table("loan")
        self.notes: dict[str, bytes] = {}
        self._fill()

    def book_id(self) -> UUID:
        """The next book's; the same ones in each run."""
        return uuid5(NAMESPACE, str(self.books.next_id()))

    def _fill(self) -> None:
        author = Author("Karin Boye", date(1900, 10, 26), id=self.authors.next_id())
        self.authors.put(author.id, author)
        book = Book("Kallocain", 1, Genre.NOVEL, 220, 3, ["dystopia"], id=self.book_id(), version=1)
        self.books.put(book.id, book)
        member = Member("Ada", id=self.members.next_id(), joined=date(2026, 1, 2))
        self.members.put(member.id, member)
