"""`puretodo user`: who may come in. Passwords are typed, never written on the command line."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from getpass import getpass
from typing import TYPE_CHECKING

from puretodo.access.keys import Keys
from puretodo.access.passwords import PasswordRefused, Passwords
from puretodo.cli.databases import account_called, add_db, opened
from puretodo.cli.failures import Failure
from puretodo.model.text import one_line
from puretodo.settings import Settings
from puretodo.store import accounts, passes
from puretodo.store.accounts import Account
from puretodo.store.database import Database
from puretodo.store.passes import NewPass
from puretodo.store.scope import Scope

if TYPE_CHECKING:
    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]
    Action = Callable[[Database, argparse.Namespace], None]


def register(subparsers: Subparsers) -> None:
    """Add `user` and what it can do to the command."""
    user = subparsers.add_parser("user", help="say who may come in: accounts, passwords, tokens")
    actions = user.add_subparsers(required=True, metavar="ACTION")
    _action(actions, "add", add, "make an account, with a password", "NAME")
    _action(actions, "list", show, "list the accounts, and what they have")
    password = _action(actions, "password", set_password, "set a password")
    password.add_argument("name", metavar="NAME", nargs="?", help="whose; else the owner's")
    _action(actions, "rename", rename, "give an account another name", "OLD", "NEW")
    removal = _action(actions, "remove", remove, "delete an account with all it has", "NAME")
    removal.add_argument("--yes", action="store_true", help="do not ask whether it is meant")
    _action(actions, "token", token, "make an API token, and print it", "NAME", "LABEL")


def add(database: Database, options: argparse.Namespace) -> None:
    """Make an account."""
    kept = _new_password()
    with database.begin() as connection:
        made = accounts.add(connection, options.name, database.clock())
        accounts.set_password(connection, made.id, kept)
    print(f"Added {made.name}.")


def show(database: Database, options: argparse.Namespace) -> None:
    """Print a line for each account: its name, lists and to-dos, whether it can log in."""
    with database.connect() as connection:
        for each in accounts.all_accounts(connection):
            has = accounts.counts(connection, each.id)
            login = "can log in" if each.password else "no password"
            print(f"{each.name}\t{has.lists} lists\t{has.todos} to-dos\t{login}")


def set_password(database: Database, options: argparse.Namespace) -> None:
    """Keep another password, and log out all who came in by the old one."""
    account = account_called(database, options.name)
    kept = _new_password()
    with database.writing(Scope(account.id)) as tx:
        accounts.set_password(tx.connection, account.id, kept)
        ended = passes.revoke_all(tx, "session")
    print(f"The password of {account.name} is set.", f"Sessions ended: {ended}.")


def rename(database: Database, options: argparse.Namespace) -> None:
    """Give an account another name."""
    account = account_called(database, options.old)
    with database.begin() as connection:
        accounts.rename(connection, account, options.new)
    print(f"{account.name} is called {one_line(options.new)} now.")


def remove(database: Database, options: argparse.Namespace) -> None:
    """Delete an account, when somebody has said twice that this is meant."""
    account = account_called(database, options.name)
    with database.connect() as connection:
        others = len(accounts.all_accounts(connection)) - 1
        has = accounts.counts(connection, account.id)
    if not others:
        raise Failure("this is the only account; `puretodo user rename` gives it another name")
    print(f"{account.name} has {has.lists} lists with {has.todos} to-dos.")
    if not options.yes and not _confirmed(account):
        raise Failure("nothing was deleted; type the name, or say --yes")
    with database.begin() as connection:
        accounts.remove(connection, account.id)
    print(f"Removed {account.name}.")


def token(database: Database, options: argparse.Namespace) -> None:
    """Print a new API token, and nothing else."""
    account = account_called(database, options.name)
    settings = Settings(database.url, secret=os.environ.get("PURETODO_SECRET", ""))
    keys = Keys(database, settings)
    with database.writing(Scope(account.id)) as tx:
        issued = passes.issue(tx, NewPass("api", one_line(options.label)))
    print(keys.tokens.text("api", issued.id))


def _action(
    actions: Subparsers, name: str, action: Action, text: str, *arguments: str
) -> argparse.ArgumentParser:
    parser = actions.add_parser(name, help=text)
    add_db(parser)
    for each in arguments:
        parser.add_argument(each.lower(), metavar=each)

    def run(options: argparse.Namespace) -> int:
        database = opened(options)
        try:
            action(database, options)
        finally:
            database.close()
        return 0

    parser.set_defaults(run=run)
    return parser


def _new_password() -> str:
    """What to keep of the password that somebody types twice, or sends as one line."""
    if sys.stdin.isatty():
        password = getpass("New password: ")
        if getpass("The same again: ") != password:
            raise Failure("these were two different passwords")
    else:
        password = sys.stdin.readline().rstrip("\r\n")
    try:
        return Passwords().keep(password)
    except PasswordRefused as error:
        raise Failure(str(error)) from None


def _confirmed(account: Account) -> bool:
    if not sys.stdin.isatty():
        return False
    return one_line(input(f"Type {account.name} to delete all of it: ")) == account.name
