"""Passwords: kept as scrypt (RFC 7914) makes them, compared in constant time.

What is kept describes itself, in the PHC string format: `$scrypt$ln=15,r=8,p=3$<salt>$<hash>`. The
costs are those of OWASP's Password Storage Cheat Sheet: 32 MiB and about a third of a second. No
more than two are computed at a time, so a storm of logins takes neither memory nor all processors.
"""

from __future__ import annotations

import re
import secrets
import threading
import unicodedata
from base64 import b64decode, b64encode
from dataclasses import dataclass
from hashlib import scrypt
from hmac import compare_digest

SHORTEST, LONGEST = 8, 200
"""Characters of a password."""
AT_A_TIME = 2
MOST_PATIENCE = 5.0
"""Seconds that a login waits for its turn, which keeps a thread of the server."""

_SALT, _HASH = 16, 32  # bytes
_KEPT = re.compile(
    r"\$scrypt\$ln=(\d{1,2}),r=(\d{1,3}),p=(\d{1,3})\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)", re.ASCII
).fullmatch
_turns = threading.BoundedSemaphore(AT_A_TIME)


@dataclass(frozen=True, slots=True)
class Costs:
    """What a computation costs: memory is 128 * r * 2**ln bytes, time grows with p too."""

    ln: int = 15
    r: int = 8
    p: int = 3


USUAL_COSTS = Costs()


class PasswordRefused(ValueError):  # noqa: N818 - what it is says enough
    """It cannot be anybody's password; a sentence for whoever chose it."""


class Busy(Exception):  # noqa: N818 - as above
    """Too many are logging in at this moment."""


class Passwords:
    """Makes and compares; any number of threads may ask. Blocks for as long as scrypt takes."""

    def __init__(self, costs: Costs = USUAL_COSTS) -> None:
        self._costs = costs
        # Whom nobody knows costs as much as who is there. Nobody's password leads to this hash.
        self._nobody = _spelled(costs, secrets.token_bytes(_SALT), secrets.token_bytes(_HASH))

    def keep(self, password: str) -> str:
        """What to keep of a new password; PasswordRefused for a short or endless one."""
        if not SHORTEST <= len(password) <= LONGEST or "\0" in password:
            raise PasswordRefused(f"A password has {SHORTEST} to {LONGEST} characters.")
        salt = secrets.token_bytes(_SALT)
        return _spelled(self._costs, salt, _computed(password, salt, self._costs))

    def is_right(self, password: str, kept: str | None) -> bool:
        """Is it the one that was kept? `None` is nobody's, takes as long, and is never right."""
        costs, salt, expected = _parsed(kept or self._nobody)
        given = _computed(password[: LONGEST + 1], salt, costs)
        # HMAC, within scrypt, fills a key up with NUL: one behind a password would not be seen.
        return compare_digest(given, expected) and kept is not None and "\0" not in password

    def is_outdated(self, kept: str) -> bool:
        """Was it made at other costs than are usual now? Then keep the password anew."""
        return _parsed(kept)[0] != self._costs


def _computed(password: str, salt: bytes, costs: Costs) -> bytes:
    # NFKC: keyboards differ in how they compose what looks the same (RFC 8265, 4.2.1).
    text = unicodedata.normalize("NFKC", password).encode(errors="replace")
    if not _turns.acquire(timeout=MOST_PATIENCE):
        raise Busy
    try:
        n = 1 << costs.ln
        memory = 256 * costs.r * (n + costs.p)  # OpenSSL counts a bit more than 128 * r * n
        return scrypt(text, salt=salt, n=n, r=costs.r, p=costs.p, maxmem=memory, dklen=_HASH)
    finally:
        _turns.release()


def _spelled(costs: Costs, salt: bytes, hashed: bytes) -> str:
    parameters = f"ln={costs.ln},r={costs.r},p={costs.p}"
    return f"$scrypt${parameters}${_encoded(salt)}${_encoded(hashed)}"


def _parsed(kept: str) -> tuple[Costs, bytes, bytes]:
    found = _KEPT(kept)
    if found is None:
        raise ValueError("what is kept of a password is not of the form $scrypt$...")
    ln, r, p = map(int, found.groups()[:3])
    return Costs(ln, r, p), _decoded(found[4]), _decoded(found[5])


def _encoded(data: bytes) -> str:
    return b64encode(data).rstrip(b"=").decode()


def _decoded(text: str) -> bytes:
    return b64decode(text + "=" * (-len(text) % 4))
