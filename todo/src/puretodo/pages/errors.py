"""Errors in our look, for those who came for a page; the API has its problem+json."""

from __future__ import annotations

from potstill.web import App, HTTPError, Request, Response
from potstill.web.templates import Templates
from puretodo.pages.paper import paper_of
from puretodo.refusals import KINDS, refusal

STATUSES = (400, 403, 404, 405, 409, 413, 421, 422, 429, 500, 503)
SAID = frozenset({403, 404, 409, 413, 421, 429, 500, 503})
"""Those with a text of their own; for the others there is one together."""


def show_errors(app: App, templates: Templates) -> None:
    """Let an application answer errors, and what is refused below, with our page."""

    def show(request: Request, error: HTTPError) -> Response:
        return error_page(request, error, templates)

    def refuse(request: Request, error: Exception) -> Response:
        return show(request, refusal(request, error))

    for status in STATUSES:
        app.catch(status)(show)
    for kind in KINDS:
        app.catch(kind)(refuse)


def error_page(request: Request, error: Exception, templates: Templates) -> Response:
    """The page of an error; raises the error again for the API, and for who wants no page."""
    is_http = isinstance(error, HTTPError)
    if is_http and (request.path.startswith("/api/") or not request.wants_page):
        raise error
    status = error.status if isinstance(error, HTTPError) else 500
    if not is_http and not request.wants_page:
        raise HTTPError(500)
    paper = paper_of(request, templates)
    key = f"error_{status}" if status in SAID else "error_other"
    response = paper.page("error.html", status=status, code=status, text=paper.words(key))
    if isinstance(error, HTTPError):
        for name, value in error.headers:
            response.headers.add(name, value)
    return response
