"""A page with the lists beside it: who is there, what they see, and what was just done."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import quote

from potstill.web import Request, Response, redirect
from puretodo.access.paths import own_path
from puretodo.access.today import Today
from puretodo.access.visitor import Visitor
from puretodo.model.values import Repeat, Todo, TodoList
from puretodo.pages.flash import pop_flash
from puretodo.pages.paper import Paper
from puretodo.pages.words import Words
from puretodo.store import lists, views
from puretodo.store.database import Database
from puretodo.store.events import last_seq
from puretodo.store.scope import Transaction

_NEVER = datetime(1970, 1, 1, tzinfo=UTC)
BLANK = Todo(
    id=0,
    list_id=0,
    title="",
    notes="-",
    due=date.max,
    priority=1,
    tags=["-"],
    repeat=Repeat(),
    created_at=_NEVER,
    updated_at=_NEVER,
)
"""Has something of everything: scripts clone its row, and take out what is not wanted."""


@dataclass(frozen=True, slots=True)
class Frame:
    """Makes the pages of somebody who may see lists."""

    paper: Paper
    visitor: Visitor
    clock: Today
    db: Database

    @property
    def words(self) -> Words:
        """The texts of the visitor's language."""
        return self.paper.words

    @property
    def request(self) -> Request:
        """What is being answered."""
        return self.paper.request

    @property
    def today(self) -> date:
        """The day it is for the visitor."""
        return self.clock.day

    def reading(self) -> AbstractContextManager[Transaction]:
        """A transaction that reads what the visitor may see."""
        return self.db.reading(self.visitor.scope)

    def writing(self) -> AbstractContextManager[Transaction]:
        """A transaction that writes it; NotAllowed for a link that is for reading."""
        return self.db.writing(self.visitor.scope)

    def page(self, tx: Transaction, name: str, *, status: int = 200, **context: Any) -> Response:
        """A page made by a template, with the lists as they are in this transaction."""
        around = {
            "frame": self,
            "may_edit": self.visitor.scope.may_edit,
            "back": self._here(),
            "lists": lists.all_lists(tx),
            "due": self._due(tx),
            "seq": last_seq(tx),
            "flash": pop_flash(self.request.session),
            "today": self.today,
            "blank": BLANK,
        }
        return self.paper.page(name, status=status, **around | context)

    def back(self, to: str, fragment: str = "") -> Response:
        """The answer to a form: a path of ours that the form named, or the first page."""
        return redirect(self.request.root + own_path(to) + fragment)

    def to_list(self, current: TodoList) -> Response:
        """The answer to a form that had to do with a list."""
        return redirect(self.request.url_for("list_page", list_id=current.id))

    def _here(self) -> str:
        """The path of this page, for forms that lead back to it."""
        if self.request.method != "GET":
            return "/"
        query = self.request.environ.get("QUERY_STRING", "")
        return quote(self.request.path) + (f"?{query}" if query else "")

    def _due(self, tx: Transaction) -> tuple[int, int]:
        """How much is due today or before, and how much of that is overdue."""
        if self.visitor.is_guest:
            return 0, 0
        return views.due_counts(tx, self.today)


def frame_of(paper: Paper, visitor: Visitor, clock: Today, db: Database) -> Frame:
    """The frame of a request; a provider."""
    return Frame(paper, visitor, clock, db)
