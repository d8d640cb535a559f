"""The form of a to-do: its fields as text, as they are shown, sent, and shown again when wrong."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import msgspec

from potstill.web import Form
from puretodo.model.values import Todo, TodoChange

PROBLEMS = ("title", "notes", "due", "priority", "tags", "repeat")


@dataclass(frozen=True, slots=True)
class TodoForm:
    """What is filled in."""

    title: str
    notes: str
    done: bool
    due: str
    priority: str
    tags: str
    unit: str
    """Of the repeat; empty: none."""
    every: str
    after: str
    list_id: int | None
    version: str
    """The one that was seen when the form was opened."""

    @classmethod
    def of(cls, todo: Todo) -> TodoForm:
        """The form of a to-do as it is."""
        repeat = todo.repeat
        return cls(
            title=todo.title,
            notes=todo.notes,
            done=todo.done,
            due=todo.due.isoformat() if todo.due else "",
            priority=str(todo.priority or ""),
            tags=" ".join(todo.tags),
            unit=repeat.unit if repeat else "",
            every=str(repeat.every if repeat else 1),
            after=repeat.after if repeat else "due",
            list_id=todo.list_id,
            version=str(todo.version),
        )

    @classmethod
    def filled_in(cls, form: Form) -> TodoForm:
        """The form as it was sent."""
        list_id = form.get("list_id", "")
        return cls(
            title=form.get("title", ""),
            notes=form.get("notes", ""),
            done=form.get("done") == "1",
            due=form.get("due", "").strip(),
            priority=form.get("priority", ""),
            tags=form.get("tags", ""),
            unit=form.get("unit", ""),
            every=form.get("every", "1").strip(),
            after=form.get("after", "due"),
            list_id=int(list_id) if list_id.isdecimal() else None,
            version=form.get("version", ""),
        )

    def change(self) -> TodoChange:
        """What is to be different; ValidationError names the field."""
        repeat = {"every": self.every, "unit": self.unit, "after": self.after}
        fields: dict[str, Any] = {
            "title": self.title,
            "notes": self.notes,
            "done": self.done,
            "due": self.due or None,
            "priority": int(self.priority) if self.priority.isdecimal() else None,
            "tags": self.tags.replace("#", " ").replace(",", " ").split(),
            "repeat": _numbered(repeat) if self.unit else None,
        }
        return msgspec.convert(fields, TodoChange)

    def problem(self, error: msgspec.ValidationError) -> str:
        """The key of the text that says what is wrong."""
        _, _, path = str(error).partition("`$.")
        field = next((each for each in PROBLEMS if path.startswith(each)), "title")
        return f"{field}_wrong"


def _numbered(repeat: dict[str, Any]) -> dict[str, Any]:
    every = repeat["every"]
    return repeat | {"every": int(every) if every.isdecimal() else every}
