"""All rows of one database into another, of whichever kind each is."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, RowMapping, Table, delete, func, insert, select, text, update

from puretodo.store.schema import metadata, todo

BATCH = 1000
"""Rows that are in memory at a time."""

Progress = Callable[[int, int], object]
"""Told how much is done, and how much there is in all."""


def copy_rows(
    source: Connection, target: Connection, progress: Progress, but: Collection[Table] = ()
) -> None:
    """Add all rows to tables that are empty, except those of some.

    What refers comes behind what it refers to; of to-dos, which refer to each other, those
    references come last. Numbers that were given in either are not given again.
    """
    tables = [table for table in metadata.sorted_tables if table not in but]
    total = sum(_count(source, table) for table in tables)
    copied = 0
    for table in tables:
        for rows in _batches(source, table):
            target.execute(insert(table), [_without_reference(table, row) for row in rows])
            copied += len(rows)
            progress(copied, total)
        set_counter(target, table, counter(source, table))
    _join_todos(source, target)


def delete_rows(connection: Connection) -> None:
    """Empty all tables; on PostgreSQL nobody writes from then on until the commit."""
    tables = list(reversed(metadata.sorted_tables))
    if connection.dialect.name != "sqlite":
        names = ", ".join(f'"{table.name}"' for table in tables)
        connection.execute(text(f"LOCK TABLE {names} IN EXCLUSIVE MODE"))
    for table in tables:
        connection.execute(delete(table))


def counter(connection: Connection, table: Table) -> int:
    """The greatest number that was ever given in a table; 0 if it gives none."""
    column = table.autoincrement_column
    if column is None:
        return 0
    if connection.dialect.name == "sqlite":
        query = text("SELECT seq FROM sqlite_sequence WHERE name = :table")
    else:
        query = text(f"SELECT pg_sequence_last_value({_SEQUENCE})")
    return connection.execute(query, _names(table)).scalar() or 0


def set_counter(connection: Connection, table: Table, number: int) -> None:
    """Give only greater numbers in a table from now on."""
    if number <= counter(connection, table):
        return
    if connection.dialect.name == "sqlite":
        statement = "INSERT INTO sqlite_sequence (name, seq) VALUES (:table, :number)"
        connection.execute(text("DELETE FROM sqlite_sequence WHERE name = :table"), _names(table))
    else:
        statement = f"SELECT setval({_SEQUENCE}, :number)"
    connection.execute(text(statement), _names(table) | {"number": number})


_SEQUENCE = "pg_get_serial_sequence(:table, :column)::regclass"


def _names(table: Table) -> dict[str, Any]:
    column = table.autoincrement_column
    return {"table": table.name, "column": None if column is None else column.name}


def _count(connection: Connection, table: Table) -> int:
    return connection.execute(select(func.count()).select_from(table)).scalar() or 0


def _batches(connection: Connection, table: Table) -> Iterator[Sequence[RowMapping]]:
    query = select(table).order_by(*table.primary_key.columns)
    with connection.execute(query, execution_options={"yield_per": BATCH}) as result:
        yield from result.mappings().partitions()


def _without_reference(table: Table, row: RowMapping) -> dict[str, Any]:
    values = {str(name): value for name, value in row.items()}
    return values | {"next_id": None} if table is todo else values


def _join_todos(source: Connection, target: Connection) -> None:
    query = select(todo.c.id, todo.c.next_id).where(todo.c.next_id.is_not(None))
    for row in source.execute(query).all():
        target.execute(update(todo).where(todo.c.id == row.id).values(next_id=row.next_id))
