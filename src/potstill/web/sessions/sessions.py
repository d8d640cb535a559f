"""Sessions: what is remembered of a client from one request to the next, kept in its own cookie.

The cookie is signed, not encrypted, and expires by the server's word, not by the browser's. One
that was forged, is out of date or makes no sense is an empty session, never an error. An answer for
which nobody looked at the session (before its body began to stream) can be cached for everybody.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Literal

from potstill.web.cookies import LONGEST, keep_private, set_cookie, values_of
from potstill.web.copies import own
from potstill.web.errors import SetupError
from potstill.web.sessions.session import Loaded, Payload, Session, check_value
from potstill.web.sessions.signing import Signer

if TYPE_CHECKING:
    from potstill.web.pipeline import Next
    from potstill.web.request import Request
    from potstill.web.response import Response

__all__ = ["Session", "Sessions"]

_MOST = 10
"""Cookies of the name that are looked at."""


class Sessions:
    """Middleware that gives each request its `request.session`.

        app.use(Sessions([os.environ["SESSION_KEY"]]))

    The first of `keys` signs, each of them verifies, so a new one is put in front. `max_age` is
    the time in seconds for which a session is remembered; it begins anew with each change, and when
    the session is looked at once half of it is over. `secure="auto"` keeps the cookie to https
    where the request came by https. Where neighbouring hosts are not trusted,
    `cookie="__Host-session"` with `secure=True` keeps them from setting it. SetupError for what
    cannot work.
    """

    def __init__(  # noqa: PLR0913 - a cookie has that many attributes
        self,
        keys: Sequence[str | bytes],
        *,
        cookie: str = "session",
        max_age: int = 14 * 86400,
        secure: bool | Literal["auto"] = "auto",
        same_site: str = "Lax",
        domain: str | None = None,
        path: str = "/",
        http_only: bool = True,
        partitioned: bool = False,
        salt: str = "potstill.web.sessions",
        clock: Callable[[], float] = time.time,
    ) -> None:
        from msgspec import json

        # The name is signed along, so that two sessions of one application are not exchanged.
        self._signer = Signer(keys, salt=f"{salt}:{cookie}", clock=clock)
        self._cookie, self._max_age, self._secure = cookie, max_age, secure
        self._same_site, self._domain, self._path = same_site, domain, path
        self._http_only, self._partitioned = http_only, partitioned
        self._encode: Callable[[Payload], bytes] = json.Encoder().encode
        self._decode: Callable[[bytes], Payload] = json.Decoder(Payload).decode
        if max_age <= 0:
            raise SetupError(f"max_age is a number of seconds above 0, not {max_age}")
        try:
            self._line("", max_age, secure=secure is True)
        except ValueError as error:
            raise SetupError(str(error)) from None

    def __call__(self, request: Request, next: Next) -> Response:
        header: str = request.environ.get("HTTP_COOKIE", "")
        session = request._session = Session(lambda: self._load(header))
        response = next(request)
        if session.is_touched:
            try:
                response = self._saved(request, session, response)
            except BaseException:
                close = getattr(response.body, "close", None)
                if close is not None:
                    close()
                raise
        session.seal()
        return response

    def _load(self, header: str) -> Loaded | None:
        # A neighbouring host may have set one of the name, which does not verify, in front of ours.
        for text in values_of(header, self._cookie)[:_MOST]:
            loaded = self._verified(text)
            if loaded is not None:
                return loaded
        return None

    def _verified(self, text: str) -> Loaded | None:
        if len(text) > LONGEST:
            return None
        signed = self._signer.unsign_bytes(text, self._max_age)
        if signed is None:
            return None
        from msgspec import DecodeError

        encoded, age = signed
        try:
            return Loaded(self._decode(encoded), encoded, age)
        except DecodeError:  # signed by another version
            return None

    def _saved(self, request: Request, session: Session, response: Response) -> Response:
        response = own(response)
        response.headers.append("Vary", "Cookie")
        response.headers.setdefault("Cache-Control", "private")
        line = self._line_for(session, secure=self._is_secure(request))
        if line is not None:
            response.headers.add(*line)
            keep_private(response.headers)
        return response

    def _line_for(self, session: Session, *, secure: bool) -> tuple[str, str] | None:
        """What the client is to keep from now on; None if that is what it has."""
        loaded = session.loaded
        if session.is_empty:
            return None if loaded is None else self._line("", 0, secure=secure)
        encoded = self._encode(session.payload)
        if loaded is not None and not session.is_renewed and encoded == loaded.encoded:
            if loaded.age <= self._max_age / 2:
                return None
        else:
            for key, value in session.items():  # it may have been changed within
                check_value(key, value)
        try:
            return self._line(self._signer.sign_bytes(encoded), self._max_age, secure=secure)
        except ValueError as error:
            raise ValueError(self._too_large(session)) from error

    def _line(self, value: str, max_age: int, *, secure: bool) -> tuple[str, str]:
        return set_cookie(
            self._cookie,
            value,
            max_age=max_age,
            path=self._path,
            domain=self._domain,
            secure=secure,
            http_only=self._http_only,
            same_site=self._same_site,
            partitioned=self._partitioned,
        )

    def _is_secure(self, request: Request) -> bool:
        return request.scheme == "https" if self._secure == "auto" else self._secure

    def _too_large(self, session: Session) -> str:
        data, _, flashes = session.payload
        sizes = {key: len(self._encode(({key: value}, "", []))) for key, value in data.items()}
        largest = max(sizes, key=sizes.__getitem__, default="")
        what = (
            f"its largest value is {largest!r}, of {sizes[largest]} bytes"
            if sizes
            else (f"it has {len(flashes)} messages")
        )
        return (
            f"the session is too large for a cookie of {LONGEST} bytes: {what}; keep what is large "
            "in a database, and its id in the session"
        )
