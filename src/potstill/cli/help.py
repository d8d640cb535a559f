"""The page that `potstill --help` prints, made from the table of the settings, 80 columns wide."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from operator import attrgetter
from textwrap import fill

from potstill.settings.kinds import Plain
from potstill.settings.row import Row
from potstill.settings.table import ROWS

WIDTH = 80
MARGIN = 33
"""Where the explanations begin."""

USAGE = """\
Usage: potstill [OPTIONS] MODULE:APP

Serves a WSGI application over HTTP/1.1.

Examples:
  potstill app:app                      app of app.py, on http://127.0.0.1:8000
  potstill 'shop:create_app()' -b :80   what a factory returns, on all addresses
  potstill app:app --check-config       imports it, but serves nothing
  potstill app:app --threads 32 --access-logformat json
  potstill app:app -b :443 --certfile site.pem --keyfile site.key
  potstill app:app -b unix:/run/app.sock --forwarded-allow-ips unix

The default of each setting stands in [brackets].
"""

COMMANDS = (
    ("-c, --config FILE", "Settings as TOML, in place of the directory's own potstill.toml."),
    ("    --check-config", "Check every setting, import the application, then stop."),
    ("    --print-config", "Print every setting, its value and its source as TOML, then stop."),
    ("    --version", "Print the version, then stop."),
    ("-h, --help", "Print this page, then stop."),
)

SOURCES = """\
SIZE is in bytes, or has a unit: 512KiB, 1MiB, 1GiB.
TIME is in seconds, or has a unit: 2ms, 0.5s, 2m.
PEER is an IP address, a network, unix for any peer of a Unix socket, or *.

Each setting can also stand in potstill.toml (keep_alive = "75s"), in the
table [tool.potstill] of pyproject.toml, or in a variable of the environment
(POTSTILL_KEEP_ALIVE=75). The command line comes before the environment, the
environment before the file. PORT, WEB_CONCURRENCY and FORWARDED_ALLOW_IPS
count where nothing else says where to listen, how many processes to run, or
which proxies to believe.
"""


def page() -> str:
    """The whole page, from the usage to where else a setting can stand."""
    chapters = groupby(ROWS.values(), key=attrgetter("group"))
    parts = [_chapter(group, [_entry(row) for row in rows]) for group, rows in chapters]
    return "\n".join([USAGE, *parts, _chapter("The command", COMMANDS), SOURCES])


def _chapter(title: str, entries: Iterable[tuple[str, str]]) -> str:
    return f"{title}:\n" + "".join(_columns(*entry) for entry in entries)


def _columns(lead: str, text: str) -> str:
    """What is typed on the left, what it means on the right; a long lead has a line of its own."""
    indent = " " * MARGIN
    right = fill(
        text, WIDTH, initial_indent=indent, subsequent_indent=indent, break_on_hyphens=False
    )
    if len(lead) + 4 > MARGIN:
        return f"  {lead}\n{right}\n"
    return f"  {lead}".ljust(MARGIN) + right[MARGIN:] + "\n"


def _entry(row: Row) -> tuple[str, str]:
    short = "".join(f"{flag}, " for flag in row.flags if not flag.startswith("--"))
    long = next((flag for flag in row.flags if flag.startswith("--")), None)
    if long is None:
        return row.flags[0], row.help
    if not row.kind.metavar:
        long = long.replace("--", "--[no-]")
    lead = f"{short or '    '}{long} {row.kind.metavar}".rstrip()
    default = _shown(row.kind.plain(row.default))
    return lead, f"{row.help} [{default}]" if default else row.help


def _shown(value: Plain) -> str:
    match value:
        case bool():
            return "on" if value else "off"
        case list() | dict():
            return ", ".join(value)
        case None:
            return ""
    return str(value)
