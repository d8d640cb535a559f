"""The tables. The migrations make them; a test holds the two against each other.

Identifiers are never used twice (AUTOINCREMENT), so that an old page deletes nothing newer. What
people delete is marked, and swept away after a month.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)

from puretodo.store.columns import BIG, ORDERED, Day, Flag, Instant

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)
STRICT: dict[str, Any] = {"sqlite_strict": True, "sqlite_autoincrement": True}


def _id() -> Column[int]:
    return Column("id", BIG, primary_key=True, autoincrement=True)


def _belongs_to(table: str, *, null: bool = False) -> ForeignKey:
    return ForeignKey(f"{table}.id", ondelete="SET NULL" if null else "CASCADE")


account = Table(
    "account",
    metadata,
    _id(),
    Column("name", Text, nullable=False),
    Column("folded", Text, nullable=False, comment="the name without case and accents"),
    Column("password", Text, comment="scrypt, with its salt and costs; none: no login"),
    Column("created_at", Instant, nullable=False),
    UniqueConstraint("folded"),
    **STRICT,
)

todo_list = Table(
    "list",
    metadata,
    _id(),
    Column("account_id", BIG, _belongs_to("account"), nullable=False),
    Column("title", Text, nullable=False),
    Column("position", ORDERED, nullable=False),
    Column("archived_at", Instant),
    Column("version", Integer, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    Column("deleted_at", Instant),
    Index(None, "account_id", "position"),
    **STRICT,
)

todo = Table(
    "todo",
    metadata,
    _id(),
    Column("list_id", BIG, _belongs_to("list"), nullable=False),
    Column("title", Text, nullable=False),
    Column("notes", Text, nullable=False),
    Column("folded", Text, nullable=False, comment="what a search looks at"),
    Column("done_at", Instant),
    Column("due_on", Day),
    Column("priority", Integer),
    Column("repeat", Text, comment="as in 'every 2 weeks after done'"),
    Column("anchor", Integer, comment="the day of the month that a monthly one is meant for"),
    Column("next_id", BIG, _belongs_to("todo", null=True), comment="what came of its repeat"),
    Column("position", ORDERED, nullable=False),
    Column("version", Integer, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    Column("deleted_at", Instant),
    CheckConstraint("priority BETWEEN 1 AND 3", "priority"),
    Index(None, "list_id", "position"),
    Index(None, "list_id", "due_on"),
    Index(None, "next_id"),
    **STRICT,
)

todo_tag = Table(
    "todo_tag",
    metadata,
    Column("todo_id", BIG, _belongs_to("todo"), primary_key=True, autoincrement=False),
    Column("number", Integer, primary_key=True, autoincrement=False, comment="their order"),
    Column("name", Text, nullable=False),
    UniqueConstraint("todo_id", "name"),
    Index(None, "name"),
    sqlite_strict=True,
)

event = Table(
    "event",
    metadata,
    Column("seq", BIG, primary_key=True, autoincrement=True),
    Column("account_id", BIG, _belongs_to("account"), nullable=False),
    Column("list_id", BIG, nullable=False, comment="may be swept away already"),
    Column("todo_id", BIG, comment="none: the list itself has changed"),
    Column("at", Instant, nullable=False),
    Index(None, "account_id", "seq"),
    **STRICT,
)

access_pass = Table(
    "pass",
    metadata,
    _id(),
    Column("kind", Text, nullable=False, comment="session, api, feed or share"),
    Column("account_id", BIG, _belongs_to("account"), nullable=False),
    Column("list_id", BIG, _belongs_to("list"), comment="of a share: the list it opens"),
    Column("may_edit", Flag, nullable=False),
    Column("label", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("used_at", Instant),
    Column("expires_at", Instant),
    CheckConstraint("kind IN ('session', 'api', 'feed', 'share')", "kind"),
    Index(None, "account_id", "kind"),
    Index(None, "list_id"),
    **STRICT,
)

attempt = Table(
    "attempt",
    metadata,
    Column("key", Text, primary_key=True, comment="an address or a name that tries to log in"),
    Column("failures", Integer, nullable=False),
    Column("since", Instant, nullable=False),
    sqlite_strict=True,
)

setting = Table(
    "setting",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
    sqlite_strict=True,
)
