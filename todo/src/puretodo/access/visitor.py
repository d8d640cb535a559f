"""Who a request is from, and what that opens."""

from __future__ import annotations

from dataclasses import dataclass

from puretodo.settings import Access
from puretodo.store.accounts import Account
from puretodo.store.passes import Pass
from puretodo.store.scope import Scope


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody who may come in."""

    account_id: int
    name: str
    """Of the account; a guest is told nothing of it."""
    mode: Access
    scope: Scope
    is_guest: bool = False
    """Came by a link to a list, whatever else they are."""
    pass_id: int | None = None
    """What let them in; None where everybody may come in."""


def everybody(owner: Account) -> Visitor:
    """Whoever comes, where there is no login."""
    return Visitor(owner.id, owner.name, "none", Scope(owner.id))


def member(mode: Access, shown: Pass) -> Visitor:
    """Who has logged in, or a program with a token of theirs."""
    scope = Scope(shown.account_id)
    return Visitor(shown.account_id, shown.account_name, mode, scope, pass_id=shown.id)


def guest(mode: Access, shown: Pass) -> Visitor:
    """Who came by a link to a list."""
    scope = Scope(shown.account_id, shown.list_id, shown.may_edit)
    return Visitor(shown.account_id, "", mode, scope, is_guest=True, pass_id=shown.id)
