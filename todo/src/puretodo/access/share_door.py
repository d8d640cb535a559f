"""The door for links to a list: `/s/<token>/...` is the whole application, seen by a guest.

Who has a valid token in the address finds the application below it (SCRIPT_NAME), so that every
address it makes leads to the same list. Whatever else comes below `/s` is left where it is, where
nothing is: that it was a link once cannot be told from that it never was.

The address is the key. `puretodo serve` has the server leave it out of its access log
(`--access-log-mask`); on another server, give that a format without the path.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from puretodo.access.gate import SHARE, shown_pass
from puretodo.access.keys import Keys
from puretodo.store.database import Database

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

PREFIX = "/s/"
FIELDS = [
    ("Referrer-Policy", "no-referrer"),  # the address is the key
    ("X-Robots-Tag", "noindex"),
    ("Cache-Control", "no-store"),
]


class ShareDoor:
    """WSGI middleware, outside of all other."""

    def __init__(self, application: WSGIApplication, *, database: Database, keys: Keys) -> None:
        self._application = application
        self._database = database
        self._keys = keys

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        path: str = environ.get("PATH_INFO", "")
        if not path.startswith(PREFIX):
            return self._application(environ, start_response)
        token, _, rest = path.removeprefix(PREFIX).partition("/")
        link = shown_pass(self._database, self._keys, "share", token)
        if link is not None:
            environ[SHARE] = link
            environ["SCRIPT_NAME"] = f"{environ.get('SCRIPT_NAME', '')}{PREFIX}{token}"
            environ["PATH_INFO"] = f"/{rest}"
        is_file = link is not None and rest.startswith("static/")
        fields = FIELDS[:2] if is_file else FIELDS  # what is the same for everybody may be kept
        return self._application(environ, _with(fields, start_response))


def _with(fields: list[tuple[str, str]], start_response: StartResponse) -> StartResponse:
    """The same, with these header fields instead of those there are."""
    names = {name.lower() for name, _ in fields}

    def begin(status: str, headers: list[tuple[str, str]], *exc_info: Any) -> Callable[..., object]:
        kept = [(name, value) for name, value in headers if name.lower() not in names]
        return start_response(status, kept + fields, *exc_info)

    return begin
