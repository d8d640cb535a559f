"""What goes wrong for an operator, in one line each."""

from __future__ import annotations

from sqlalchemy.exc import DatabaseError, IntegrityError, NoSuchModuleError, OperationalError

from puretodo.formats.errors import FormatError
from puretodo.settings import SettingsError
from puretodo.store.errors import StoreError
from puretodo.store.location import LocationError
from puretodo.store.migrating import NewerDatabaseError


class Failure(Exception):  # noqa: N818 - what the operator is told, and no more
    """Something that cannot be done; its text is the one line that says why."""


PLAIN = (Failure, FormatError, LocationError, NewerDatabaseError, SettingsError, StoreError)
"""Their texts are such lines already."""


def in_words(error: Exception) -> str | None:
    """The line for what an operator can mend; None for a fault of ours."""
    if isinstance(error, PLAIN):
        return str(error)
    if isinstance(error, OperationalError) or type(error) is DatabaseError:  # no database at all
        return f"the database cannot be used: {_first_line(error)}"
    if isinstance(error, IntegrityError):
        return f"the database refuses it: {_first_line(error)}"
    if isinstance(error, NoSuchModuleError | ModuleNotFoundError) and "psycopg" in str(error):
        return "PostgreSQL needs its driver: pip install 'puretodo[postgres]'"
    if isinstance(error, OSError):
        return f"{error.strerror}: {error.filename}" if error.filename else str(error)
    return None


def _first_line(error: DatabaseError) -> str:
    return str(error.orig).strip().splitlines()[0]
