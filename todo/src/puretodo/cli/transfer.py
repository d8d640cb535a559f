"""`puretodo export` and `puretodo import`: lists as files, for other programs and databases."""

from __future__ import annotations

import argparse
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from puretodo.cli.databases import account_called, add_db, opened
from puretodo.formats import FORMATS, Format
from puretodo.store import bundles
from puretodo.store.scope import Scope

if TYPE_CHECKING:
    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]

WRITTEN = [name for name, each in FORMATS.items() if each.write]
READ = [name for name, each in FORMATS.items() if each.read]
ENDINGS = {f".{each.extension}": each for each in FORMATS.values() if each.write}
STDIO = "-"


def register(subparsers: Subparsers) -> None:
    """Add both to the command."""
    out = subparsers.add_parser("export", help="write all lists of an account to a file")
    _options(out, WRITTEN, "where to; - for standard output")
    out.set_defaults(run=export)
    into = subparsers.add_parser("import", help="add the lists of a file to an account")
    _options(into, READ, "what to read; - for standard input")
    into.add_argument(
        "--list", metavar="TITLE", default="Imported", help="of what belongs to no list [Imported]"
    )
    into.set_defaults(run=bring_in)


def export(options: argparse.Namespace) -> int:
    """Write the file, or nothing: it takes its place when it is whole."""
    chosen = _format(options)
    assert chosen.write is not None
    database = opened(options)
    with database.reading(Scope(account_called(database, options.user).id)) as tx:
        bundle = bundles.read(tx, named=chosen.name == "ical")
    data = chosen.write(bundle)
    if options.file == STDIO:
        sys.stdout.buffer.write(data)
        return 0
    target = Path(options.file)
    partial = target.with_name(f".{target.name}.part")
    partial.write_bytes(data)
    partial.replace(target)
    _tell("Exported", len(bundle.lists), len(bundle.todos))
    return 0


def bring_in(options: argparse.Namespace) -> int:
    """Add all that is in the file, or nothing."""
    chosen = _format(options)
    assert chosen.read is not None
    data = sys.stdin.buffer.read() if options.file == STDIO else Path(options.file).read_bytes()
    bundle = chosen.read(data, default_list=options.list, now=datetime.now().astimezone())
    database = opened(options)
    with database.writing(Scope(account_called(database, options.user).id)) as tx:
        bundles.write(tx, bundle)
    _tell("Imported", len(bundle.lists), len(bundle.todos))
    return 0


def _options(parser: argparse.ArgumentParser, formats: list[str], what: str) -> None:
    parser.add_argument("file", metavar="FILE", help=what)
    parser.add_argument("--format", choices=formats, help="[by the ending of FILE, else json]")
    parser.add_argument("--user", metavar="NAME", help="whose lists [the owner's]")
    add_db(parser)


def _format(options: argparse.Namespace) -> Format:
    if options.format:
        return FORMATS[options.format]
    return ENDINGS.get(Path(options.file).suffix.lower(), FORMATS["json"])


def _tell(what: str, lists: int, todos: int) -> None:
    print(
        f"{what} {lists} list{'s' * (lists != 1)} with {todos} to-do{'s' * (todos != 1)}.",
        file=sys.stderr,
    )
