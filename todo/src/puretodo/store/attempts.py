"""Attempts to log in: counted here, where all processes and machines see them.

An attempt is counted as a failure *before* its password is looked at, so that a hundred at a time
are no more than one after the other; a success takes its own back. A key is what is limited: a
name, an address, or both; of it only a digest is kept, as a name may be a mistyped password.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import Connection, case, delete, literal, update

from puretodo.store.columns import Instant
from puretodo.store.schema import attempt
from puretodo.store.upserting import insert_into

WINDOW = timedelta(minutes=15)
"""Begins with the first failure of a key; when it is over, counting begins anew."""


@dataclass(frozen=True, slots=True)
class Limit:
    """How often something may fail within the window."""

    kind: str
    key: str
    most: int

    @property
    def row_key(self) -> str:
        """What the table knows it by."""
        return f"{self.kind}:{sha256(self.key.encode(errors='replace')).hexdigest()[:32]}"


class TooMany(Exception):  # noqa: N818 - what it is says enough
    """A limit was reached before; `wait` says for how long, from now on."""

    def __init__(self, wait: timedelta) -> None:
        super().__init__("too many attempts")
        self.wait = wait


def count(connection: Connection, limits: Sequence[Limit], now: datetime) -> None:
    """Count an attempt for each of the limits; TooMany when one of them was reached before.

    The transaction has to end with that exception: what is refused is not counted.
    """
    for limit in limits:
        failures, since = _increased(connection, limit.row_key, now)
        if failures > limit.most:
            raise TooMany(since + WINDOW - now)


def forgive(connection: Connection, limits: Sequence[Limit]) -> None:
    """Take back what a success was counted for."""
    keys = [limit.row_key for limit in limits]
    fewer = update(attempt).values(failures=attempt.c.failures - 1)
    connection.execute(fewer.where(attempt.c.key.in_(keys), attempt.c.failures > 0))


def forget(connection: Connection, limit: Limit) -> None:
    """Begin anew with one of them."""
    connection.execute(delete(attempt).where(attempt.c.key == limit.row_key))


def _increased(connection: Connection, key: str, now: datetime) -> tuple[int, datetime]:
    is_over = attempt.c.since <= now - WINDOW
    statement = (
        insert_into(connection, attempt)
        .values(key=key, failures=1, since=now)
        .on_conflict_do_update(
            index_elements=[attempt.c.key],
            set_={
                "failures": case((is_over, 1), else_=attempt.c.failures + 1),
                "since": case((is_over, literal(now, Instant)), else_=attempt.c.since),
            },
        )
        .returning(attempt.c.failures, attempt.c.since)
    )
    row = connection.execute(statement).one()
    return row.failures, row.since
