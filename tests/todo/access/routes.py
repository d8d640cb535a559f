"""Every address of the application, for tests that walk over all of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from potstill.web import App
from potstill.web.testing import Client

EVENTS = "/api/v1/events"
QUERIES: dict[str, dict[str, Any]] = {
    "/api/v1/quick-add": {"query": {"text": "New"}},
    "/search": {"query": {"q": "of"}},
}


@dataclass(frozen=True)
class Way:
    """A method and a path."""

    method: str
    path: str
    source: str
    """The pattern that the path was made of."""
    body: Mapping[str, Any] = field(default_factory=dict)
    """`json` or `form`."""

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    def go(self, client: Client, below: str = "") -> tuple[int, str]:
        """Status and text of the answer; of one that never ends, its beginning."""
        with client.stream(self.method, below + self.path, **self.body) as answer:
            text = (
                ""
                if self.source == EVENTS and answer.status == 200
                else "".join(block.decode(errors="replace") for block in answer)
            )
        return answer.status, text


def ways(app: App, values: Mapping[str, object]) -> Iterator[Way]:
    """All there are, with the variables of the patterns filled in, and something to send.

    KeyError for one that changes things and of which `_bodies` knows nothing: tell it there what
    would do most harm.
    """
    bodies = _bodies(values)
    for route in app.routes:
        source = route.pattern.source
        path = route.pattern.build(values)
        for method in route.dispatch:
            if method in ("GET", "HEAD"):
                yield Way(method, path, source, QUERIES.get(source, {}))
            elif method != "OPTIONS":
                yield Way(method, path, source, bodies[method, source])


def _bodies(values: Mapping[str, object]) -> dict[tuple[str, str], dict[str, Any]]:
    list_id, todo_id = values["list_id"], values["todo_id"]
    one_list, one_todo = "/lists/{list_id:int}", "/todos/{todo_id:int}"
    nothing: dict[str, Any] = {}
    api: dict[tuple[str, str], Any] = {
        ("POST", "/lists"): {"title": "New"},
        ("PATCH", one_list): {"title": "Changed"},
        ("DELETE", one_list): None,
        ("POST", f"{one_list}/restore"): None,
        ("POST", f"{one_list}/move"): {"after": None},
        ("POST", f"{one_list}/todos"): {"title": "New"},
        ("POST", f"{one_list}/toggle-all"): {"done": True},
        ("DELETE", f"{one_list}/completed"): None,
        ("POST", f"{one_list}/shares"): {"may_edit": True},
        ("DELETE", "/shares/{share_id:int}"): None,
        ("POST", "/todos/restore"): {"ids": [todo_id]},
        ("PATCH", one_todo): {"title": "Changed"},
        ("DELETE", one_todo): None,
        ("POST", f"{one_todo}/move"): {"list_id": list_id},
        ("POST", "/quick-add"): {"text": "New +SECRET", "list_id": list_id},
        ("POST", "/import"): {"lists": []},
    }
    pages = {
        "/lists": {"title": "New"},
        f"{one_list}/add": {"text": "New"},
        f"{one_list}/toggle-all": {"done": "1"},
        f"{one_list}/clear": nothing,
        f"{one_list}/edit": {"title": "Changed", "archived": "1"},
        f"{one_list}/delete": nothing,
        f"{one_list}/restore": nothing,
        f"{one_list}/move": {"to": "up"},
        f"{one_list}/shares": {"may_edit": "1"},
        "/shares/{share_id:int}/revoke": nothing,
        f"{one_todo}/toggle": {"done": "1"},
        f"{one_todo}/delete": nothing,
        f"{one_todo}/move": {"to": "up"},
        one_todo: {"title": "Changed", "version": "1", "list_id": str(list_id)},
        "/todos/restore": {"ids": str(todo_id)},
        "/import": nothing,
        "/settings": {"lang": "pt"},
        "/settings/import": nothing,
        "/settings/password": {"current": "correct horse battery", "wanted": "changed to this"},
        "/settings/tokens": {"label": "New"},
        "/settings/tokens/{pass_id:int}/revoke": nothing,
        "/settings/sessions/{pass_id:int}/revoke": nothing,
        "/settings/sessions/revoke": nothing,
        "/settings/feed": nothing,
        "/settings/feed/revoke": nothing,
        "/login": {"name": "nobody", "password": "nothing"},
        "/logout": nothing,
    }
    return {
        **{
            (method, f"/api/v1{path}"): {} if body is None else {"json": body}
            for (method, path), body in api.items()
        },
        **{("POST", path): {"form": form} for path, form in pages.items()},
        ("POST", "/add-todo"): {"json": {"todo": "New"}},
        ("DELETE", "/remove-todo/{name}"): {},
    }
