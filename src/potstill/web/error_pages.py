"""The answer to an `HTTPError`: a page for a browser, problem+json (RFC 9457) for everybody else.

Only a client that likes `text/html` better gets the page; `*/*`, silence, and types that we do not
speak get JSON. Never XML. Whatever is shown came in the error: no path, no traceback, no version.
The page loads nothing and carries its own policy, so that it looks the same in every application.

No error is kept by a cache, unless the error itself has a `Cache-Control`: RFC 9110 (15.1) would
let a cache store a 404 or 501 that was true for one moment or one person only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from potstill.web.answers import encode
from potstill.web.response import Response, plain

if TYPE_CHECKING:
    from collections.abc import Iterable

    from potstill.web.errors import HTTPError
    from potstill.web.headers import Headers
    from potstill.web.request import Request

PROBLEM = "application/problem+json"
_POLICY = (("Cache-Control", "no-store"), ("Vary", "Accept"))
_NO_PAGE = frozenset({"", "*/*", "application/json"})
_OURS = frozenset({"content-type", "content-length"})


def answer_error(request: Request, error: HTTPError) -> Response:
    """The error as the client prefers it; the error's own header fields are sent along."""
    if wants_page(request):
        response = _page(request, error)
    else:
        response = plain(_problem(request, error), PROBLEM, error.status)
    response._lines.extend(_POLICY)
    if error.headers:
        _add(response.headers, error.headers)
    return response


def _add(headers: Headers, lines: Iterable[tuple[str, str]]) -> None:
    """Send the error's own fields along; they cannot change what the answer is."""
    for name, value in lines:
        known = name.lower()
        if known == "vary":
            for element in value.split(","):
                headers.append("Vary", element.strip())
        elif known == "cache-control":
            headers["Cache-Control"] = value
        elif known not in _OURS:
            headers.add(name, value)


def wants_page(request: Request) -> bool:
    """Does the client like HTML better than JSON?"""
    accept: str = request.environ.get("HTTP_ACCEPT", "")
    if accept in _NO_PAGE or "text/" not in accept.lower():  # most are no browsers
        return False
    return request.prefers(PROBLEM, "application/json", "text/html") == "text/html"


def _problem(request: Request, error: HTTPError) -> bytes:
    """The members as JSON; what JSON cannot say is left out, and told to the log."""
    problem = error.problem()
    try:
        return encode(problem)
    except (TypeError, ValueError, RecursionError) as reason:
        left_out = [name for name, value in problem.items() if not _is_encodable(value)]
        request.environ["wsgi.errors"].write(
            f"HTTPError {error.status}: left out of the answer, being no JSON: "
            f"{', '.join(left_out)} ({type(reason).__name__})\n"
        )
        return encode({name: problem[name] for name in problem if name not in left_out})


def _is_encodable(value: Any) -> bool:
    try:
        encode(value)
    except (TypeError, ValueError, RecursionError):
        return False
    return True


EXPLAINED = {
    400: "The server could not make sense of this request.",
    401: "You have to sign in to see this.",
    403: "You may not see or do this.",
    404: "There is nothing at this address.",
    405: "This address does not take that method.",
    410: "What was at this address is gone for good.",
    413: "What was sent is too large.",
    429: "That was too much in too short a time. Please wait a little.",
    500: "Something went wrong here. It is not your fault, and it has been noted.",
    503: "This is out of service for a moment. Please try again soon.",
}
"""What a page says to a person when the error has no detail."""


def _page(request: Request, error: HTTPError) -> Response:
    """The page; its style is allowed by nonce, and nothing else is."""
    from html import escape

    nonce = request.nonce
    title = escape(error.title)
    said = escape(error.detail or EXPLAINED.get(error.status, ""))
    fields = "".join(
        f"<li><b>{escape(_field(each))}</b> {escape(str(each.get('detail', '')))}</li>"
        for each in error.errors
    )
    body = (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="color-scheme" content="light dark"><meta name="robots" content="noindex">'
        f"<title>{error.status} {title}</title>"
        f'<style nonce="{nonce}">{STYLE}</style></head>'
        f'<body><main><p class="status" aria-hidden="true">{error.status}</p>'
        f'<h1><span class="spoken">Error {error.status}: </span>{title}</h1>'
        + (f'<p class="detail">{said}</p>' if said else "")
        + (f"<ul>{fields}</ul>" if fields else "")
        + "</main></body></html>"
    )
    response = plain(body.encode(errors="replace"), "text/html; charset=utf-8", error.status)
    response.headers.lines.append(("Content-Security-Policy", policy(nonce)))
    return response


def policy(nonce: str) -> str:
    """The Content-Security-Policy of a page that has a style of its own and nothing else."""
    return (
        f"default-src 'none'; style-src 'nonce-{nonce}'; base-uri 'none'; "
        "form-action 'none'; frame-ancestors 'none'"
    )


def _field(each: Any) -> str:
    """Where a wrong value is: its field, or the place that has no fields."""
    return str(each.get("field") or each.get("in") or "")


STYLE = """
:root{color-scheme:light dark;--ink:#1d2530;--soft:#566170;--paper:#f7f6f3;--line:#dcd9d2;
--mark:#a3421c}
@media(prefers-color-scheme:dark){:root{--ink:#e8e6e1;--soft:#a5adb8;--paper:#15181d;
--line:#323842;--mark:#f0905f}}
*{box-sizing:border-box}
body{margin:0;min-height:100vh;min-height:100svh;display:grid;place-items:center;padding:1.5rem;
background:var(--paper);color:var(--ink);font:1.0625rem/1.6 system-ui,sans-serif}
main{width:100%;max-width:34rem;overflow-wrap:anywhere}
.status{margin:0;color:var(--mark);font-size:clamp(4.5rem,20vw,7.5rem);font-weight:700;
line-height:1;letter-spacing:-.04em;font-variant-numeric:tabular-nums}
h1{margin:.5rem 0 0;padding-bottom:1rem;border-bottom:1px solid var(--line);font-size:1.5rem;
line-height:1.3}
.detail{margin:1rem 0 0;color:var(--soft);white-space:pre-line}
ul{margin:1rem 0 0;padding:0;list-style:none}
li{padding:.5rem 0;border-top:1px solid var(--line);color:var(--soft)}
li:first-child{border-top:0}
li b{display:inline-block;margin-right:.75rem;color:var(--ink);
font:600 .9375rem ui-monospace,monospace}
.spoken{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);
white-space:nowrap}
"""
"""Calm, in both colour schemes, and readable on a phone; the page is whole without it."""
