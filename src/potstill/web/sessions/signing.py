"""Text that comes back from a client as it was given out, or not at all.

itsdangerous makes and compares the signatures (HMAC with SHA-256); here are the keys, their
rotation, and the age of what is signed. Signed is not encrypted: the client can read it.
"""

from __future__ import annotations

import re
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence

from potstill.web.errors import SetupError

SHORTEST_KEY = 32
"""Bytes that a key has at least, which are the 256 bits of the hash."""
SKEW = 60
"""Seconds that the clocks of two machines that sign may differ."""

# Data, seconds since the epoch, signature. The last letter of a signature has 4 bits in it: the
# other letters that stand for the same bits are refused, so that each text is signed in one way.
_SIGNED = re.compile(
    r"[A-Za-z0-9_-]*\.([0-9]{1,12})\.[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]", re.ASCII
).fullmatch


class Signer:
    """Signs text, for cookies, links and forms, with the first key; each key verifies.

    To rotate, put a new key in front, and take the old one out when what it signed has expired.
    What was signed with another `salt`, which says what it is for, does not verify. SetupError for
    keys that are too short. `clock` tells the seconds since the epoch.
    """

    def __init__(
        self,
        keys: Sequence[str | bytes],
        *,
        salt: str = "potstill.web.signer",
        clock: Callable[[], float] = time.time,
    ) -> None:
        try:
            from itsdangerous import Signer as Signatures
        except ImportError:
            raise SetupError("signing needs itsdangerous: pip install 'potstill[web]'") from None
        from hashlib import sha256
        from hmac import digest

        derived = [digest(key, salt.encode(), "sha256") for key in _checked(keys)]
        # It signs with the last key of its list. Ours are derived from the salt once, here.
        self._signatures = Signatures(
            derived[::-1], key_derivation="none", digest_method=sha256, sep="."
        )
        self._clock = clock

    def sign(self, value: str) -> str:
        """The value, when it was signed, and a signature: letters, digits, `-`, `_` and dots."""
        return self.sign_bytes(value.encode())

    def unsign(self, text: str, max_age: float | None = None) -> str | None:
        """What was signed; None if it was not, or more than `max_age` seconds ago."""
        signed = self.unsign_bytes(text, max_age)
        return None if signed is None else signed[0].decode()

    def sign_bytes(self, value: bytes) -> str:
        """As `sign`, for bytes."""
        data = urlsafe_b64encode(value).rstrip(b"=").decode()
        return self._signatures.sign(f"{data}.{int(self._clock())}").decode()

    def unsign_bytes(self, text: str, max_age: float | None = None) -> tuple[bytes, float] | None:
        """As `unsign`, with its age in seconds, which is below 0 when a clock goes wrong."""
        found = _SIGNED(text)
        if found is None or not self._signatures.validate(text):
            return None
        age = self._clock() - int(found[1])
        if age < -SKEW or (max_age is not None and age > max_age):
            return None
        data = text.partition(".")[0]
        return urlsafe_b64decode(data + "=" * (-len(data) % 4)), age

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"  # no keys


def _checked(keys: Sequence[str | bytes]) -> list[bytes]:
    if isinstance(keys, (str, bytes)) or not keys:
        raise SetupError("keys is a list of at least one key, the one that signs first")
    if not all(isinstance(key, (str, bytes)) for key in keys):
        raise SetupError("a key is text or bytes; is the environment variable that has it unset?")
    encoded = [key.encode() if isinstance(key, str) else key for key in keys]
    if min(map(len, encoded)) < SHORTEST_KEY:
        raise SetupError(
            f"a key has at least {SHORTEST_KEY} characters, at random; make one by "
            'python -c "import secrets; print(secrets.token_urlsafe(32))"'
        )
    return encoded
