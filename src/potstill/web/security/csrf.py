"""Cross-site request forgery: somebody else's page that makes a browser send what changes things.

A browser says where a request comes from, in a field that no page can write (Fetch Metadata's
`Sec-Fetch-Site`, since 2020; before that, and over plain http, `Origin` with each unsafe method).
That is asked first, and needs nothing in the page. What has neither field is no browser of today.
If it brings no cookie it acts for nobody but itself, as API clients do, and passes; a password that
a browser sends by itself (HTTP authentication) comes with `Origin`. If it brings one, it has to
show a token that only a page of this site can know.

The token is the secret of the session (`Session.csrf_secret`), or, where there are no sessions,
that of a cookie of its own: over https `__Host-csrf`, which no neighbouring host can plant. In a
page it is masked anew each time, so that compression does not give it away by and by (BREACH).

It rests on safe methods being safe: a GET that changes something is protected by nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from potstill.web.errors import HTTPError
from potstill.web.security.origins import Origins, own_origin, split_origin

if TYPE_CHECKING:
    from potstill.web.request import Request

SAFE = frozenset({"GET", "HEAD", "OPTIONS", "TRACE", "QUERY"})
"""Methods that ask for no change (RFC 9110, 9.2.1)."""
FIELD = "csrf_token"
"""The name of the form field that has the token."""
HEADER = "X-CSRF-Token"

_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
_BYTES = 32
_TEXT = 43  # the same in base64url, without padding
_ISSUED = object()  # the key in request.state


class Csrf:
    """Refuses, with 403, what another site makes a browser send.

    `trusted_origins` are other sites that may, as in `Origins`: name those there that `Cors` lets
    send more than GET.
    """

    def __init__(self, *, trusted_origins: Sequence[str] = ()) -> None:
        self._trusted = Origins(trusted_origins)

    def check(self, request: Request) -> None:
        """Go on if a request is our own site's, or no browser's; HTTPError 403 if not.

        The body is read only where a token is needed, no header has it, and it is a form; errors
        then are those of `Request.form`.
        """
        if request.method in SAFE:
            return
        environ = request.environ
        site: str | None = environ.get("HTTP_SEC_FETCH_SITE")
        if site in ("same-origin", "none"):
            return
        origin: str | None = environ.get("HTTP_ORIGIN")
        if origin is not None and self._trusted.allows(origin):
            return
        if site is not None:
            raise HTTPError(403, "This request was sent by a page of another site.")
        if origin is not None:
            self._check_origin(request, origin)
        elif environ.get("HTTP_COOKIE"):
            _check_token(request)

    def _check_origin(self, request: Request, origin: str) -> None:
        sender = split_origin(origin)
        if sender is None or sender != own_origin(request.environ):
            raise HTTPError(403, "This request was sent by a page of another origin.")


def csrf_token(request: Request) -> str:
    """A token for the forms and scripts of a page, of 86 letters; another one at each call.

    It goes back as the field `csrf_token` or the header `X-CSRF-Token`. Without sessions its first
    call makes the answer set a cookie, so it is to be called before the answer begins.
    """
    return _masked(_issued_secret(request))


def _issued_secret(request: Request) -> bytes:
    session = request._session
    if session is not None:
        return _decoded(session.csrf_secret) or b""
    issued: object = request.state.get(_ISSUED)
    if isinstance(issued, bytes):
        return issued
    secret = request.state[_ISSUED] = _secret_of_cookie(request) or _set_cookie(request)
    headers = request.reply.headers
    headers.add("Vary", "Cookie")
    headers.add("Cache-Control", "private")
    return secret


def new_secret() -> str:
    """A secret to make tokens of."""
    import secrets

    return secrets.token_urlsafe(_BYTES)


def _cookie_name(request: Request) -> str:
    """Browsers keep no `__Host-` cookie that came over plain http."""
    return "__Host-csrf" if request.scheme == "https" else "csrf"


def _secret_of_cookie(request: Request) -> bytes | None:
    return _decoded(request.cookies.get(_cookie_name(request), ""))


def _set_cookie(request: Request) -> bytes:
    from potstill.web.cookies import set_cookie

    secret = new_secret()
    is_https = request.scheme == "https"
    request.reply.headers.add(*set_cookie(_cookie_name(request), secret, secure=is_https))
    return _decoded(secret) or b""


def _check_token(request: Request) -> None:
    from secrets import compare_digest

    session = request._session
    if session is not None:
        secret = _decoded(session.known_csrf_secret)
    else:
        secret = _secret_of_cookie(request)
    given = _unmasked(_given_token(request)) if secret is not None else None
    if secret is None or given is None or not compare_digest(secret, given):
        raise HTTPError(
            403,
            f"The token of this form is missing or out of date ({HEADER} or {FIELD}); "
            "a client that sends cookies may send its Origin instead, as browsers do.",
        )


def _given_token(request: Request) -> str:
    token: str | None = request.environ.get("HTTP_X_CSRF_TOKEN")
    if token is None and request.content_type in _FORMS:
        token = request.form().get(FIELD)
    return token or ""


def _masked(secret: bytes) -> str:
    import secrets

    mask = secrets.token_bytes(_BYTES)
    return _encoded(mask) + _encoded(_mixed(mask, secret))


def _unmasked(token: str) -> bytes | None:
    mask, mixed = _decoded(token[:_TEXT]), _decoded(token[_TEXT:])
    return None if mask is None or mixed is None else _mixed(mask, mixed)


def _mixed(left: bytes, right: bytes) -> bytes:
    number = int.from_bytes(left, "big") ^ int.from_bytes(right, "big")
    return number.to_bytes(_BYTES, "big")


def _encoded(data: bytes) -> str:
    from base64 import urlsafe_b64encode

    return urlsafe_b64encode(data).rstrip(b"=").decode()


def _decoded(text: str) -> bytes | None:
    """32 bytes from 43 letters; None for anything else."""
    if len(text) != _TEXT or not text.isascii():
        return None
    from base64 import urlsafe_b64decode

    try:
        data = urlsafe_b64decode(text + "=")
    except ValueError:
        return None
    return data if len(data) == _BYTES else None


DEFAULT_CSRF = Csrf()
"""What an application has that was not told otherwise."""
