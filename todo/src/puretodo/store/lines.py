"""A to-do typed in one line, understood and added."""

from __future__ import annotations

from datetime import date

from puretodo.model.day_words import Language
from puretodo.model.quick_add import Understood, understand
from puretodo.model.values import MAX_TAGS, NewTodo, Todo, TodoList
from puretodo.store import lists, todos
from puretodo.store.scope import Transaction


def understand_line(tx: Transaction, text: str, today: date, language: Language) -> Understood:
    """What a line would become, with the lists that there are; nothing is added."""
    return _understand(lists.all_lists(tx), text, today, language)


def add_line(
    tx: Transaction, text: str, today: date, language: Language, list_id: int | None = None
) -> Todo:
    """Add it to the list that it names, else to `list_id`, else to the first one.

    NotFound and LimitReached as in `todos.add`.
    """
    there = lists.all_lists(tx)
    said = _understand(there, text, today, language)
    named = [each.id for each in there if each.title == said.list]
    target = named[0] if named else list_id or lists.inbox(tx).id
    new = NewTodo(
        title=said.title,
        due=said.due,
        priority=said.priority,
        tags=said.tags[:MAX_TAGS],
        repeat=said.repeat,
    )
    return todos.add(tx, target, new)


def _understand(there: list[TodoList], text: str, today: date, language: Language) -> Understood:
    titles = [each.title for each in there]
    return understand(text, today=today, language=language, lists=titles)
