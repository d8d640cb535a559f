"""To-dos: added, changed, moved, deleted and restored.

What is deleted goes into the bin. Each change makes the version grow and is recorded as an event.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from datetime import date

from msgspec import UNSET
from sqlalchemy import insert, select, update

from puretodo.model.recurrence import spelled_repeat
from puretodo.model.values import NewTodo, Place, Repeat, Todo, TodoChange
from puretodo.store import lists
from puretodo.store.errors import NotFound
from puretodo.store.events import record_todos
from puretodo.store.placing import needs_room, position_behind
from puretodo.store.repeating import come_back, take_back
from puretodo.store.rows import searchable, values, visible, write_tags
from puretodo.store.schema import todo, todo_list
from puretodo.store.scope import Transaction


def in_list(tx: Transaction, list_id: int, *, done: bool | None = None) -> list[Todo]:
    """Those of a list in their order: all, those that are done, or those that are not."""
    query = visible(tx).where(todo.c.list_id == list_id)
    if done is not None:
        query = query.where(todo.c.done_at.is_not(None) if done else todo.c.done_at.is_(None))
    return values(tx, query.order_by(todo.c.position, todo.c.id))


def get(tx: Transaction, todo_id: int) -> Todo:
    """One of them; NotFound."""
    found = by_ids(tx, [todo_id])
    if not found:
        raise NotFound("There is no such to-do.")
    return found[0]


def by_ids(tx: Transaction, ids: Collection[int]) -> list[Todo]:
    """Those of them that are there, in the order of their numbers."""
    return values(tx, visible(tx).where(todo.c.id.in_(ids)).order_by(todo.c.id))


def add(tx: Transaction, list_id: int, new: NewTodo) -> Todo:
    """Add one at the end of a list; NotFound without the list, LimitReached when it is full."""
    lists.require(tx, list_id)
    in_it = todo.c.list_id == list_id
    needs_room(tx.connection, list_id)
    row = {
        "list_id": list_id,
        "title": new.title,
        "notes": new.notes,
        "folded": searchable(new.title, new.notes, new.tags),
        "due_on": new.due,
        "priority": new.priority,
        "repeat": _spelled(new.repeat),
        "anchor": anchor_of(new.due, new.repeat),
        "position": position_behind(tx.connection, todo, in_it, UNSET),
        "version": 1,
        "created_at": tx.now,
        "updated_at": tx.now,
    }
    todo_id = tx.connection.execute(insert(todo).values(row).returning(todo.c.id)).scalar_one()
    write_tags(tx, todo_id, new.tags)
    record_todos(tx, [(list_id, todo_id)])
    return get(tx, todo_id)


def change(tx: Transaction, current: Todo, wanted: TodoChange, today: date) -> Todo:
    """Change what differs; without a difference nothing is done, and the version stays.

    `today` is that of whoever does it: what repeats comes back counted from there.
    """
    written = _plain_changes(current, wanted)
    if wanted.tags is not UNSET and wanted.tags != current.tags:
        write_tags(tx, current.id, wanted.tags)
        written["version"] = todo.c.version + 1
    if written:
        current = _write(tx, current, **written)
        _refold(tx, current)
    if wanted.done is UNSET or wanted.done == current.done:
        return current
    if wanted.done:
        return _write(tx, current, done_at=tx.now, **come_back(tx, current, today))
    return _write(tx, current, done_at=None, **take_back(tx, current))


def set_all_done(tx: Transaction, list_id: int, done: bool, today: date) -> list[Todo]:
    """Let all of a list be done, or none; those that changed."""
    changing = in_list(tx, list_id, done=not done)
    repeats = todo.c.repeat.is_not(None) | todo.c.next_id.is_not(None)
    query = select(todo.c.id).where(todo.c.list_id == list_id, repeats)
    repeating = set(tx.connection.execute(query).scalars())
    plain = [each.id for each in changing if each.id not in repeating]
    _mark(tx, plain, done_at=tx.now if done else None)  # at once: there may be thousands
    record_todos(tx, [(list_id, each) for each in plain])
    wanted = TodoChange(done=done)
    others = [change(tx, each, wanted, today) for each in changing if each.id in repeating]
    return by_ids(tx, plain) + others


def clear_done(tx: Transaction, list_id: int) -> list[Todo]:
    """Delete what is done in a list; those that were."""
    cleared = in_list(tx, list_id, done=True)
    delete(tx, cleared)
    return cleared


def delete(tx: Transaction, gone: Sequence[Todo]) -> None:
    """Put them into the bin."""
    _mark(tx, [each.id for each in gone], deleted_at=tx.now)
    record_todos(tx, [(each.list_id, each.id) for each in gone])


def restore(tx: Transaction, ids: Iterable[int]) -> list[Todo]:
    """Take out of the bin those of them that are in it; all of them that are there now.

    LimitReached when their list is full meanwhile.
    """
    asked = list(ids)
    query = (
        select(todo.c.id, todo.c.list_id)
        .join(todo_list, todo_list.c.id == todo.c.list_id)
        .where(tx.scope.covers(), todo.c.id.in_(asked), todo.c.deleted_at.is_not(None))
    )
    binned = tx.connection.execute(query).all()
    for list_id, number in Counter(row.list_id for row in binned).items():
        needs_room(tx.connection, list_id, number)
    _mark(tx, [row.id for row in binned], deleted_at=None)
    record_todos(tx, [(row.list_id, row.id) for row in binned])
    return by_ids(tx, asked)


def move(tx: Transaction, current: Todo, place: Place) -> Todo:
    """Put it elsewhere, in its list or another.

    NotFound when that place is not there; LimitReached when the other list is full.
    """
    target = current.list_id if place.list_id is None else lists.get(tx, place.list_id).id
    in_it = todo.c.list_id == target
    position = position_behind(tx.connection, todo, in_it, place.after, moving=current.id)
    if target != current.list_id:
        needs_room(tx.connection, target)
        record_todos(tx, [(current.list_id, current.id)])  # whoever sees only that list
    return _write(tx, current, list_id=target, position=position)


def anchor_of(due: date | None, repeat: Repeat | None) -> int | None:
    """The day of the month that is meant, though a short month may have moved it."""
    return due.day if due and repeat and repeat.unit in ("month", "year") else None


def _plain_changes(current: Todo, wanted: TodoChange) -> dict[str, object]:
    written: dict[str, object] = {}
    if wanted.title is not UNSET and wanted.title != current.title:
        written["title"] = wanted.title
    if wanted.notes is not UNSET and wanted.notes != current.notes:
        written["notes"] = wanted.notes
    if wanted.priority is not UNSET and wanted.priority != current.priority:
        written["priority"] = wanted.priority
    due = current.due if wanted.due is UNSET else wanted.due
    repeat = current.repeat if wanted.repeat is UNSET else wanted.repeat
    if (due, repeat) != (current.due, current.repeat):
        written |= {"due_on": due, "repeat": _spelled(repeat), "anchor": anchor_of(due, repeat)}
    return written


def _write(tx: Transaction, current: Todo, **columns: object) -> Todo:
    """Write columns of one that is there, and record it."""
    _mark(tx, [current.id], **columns)
    written = get(tx, current.id)
    record_todos(tx, [(written.list_id, written.id)])
    return written


def _mark(tx: Transaction, ids: Sequence[int], **columns: object) -> None:
    """Write columns of some of them, but only within the scope."""
    if ids:
        within = todo.c.list_id.in_(select(todo_list.c.id).where(tx.scope.covers()))
        columns = {"version": todo.c.version + 1, "updated_at": tx.now} | columns
        tx.connection.execute(update(todo).where(todo.c.id.in_(ids), within).values(columns))


def _refold(tx: Transaction, current: Todo) -> None:
    text = searchable(current.title, current.notes, current.tags)
    tx.connection.execute(update(todo).where(todo.c.id == current.id).values(folded=text))


def _spelled(repeat: Repeat | None) -> str | None:
    return spelled_repeat(repeat) if repeat else None
