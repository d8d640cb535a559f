"""What the store refuses, a file that cannot be read, a database that is away: as HTTP says it."""

from __future__ import annotations

from sqlalchemy.exc import DBAPIError, OperationalError

from potstill.web import HTTPError, Request
from puretodo.formats.errors import FormatError
from puretodo.store.errors import LimitReached, NotAllowed, NotFound, StoreError

KINDS = (StoreError, FormatError, DBAPIError)
"""Exceptions that are nobody's mistake in here, or may be."""
STATUSES: dict[type[StoreError], int] = {NotFound: 404, NotAllowed: 403, LimitReached: 409}
BUSY_AFTER = "2"
"""Seconds, for those whom the database had no time for."""


def refusal(request: Request, error: Exception) -> HTTPError:
    """The answer to an exception of `KINDS`; raises it again when it is a fault of ours."""
    if isinstance(error, StoreError) and type(error) in STATUSES:
        return HTTPError(STATUSES[type(error)], str(error))
    if isinstance(error, FormatError):
        return HTTPError(422, str(error), line=error.line)
    if isinstance(error, DBAPIError) and _is_away(error):
        print(f"The database is not available: {error.orig}", file=request.environ["wsgi.errors"])
        said = ("Retry-After", BUSY_AFTER)
        return HTTPError(503, "The database is not available just now.", headers=[said])
    raise error


def _is_away(error: DBAPIError) -> bool:
    return isinstance(error, OperationalError) or error.connection_invalidated
