"""`puretodo serve`: check what was decided, have the database ready, and become a Potstill.

The server is another program as far as this one knows: what is decided goes into the environment,
where `puretodo.settings` finds it under any WSGI server.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Mapping
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING, get_args

from puretodo.access import ready
from puretodo.cli.databases import add_db
from puretodo.cli.failures import Failure
from puretodo.settings import Access, Settings, from_environ
from puretodo.store import accounts
from puretodo.store.database import Database
from puretodo.store.location import shown

if TYPE_CHECKING:
    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]

APPLICATION = "puretodo.app:create()"
BIND = "127.0.0.1:8000"
SECRET_BELOW = ("/s/", "/feeds/")
"""Links to lists and calendars: whoever reads the token can come in."""
MORE = "Options of the server stand behind `--`: puretodo serve -- --workers 2 (`potstill --help`)."


def register(subparsers: Subparsers) -> None:
    """Add it to the command."""
    parser = subparsers.add_parser("serve", help="serve the lists to browsers", epilog=MORE)
    add_db(parser)
    parser.add_argument(
        "--access",
        choices=get_args(Access),
        help="who may come in: everybody, who knows one password, or who has an account [none]",
    )
    parser.add_argument(
        "--hosts",
        action="append",
        default=[],
        metavar="NAME",
        help="a name that it is reached by, as todo.example.org; may be repeated",
    )
    parser.add_argument(
        "--timezone", metavar="ZONE", help="of browsers that do not tell theirs, as Europe/Lisbon"
    )
    parser.add_argument(
        "-b",
        "--bind",
        action="append",
        default=[],
        metavar="ADDRESS",
        help=f"where to listen, as the server is told [{BIND}]; may be repeated",
    )
    parser.add_argument("server", nargs="*", metavar="-- OPTION", help="for the server")
    parser.set_defaults(run=serve)


def serve(options: argparse.Namespace) -> int:
    """Does not return when all is well: the server takes the place of this process."""
    binds = options.bind or [BIND]
    if any(each.startswith(("-b", "--bind")) for each in options.server):
        raise Failure("-b stands before `--`, as it has to be known who can reach the address")
    os.environ.update(_decided(options))
    settings = from_environ()
    _check_reach(settings, binds)
    _prepare(settings)
    print(f"The lists are kept in {shown(settings.db)}.", file=sys.stderr, flush=True)
    addresses = [each for address in binds for each in ("-b", address)]
    secrets = [each for path in SECRET_BELOW for each in ("--access-log-mask", path)]
    command = [sys.executable, "-m", "potstill", APPLICATION, *addresses, *secrets]
    command += options.server
    os.execv(sys.executable, command)  # noqa: S606 - nothing of it passes a shell


def _decided(options: argparse.Namespace) -> Mapping[str, str]:
    """The options that were given, as variables of the environment."""
    given = {
        "PURETODO_DB": options.db and _absolute(options.db),
        "PURETODO_ACCESS": options.access,
        "PURETODO_HOSTS": " ".join(options.hosts),
        "PURETODO_TIMEZONE": options.timezone,
    }
    return {name: text for name, text in given.items() if text}


def is_local(address: str) -> bool:
    """Whether only this machine can reach an address; an inherited socket is its owner's affair."""
    if address.startswith("unix:") or "fd://" in address:
        return True
    host = re.sub(r"^\w+://|:[0-9]*$", "", address)
    try:
        return host == "localhost" or ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _absolute(place: str) -> str:
    """The server may work in another folder."""
    return place if "://" in place else str(Path(place).expanduser().absolute())


def _check_reach(settings: Settings, binds: list[str]) -> None:
    """Do not open the lists to everybody unless that was said."""
    open_to = [each for each in binds if not is_local(each)]
    if open_to and not os.environ.get("PURETODO_ACCESS"):
        raise Failure(
            f"{open_to[0]} can be reached by others, and nobody would be asked who they are; "
            "say --access password, --access accounts or --access none"
        )
    if open_to and settings.access == "none":
        print("Whoever reaches it may see and change everything.", file=sys.stderr)
        if not settings.hosts:
            print("It answers to localhost only; name others by --hosts.", file=sys.stderr)


def _prepare(settings: Settings) -> None:
    database = Database(settings.db)
    try:
        database.prepare()
        with database.begin() as connection:
            accounts.ensure_owner(connection, database.clock())
        ready.check(database, settings)
    finally:
        database.close()
