"""A request as a command for a POSIX shell: what is required, filled with examples."""

from __future__ import annotations

import json
import shlex
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

if TYPE_CHECKING:
    from potstill.web.openapi.view import Content, Input


def command(
    method: str, address: str, inputs: tuple[Input, ...], bodies: tuple[Content, ...]
) -> str:
    """A command for a POSIX shell; only what is required is in it."""
    needed = [each for each in inputs if each.row.is_required]
    for each in needed:
        if each.place == "path":
            value = quote(each.example, safe="/")
            address = address.replace(f"{{{each.row.name}}}", value)
    query = urlencode([(each.row.name, each.example) for each in needed if each.place == "query"])
    verb = "" if method == "GET" else f"-X {shlex.quote(method)} "
    lines = [f"curl {verb}{shlex.quote(address + (f'?{query}' if query else ''))}"]
    for each in needed:
        if each.place == "header":
            lines.append("-H " + shlex.quote(f"{each.row.name}: {each.example}"))
        elif each.place == "cookie":
            lines.append("-b " + shlex.quote(f"{each.row.name}={each.example}"))
    return " \\\n  ".join([*lines, *_body(bodies)])


def _body(bodies: tuple[Content, ...]) -> list[str]:
    if not bodies:
        return []
    body = bodies[0]
    if not body.is_form:
        header = "-H " + shlex.quote(f"Content-Type: {body.media_type}")
        if not body.example:
            return [header, "--data-binary @file"]
        return [header, "--data-raw " + shlex.quote(_compact(body.example))]
    option = "-F" if body.media_type == "multipart/form-data" else "--data-urlencode"
    needed = [each for each in body.rows if each.is_required] or list(body.rows[:1])
    return [
        f"{option} " + shlex.quote(f"{each.name}={'@file' if 'file' in each.kind else 'text'}")
        for each in needed
    ]


def _compact(text: str) -> str:
    try:
        return json.dumps(json.loads(text), ensure_ascii=False)
    except ValueError:
        return text
