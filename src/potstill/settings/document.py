"""The settings in force as a TOML file that says where each came from: `--print-config`.

Saved as potstill.toml it gives the same settings.
"""

from __future__ import annotations

from itertools import groupby
from operator import attrgetter

from potstill.settings.kinds import Plain
from potstill.settings.row import Row
from potstill.settings.sources import Configuration
from potstill.settings.table import ROWS


def document(configuration: Configuration) -> str:
    """Every setting on a line of its own, in the order of the help page."""
    chapters = groupby(ROWS.values(), key=attrgetter("group"))
    return "\n".join(
        f"# {group}\n" + "".join(_line(row, configuration) + "\n" for row in rows)
        for group, rows in chapters
    )


def _line(row: Row, configuration: Configuration) -> str:
    value = row.kind.plain(getattr(configuration.settings, row.name))
    if value is None:
        return f"# {row.name} is not set"
    stated = f"{row.name} = {toml(value)}"
    return f"{stated:<40}  # {configuration.origins.get(row.name, 'default')}"


def toml(value: Plain) -> str:
    """One value in TOML's own writing."""
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return _quoted(value)
        case list():
            return f"[{', '.join(map(_quoted, value))}]"
        case dict():
            members = (f"{name} = {_quoted(text)}" for name, text in value.items())
            return "{" + ", ".join(members) + "}"
    return repr(value)


def _quoted(text: str) -> str:
    return '"' + "".join(map(_escaped, text)) + '"'


def _escaped(character: str) -> str:
    if character in '"\\':
        return "\\" + character
    if character < " " or character == "\x7f":
        return f"\\u{ord(character):04x}"
    return character
