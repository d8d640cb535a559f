"""To-dos of all lists: what is due, what comes, by tag, and what a search finds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any, Literal

from potstill.web import Group, Response
from puretodo.model.values import Todo
from puretodo.pages.frame import Frame
from puretodo.pages.speech import nearness
from puretodo.store import lists, views
from puretodo.store.scope import Transaction

group = Group()

MAX_QUERY = 500


@dataclass(frozen=True, slots=True)
class Day:
    """To-dos of one day; of those that are over, all together."""

    kind: Literal["late", "now", "ahead"]
    day: date
    todos: list[Todo]


@group.get("/today", name="today_page")
def today_page(frame: Frame) -> Response:
    """What is due today, and what is overdue."""
    with frame.reading() as tx:
        days = list(_by_day(views.due_until(tx, frame.today), frame.today))
        return _page(frame, tx, "today.html", days=days)


@group.get("/upcoming", name="upcoming_page")
def upcoming_page(frame: Frame) -> Response:
    """All that has a day, by day."""
    with frame.reading() as tx:
        days = list(_by_day(views.due_after(tx, date.min), frame.today))
        return _page(frame, tx, "upcoming.html", days=days)


@group.get("/tags/{tag}", name="tag_page")
def tag_page(frame: Frame, tag: str) -> Response:
    """What has a tag."""
    with frame.reading() as tx:
        found = views.tagged(tx, tag)
        return _page(frame, tx, "tag.html", tag=tag.lower(), todos=found, before=f"#{tag}")


@group.get("/search", name="search_page")
def search_page(frame: Frame, q: str = "") -> Response:
    """What has these words."""
    query = q[:MAX_QUERY].strip()
    with frame.reading() as tx:
        found = views.found(tx, query) if query else []
        return _page(frame, tx, "search.html", query=query, todos=found, tags=views.tags(tx))


def _page(frame: Frame, tx: Transaction, name: str, **context: Any) -> Response:
    """A page of to-dos that say of which list they are; what is added goes to the first."""
    titles = {each.id: each.title for each in lists.all_lists(tx)}
    return frame.page(tx, name, titles=titles, **context)


def _by_day(found: list[Todo], today: date) -> Iterator[Day]:
    over = [each for each in found if each.due and each.due < today]
    if over:
        yield Day("late", today, over)
    ahead = (each for each in found if each.due and each.due >= today)
    for day, group_of_day in groupby(ahead, key=lambda each: each.due or today):
        yield Day(nearness(day, today), day, list(group_of_day))
