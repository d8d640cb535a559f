"""What was just done, told by the next page, with a way back where there is one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from potstill.web import Session

KEY = "said"
MOST_IDS = 200
"""More would not fit into the cookie; the bin has them all."""


def say(
    session: Session, text: str, *, todos: Sequence[int] = (), list_id: int | None = None
) -> None:
    """Tell the next page, which offers to restore these to-dos, or this list."""
    ids = list(todos) if len(todos) <= MOST_IDS else []
    session[KEY] = {"text": text, "todos": ids, "list": list_id}


def pop_flash(session: Session) -> dict[str, Any] | None:
    """What is to be told, once."""
    said: dict[str, Any] | None = session.pop(KEY, None)
    return said
