"""Can it be served like this? Asked before it is, so that the operator hears of it."""

from __future__ import annotations

from puretodo.settings import Settings, SettingsError
from puretodo.store import accounts
from puretodo.store.database import Database

_SHORTEST_SECRET = 32


def check(database: Database, settings: Settings) -> None:
    """Go on if there is a password wherever one is asked for; SettingsError. Reads the database."""
    if any(len(secret) < _SHORTEST_SECRET for secret in settings.secret.split()):
        raise SettingsError(f"PURETODO_SECRET has at least {_SHORTEST_SECRET} characters in each")
    if settings.access == "none":
        return
    with database.connect() as connection:
        known = accounts.all_accounts(connection)
    if settings.access == "password" and not (known and known[0].password):
        raise SettingsError("--access password: there is none yet; run `puretodo user password`")
    if settings.access == "accounts" and not any(each.password for each in known):
        raise SettingsError(
            "--access accounts: nobody has a password yet; run `puretodo user add NAME`"
        )
