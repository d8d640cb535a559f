"""`puretodo backup` and `puretodo restore`: everything in one file, also from one kind to another.

A backup of SQLite restored into PostgreSQL moves all there is, accounts, links and devices too.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from puretodo.cli.databases import add_db, opened
from puretodo.cli.failures import Failure
from puretodo.store import backups
from puretodo.store.copying import Progress
from puretodo.store.location import shown

if TYPE_CHECKING:
    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]


def register(subparsers: Subparsers) -> None:
    """Add both to the command."""
    out = subparsers.add_parser("backup", help="write everything to one file, also while serving")
    out.add_argument("file", type=Path, metavar="FILE", help="replaced when the new one is whole")
    add_db(out)
    out.set_defaults(run=back_up)
    back = subparsers.add_parser("restore", help="replace everything by what is in a backup")
    back.add_argument("file", type=Path, metavar="FILE", help="what `backup` wrote")
    back.add_argument(
        "--force", action="store_true", help="also when there are lists, which are lost"
    )
    add_db(back)
    back.set_defaults(run=restore)


def back_up(options: argparse.Namespace) -> int:
    """Write the file, or leave an older one as it is."""
    database = opened(options)
    try:
        backups.back_up(database, options.file, _progress())
    finally:
        database.close()
    _tell(f"{options.file} has all of {shown(database.url)}.")
    return 0


def restore(options: argparse.Namespace) -> int:
    """Replace everything, or nothing."""
    database = opened(options)
    try:
        if backups.holds_lists(database) and not options.force:
            raise Failure(
                f"there are lists in {shown(database.url)}, which would be lost; "
                "back them up, and say --force"
            )
        backups.restore(database, options.file, _progress())
    finally:
        database.close()
    _tell(f"{shown(database.url)} has all of {options.file}.")
    return 0


def _progress() -> Progress:
    """Per cent, for people who would wait for more than one step."""
    if not sys.stderr.isatty():
        return lambda done, total: None

    def show(done: int, total: int) -> None:
        end = "\r" if done < total else "\r    \r"
        print(f"{100 * done // max(total, 1):3}%", end=end, file=sys.stderr, flush=True)

    return show


def _tell(text: str) -> None:
    print(text, file=sys.stderr)
