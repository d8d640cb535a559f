"""A new password for who is logged in: the old one is asked for, and all others are logged out."""

from __future__ import annotations

from potstill.web import Request
from puretodo.access.login import Login
from puretodo.access.visitor import Visitor
from puretodo.store import accounts, passes


def change_password(
    login: Login, request: Request, visitor: Visitor, current: str, wanted: str
) -> bool:
    """Keep another password; False if the current one is not right.

    Raises `PasswordRefused`, and what `Login.enter` does: it may be as often wrong as there.
    """
    kept = login.passwords.keep(wanted)
    account = login.verified(request, visitor.name, current)
    if account is None or account.id != visitor.account_id:
        return False
    with login.database.writing(visitor.scope) as tx:
        accounts.set_password(tx.connection, account.id, kept)
        passes.revoke_all(tx, "session", but=visitor.pass_id)
    request.session.renew()
    return True
