"""Who may see the list: names and passwords, which are kept as scrypt makes them."""

import hashlib
import secrets
import sqlite3
from contextlib import closing
from sqlite3 import Connection

import msgspec

from .step5_storage import connect

SCHEMA = """
create table if not exists user (
    id integer primary key,
    name text not null unique,
    password blob not null
)
"""


class User(msgspec.Struct, frozen=True):
    """Somebody who has signed in."""

    id: int
    name: str


def create_users() -> None:
    """For a file that is new."""
    with closing(connect()) as db:
        db.executescript(SCHEMA)


def hashed(password: str, salt: bytes) -> bytes:
    """The salt, and a hash of both that takes 16 MiB and a fraction of a second to compute."""
    return salt + hashlib.scrypt(password.encode(), salt=salt, n=2**14, r=8, p=5)


def add_user(db: Connection, name: str, password: str) -> User | None:
    """A new account; None when the name is taken."""
    kept = hashed(password, secrets.token_bytes(16))
    try:
        with db:
            cursor = db.execute("insert into user (name, password) values (?, ?)", [name, kept])
    except sqlite3.IntegrityError:
        return None
    return User(cursor.lastrowid or 0, name)


NOBODY = (0, "", bytes(80))


def check_password(db: Connection, name: str, password: str) -> User | None:
    """The user, if the password is right. It takes as long for a name that is not there."""
    row = db.execute("select id, name, password from user where name = ?", [name]).fetchone()
    id, name, kept = row or NOBODY
    is_right = secrets.compare_digest(hashed(password, kept[:16]), kept)
    return User(id, name) if is_right else None


def find_user(db: Connection, id: int | None) -> User | None:
    """The user of this number, if there is one."""
    row = db.execute("select id, name from user where id = ?", [id]).fetchone()
    return User(*row) if row else None
