"""The first tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from puretodo.store.columns import BIG, ORDERED, Day, Flag, Instant

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "account",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("folded", sa.Text(), nullable=False, comment="the name without case and accents"),
        sa.Column(
            "password",
            sa.Text(),
            nullable=True,
            comment="scrypt, with its salt and costs; none: no login",
        ),
        sa.Column("created_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("folded", name=op.f("uq_account_folded")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_table(
        "attempt",
        sa.Column(
            "key", sa.Text(), nullable=False, comment="an address or a name that tries to log in"
        ),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("since", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_attempt")),
        sqlite_strict=True,
    )
    op.create_table(
        "setting",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_setting")),
        sqlite_strict=True,
    )
    op.create_table(
        "event",
        sa.Column("seq", BIG, autoincrement=True, nullable=False),
        sa.Column("account_id", BIG, nullable=False),
        sa.Column("list_id", BIG, nullable=False, comment="may be swept away already"),
        sa.Column("todo_id", BIG, nullable=True, comment="none: the list itself has changed"),
        sa.Column("at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_event_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_event")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_event_account_id_seq"), "event", ["account_id", "seq"], unique=False)
    op.create_table(
        "list",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("account_id", BIG, nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("position", ORDERED, nullable=False),
        sa.Column("archived_at", Instant(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("updated_at", Instant(), nullable=False),
        sa.Column("deleted_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_list_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_list")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index(
        op.f("ix_list_account_id_position"), "list", ["account_id", "position"], unique=False
    )
    op.create_table(
        "pass",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False, comment="session, api, feed or share"),
        sa.Column("account_id", BIG, nullable=False),
        sa.Column("list_id", BIG, nullable=True, comment="of a share: the list it opens"),
        sa.Column("may_edit", Flag(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("used_at", Instant(), nullable=True),
        sa.Column("expires_at", Instant(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('session', 'api', 'feed', 'share')", name=op.f("ck_pass_kind")
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_pass_account_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["list_id"], ["list.id"], name=op.f("fk_pass_list_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pass")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_pass_account_id_kind"), "pass", ["account_id", "kind"], unique=False)
    op.create_index(op.f("ix_pass_list_id"), "pass", ["list_id"], unique=False)
    op.create_table(
        "todo",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("list_id", BIG, nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("notes", sa.Text(), nullable=False),
        sa.Column("folded", sa.Text(), nullable=False, comment="what a search looks at"),
        sa.Column("done_at", Instant(), nullable=True),
        sa.Column("due_on", Day(), nullable=True),
        sa.Column("priority", sa.Integer(), nullable=True),
        sa.Column("repeat", sa.Text(), nullable=True, comment="as in 'every 2 weeks after done'"),
        sa.Column(
            "anchor",
            sa.Integer(),
            nullable=True,
            comment="the day of the month that a monthly one is meant for",
        ),
        sa.Column("next_id", BIG, nullable=True, comment="what came of its repeat"),
        sa.Column("position", ORDERED, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("updated_at", Instant(), nullable=False),
        sa.Column("deleted_at", Instant(), nullable=True),
        sa.CheckConstraint("priority BETWEEN 1 AND 3", name=op.f("ck_todo_priority")),
        sa.ForeignKeyConstraint(
            ["list_id"], ["list.id"], name=op.f("fk_todo_list_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["next_id"], ["todo.id"], name=op.f("fk_todo_next_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_todo")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_todo_list_id_due_on"), "todo", ["list_id", "due_on"], unique=False)
    op.create_index(op.f("ix_todo_list_id_position"), "todo", ["list_id", "position"], unique=False)
    op.create_index(op.f("ix_todo_next_id"), "todo", ["next_id"], unique=False)
    op.create_table(
        "todo_tag",
        sa.Column("todo_id", BIG, autoincrement=False, nullable=False),
        sa.Column(
            "number", sa.Integer(), autoincrement=False, nullable=False, comment="their order"
        ),
        sa.Column("name", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["todo_id"], ["todo.id"], name=op.f("fk_todo_tag_todo_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("todo_id", "number", name=op.f("pk_todo_tag")),
        sa.UniqueConstraint("todo_id", "name", name=op.f("uq_todo_tag_todo_id_name")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_todo_tag_name"), "todo_tag", ["name"], unique=False)
