"""What signs: the operator's secret, or that of the database, asked for when first needed.

Nothing is opened before a request comes, as processes are forked until then.
"""

from __future__ import annotations

import threading
from hashlib import sha256

from potstill.web import Next, Request, Response, Sessions
from puretodo.access.tokens import Tokens
from puretodo.settings import Settings
from puretodo.store.database import Database
from puretodo.store.passes import SESSION_ENDS_AFTER
from puretodo.store.secrets import signing_secret


def cookie_name(secret: str) -> str:
    """Of the cookie of a session: another for each database, by the secret that it keeps.

    Browsers send a host's cookies to all its ports and paths, and people have more than one list.
    """
    return f"puretodo-{sha256(f'cookie {secret}'.encode()).hexdigest()[:8]}"


class Keys:
    """Tokens and sessions, both made of the same secrets; any thread may ask.

    As a layer it gives each request its `request.session`.
    """

    def __init__(self, database: Database, settings: Settings) -> None:
        self._database = database
        self._secrets = settings.secret.split()
        self._made: tuple[Tokens, Sessions] | None = None
        self._lock = threading.Lock()

    @property
    def tokens(self) -> Tokens:
        """Makes and reads the tokens of passes."""
        return self._make()[0]

    def __call__(self, request: Request, next: Next) -> Response:
        """Go on with a session."""
        return self._make()[1](request, next)

    def _make(self) -> tuple[Tokens, Sessions]:
        if self._made is None:
            with self._lock:
                own = signing_secret(self._database)
                secrets = self._secrets or [own]
                # The path is that of the whole host: below which part of it we are is known to
                # each request only, and `__Host-` asks for https. The cookie lasts twice as long as
                # the pass in it, as it is sent anew when half its time is over.
                max_age = 2 * int(SESSION_ENDS_AFTER.total_seconds())
                sessions = Sessions(secrets, cookie=cookie_name(own), max_age=max_age)
                self._made = Tokens(secrets), sessions
        return self._made
