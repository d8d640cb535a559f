"""Steps 5 and 6: the list is kept in SQLite. `potstill step5_storage:app`."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from sqlite3 import Connection
from typing import Annotated

import msgspec

from potstill.web import App, Created, Group, HTTPError, Request, created

SCHEMA = """
create table if not exists item (
    id integer primary key,
    name text not null,
    amount integer not null,
    done integer not null default 0
)
"""


def connect() -> Connection:
    """The database; `SHOPPING_DB` says which file it is."""
    db = sqlite3.connect(os.environ.get("SHOPPING_DB", "shopping.sqlite3"))
    db.row_factory = sqlite3.Row
    return db


def database() -> Iterator[Connection]:
    """A connection for one request. What was not committed is rolled back when it closes."""
    with closing(connect()) as db:
        yield db


def create_tables() -> None:
    """For a file that is new."""
    with closing(connect()) as db:
        db.executescript(SCHEMA)


class NewItem(msgspec.Struct, forbid_unknown_fields=True):
    """Something to buy."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=80)]
    amount: Annotated[int, msgspec.Meta(ge=1, le=99)] = 1


class Item(NewItem, kw_only=True):
    """An entry of the list."""

    id: int
    done: bool = False


class Change(msgspec.Struct, forbid_unknown_fields=True):
    """What can be changed of an entry."""

    done: bool


def everything(db: Connection) -> list[Item]:
    """The list: what is left to buy first."""
    rows = db.execute("select * from item order by done, id")
    return [msgspec.convert(dict(row), Item, strict=False) for row in rows]


def found(db: Connection, id: int) -> Item:
    """The entry; 404 when there is none."""
    row = db.execute("select * from item where id = ?", [id]).fetchone()
    if row is None:
        raise HTTPError(404, f"There is no item {id}.")
    return msgspec.convert(dict(row), Item, strict=False)


def add(db: Connection, new: NewItem) -> Item:
    """A new entry."""
    with db:  # a transaction: committed at its end, rolled back by an exception
        cursor = db.execute("insert into item (name, amount) values (?, ?)", [new.name, new.amount])
    return found(db, cursor.lastrowid or 0)


def set_done(db: Connection, id: int, *, done: bool) -> Item:
    """Tick an entry off, or bring it back; 404 when there is none."""
    found(db, id)
    with db:
        db.execute("update item set done = ? where id = ?", [done, id])
    return found(db, id)


def remove(db: Connection, id: int) -> None:
    """Take an entry off the list; 404 when there is none."""
    found(db, id)
    with db:
        db.execute("delete from item where id = ?", [id])


api = Group("/api/items", tags=["list"])


@api.resource("")
class Items:
    def get(self, db: Connection, done: bool | None = None) -> list[Item]:
        """The whole list, or what is done of it, or what is not."""
        return [item for item in everything(db) if done is None or item.done is done]

    def post(self, request: Request, db: Connection, body: NewItem) -> Created[Item]:
        """Put something on the list."""
        item = add(db, body)
        return created(request, item, request.url_for(OneItem, id=item.id))


@api.resource("/{id:int}")
class OneItem:
    def get(self, db: Connection, id: int) -> Item:
        """One entry."""
        return found(db, id)

    def patch(self, db: Connection, id: int, body: Change) -> Item:
        """Tick an entry off, or bring it back."""
        return set_done(db, id, done=body.done)

    def delete(self, db: Connection, id: int) -> None:
        """Take an entry off the list."""
        remove(db, id)


app = App(title="Shopping", version="1.0", description="What we need from the shop.")
app.provide(Connection, database)  # for every argument that is annotated Connection
app.on_start(create_tables)  # once, before the first request
app.include(api)
