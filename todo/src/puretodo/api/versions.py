"""Entity tags: of one thing its version, of a collection the number of the last change."""

from __future__ import annotations

from potstill.web import Request
from puretodo.access.today import Today
from puretodo.model.values import Todo, TodoList
from puretodo.store.events import last_seq
from puretodo.store.scope import Transaction


def expect(request: Request, current: Todo | TodoList) -> None:
    """Go on if it is the version that the client has seen (If-Match); HTTPError 412."""
    request.check(etag=tag_of(current))


def tag_of(thing: Todo | TodoList) -> str:
    """Its ETag."""
    return str(thing.version)


def answer_version(request: Request, thing: Todo | TodoList) -> None:
    """Send the ETag along."""
    request.reply.headers.add("ETag", f'"{tag_of(thing)}"')


def expect_news(request: Request, tx: Transaction, today: Today | None = None) -> None:
    """Go on if the client has not seen this state of the account, on this day; HTTPError 304.

    The tag is a weak one: what is answered may be compressed.
    """
    scope = tx.scope
    day = "" if today is None else f"-{today.day}"
    tag = f'W/"{scope.account_id}-{scope.list_id or 0}-{last_seq(tx)}{day}"'
    request.check(etag=tag)
    request.reply.headers.add("ETag", tag)
    request.reply.headers.add("Cache-Control", "private, no-cache")
