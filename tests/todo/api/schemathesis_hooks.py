"""What Schemathesis cannot know: which lists and to-dos there are. Its numbers are made theirs."""

from __future__ import annotations

from typing import Any

import schemathesis

MANY = 6
"""Numbers from 1 on; of each kind some are there."""


@schemathesis.hook
def map_path_parameters(
    context: schemathesis.HookContext, path_parameters: dict[str, Any] | None
) -> dict[str, Any] | None:
    """Small numbers for large ones."""
    return {name: _small(value) for name, value in (path_parameters or {}).items()}


@schemathesis.hook
def map_body(context: schemathesis.HookContext, body: Any) -> Any:
    """The same in bodies, and whole numbers without a fraction: JSON Schema takes 1.0 for one."""
    if not isinstance(body, dict):
        return body
    body = {name: _whole(value) for name, value in body.items()}
    for name in ("after", "list_id"):
        if name in body:
            body[name] = _small(body[name])
    if isinstance(body.get("ids"), list):
        body["ids"] = [_small(each) for each in body["ids"]]
    return body


def _small(value: Any) -> Any:
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return value % MANY + 1 if is_number and 0 < value < 2**63 else value


def _whole(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _whole(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_whole(each) for each in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value
