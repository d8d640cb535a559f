"""What the store refuses, as answers."""

from __future__ import annotations

from sqlalchemy.exc import DBAPIError, OperationalError

from potstill.web import App, HTTPError, Request, Response
from puretodo.formats.errors import FormatError
from puretodo.store.errors import LimitReached, NotAllowed, NotFound, StoreError

STATUSES: dict[type[StoreError], int] = {NotFound: 404, NotAllowed: 403, LimitReached: 409}
BUSY_AFTER = "2"
"""Seconds, for those whom the database had no time for."""


def answer_problems(app: App) -> None:
    """Let an application answer what the store refuses, and a database that is away."""

    @app.catch(StoreError)
    def refused(request: Request, error: StoreError) -> Response:
        raise HTTPError(STATUSES[type(error)], str(error))

    @app.catch(FormatError)
    def unreadable(request: Request, error: FormatError) -> Response:
        raise HTTPError(422, str(error), line=error.line)

    @app.catch(OperationalError)
    def unavailable(request: Request, error: OperationalError) -> Response:
        raise _away(request, error)

    @app.catch(DBAPIError)
    def broken(request: Request, error: DBAPIError) -> Response:
        if error.connection_invalidated:
            raise _away(request, error)
        raise error


def _away(request: Request, error: DBAPIError) -> HTTPError:
    print(f"The database is not available: {error.orig}", file=request.environ["wsgi.errors"])
    return HTTPError(
        503, "The database is not available just now.", headers=[("Retry-After", BUSY_AFTER)]
    )
