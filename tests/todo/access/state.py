"""All that somebody has, to be compared before and after."""

from __future__ import annotations

from sqlalchemy import select

from puretodo.store.database import Database
from puretodo.store.schema import access_pass, account, todo, todo_list

State = list[tuple[object, ...]]


def state_of(database: Database, account_id: int, *, but_list: int | None = None) -> State:
    """Rows of lists, to-dos and passes of an account, perhaps but those of one list."""
    of_list = todo_list.c.account_id == account_id
    others = todo_list.c.id != but_list
    queries = (
        select(account).where(account.c.id == account_id),
        select(todo_list).where(of_list, others).order_by(todo_list.c.id),
        select(todo)
        .join(todo_list, todo_list.c.id == todo.c.list_id)
        .where(of_list, others)
        .order_by(todo.c.id),
        select(access_pass.c.id, access_pass.c.kind, access_pass.c.list_id, access_pass.c.may_edit)
        .where(access_pass.c.account_id == account_id)
        .order_by(access_pass.c.id),
    )
    with database.connect() as connection:
        return [tuple(row) for query in queries for row in connection.execute(query)]
