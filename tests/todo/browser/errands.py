"""A list, made and looked at behind the back of the browser."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count
from typing import Any

from tests.todo.faults.api import Api

_number = count(1)


@dataclass(frozen=True)
class Errands:
    """A list of one test."""

    api: Api
    id: int
    title: str
    url: str
    """Of its page."""

    @classmethod
    def made(cls, api: Api, server: str, title: str = "") -> Errands:
        """A new one, called by a name that no other has unless it is told."""
        title = title or f"Errands {next(_number)}"
        made = api.post("/lists", {"title": title})
        return cls(api, made["id"], title, f"{server}/lists/{made['id']}")

    def add(self, *titles: str, **fields: Any) -> list[int]:
        """Add to-dos that have these fields; their ids."""
        return [self._add({"title": title} | fields) for title in titles]

    def todos(self) -> list[dict[str, Any]]:
        """What is on it, in its order."""
        found: list[dict[str, Any]] = self.api.get(f"/lists/{self.id}/todos")
        return found

    def titles(self) -> list[str]:
        """The titles of these."""
        return [each["title"] for each in self.todos()]

    def _add(self, fields: dict[str, Any]) -> int:
        is_done = fields.pop("done", False)
        made: int = self.api.post(f"/lists/{self.id}/todos", fields)["id"]
        if is_done:
            self.api.patch(f"/todos/{made}", {"done": True})
        return made
