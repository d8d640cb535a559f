"""What has changed, as it is told: the states of now, not the steps that led to them.

So a client that missed ten changes of a to-do is told one, and one told twice takes no harm.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from potstill.web import Event
from puretodo.model.values import Todo, TodoList
from puretodo.store import lists, todos
from puretodo.store.events import NO_LIST, Change
from puretodo.store.scope import Transaction

MOST_CHANGES = 300
"""That are told one by one; beyond, everything has to be loaded anew."""
MOST_BYTES = 256 * 1024
"""Of one message: a client that lags by a megabyte is cut off."""


class Changed(Struct, kw_only=True):
    """The data of `event: change`."""

    seq: int
    todos: list[Todo]
    gone: list[int]
    """To-dos that are not there any more, or not for this client."""
    lists: list[TodoList]
    """Also those whose counts have changed."""
    gone_lists: list[int]
    """With them goes what was in them."""


class News:
    """What some events have changed within an account."""

    def __init__(self, tx: Transaction, changes: Sequence[Change]) -> None:
        """Read the states; the transaction sees all lists of the account."""
        self._changes = changes
        self._todos = {
            each.id: each
            for each in todos.by_ids(tx, {change.todo_id for change in changes if change.todo_id})
        }
        touched = {change.list_id for change in changes} - {NO_LIST}
        self._lists = {each.id: each for each in lists.by_ids(tx, touched)}

    def event_for(self, list_id: int | None) -> Event | None:
        """For those who see one list only, or all (None); None when that is none of theirs."""
        own = [each for each in self._changes if list_id in (None, each.list_id)]
        if not own:
            return None
        seen = {id: each for id, each in self._todos.items() if list_id in (None, each.list_id)}
        changed = list(dict.fromkeys(each.todo_id for each in own if each.todo_id))
        touched = list(dict.fromkeys(each.list_id for each in own if each.list_id != NO_LIST))
        seq = self._changes[-1].seq
        event = Event(
            Changed(
                seq=seq,
                todos=[seen[id] for id in changed if id in seen],
                gone=[id for id in changed if id not in seen],
                lists=[self._lists[id] for id in touched if id in self._lists],
                gone_lists=[id for id in touched if id not in self._lists],
            ),
            name="change",
            id=seq,
        )
        return event if len(event.encode()) <= MOST_BYTES else reload(seq)

    def closes(self, list_id: int | None) -> bool:
        """Whether those who listen have to be asked anew whether they may."""
        if any(change.list_id == NO_LIST for change in self._changes):
            return True
        is_touched = any(change.list_id == list_id for change in self._changes)
        return is_touched and list_id not in self._lists


def reload(seq: int) -> Event:
    """The hint to load everything anew, for whom the changes cannot be told."""
    return Event({"seq": seq}, name="reload", id=seq)
