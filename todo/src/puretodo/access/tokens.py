"""A pass as text, to be carried in a cookie, a header field or an address: its number, signed.

    OTX2vQkN4wA.3q2-7wAAAAAAAAAAAAAAAA

32 letters that no page, shell or mail program breaks. The signature (HMAC with SHA-256, of which
128 bits are kept: RFC 2104, 5) covers the kind as well, so that one kind is no other. A guess is
refused before the database is asked.
"""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from hashlib import sha256

from itsdangerous.signer import HMACAlgorithm, Signer

from puretodo.store.passes import Kind

# The last letter of 7 bytes has 2 bits in it, as that of 16 bytes: each token has one spelling.
_TOKEN = re.compile(r"[A-Za-z0-9_-]{9}[AQgw]\.[A-Za-z0-9_-]{21}[AQgw]", re.ASCII).fullmatch
_KINDS: tuple[Kind, ...] = ("session", "api", "feed", "share")


class _Half(HMACAlgorithm):
    """The first 128 bits."""

    def get_signature(self, key: bytes, value: bytes) -> bytes:
        return super().get_signature(key, value)[:16]


class Tokens:
    """Makes and reads tokens; the first secret signs, each of them verifies."""

    def __init__(self, secrets: Sequence[str]) -> None:
        self._signers = {
            kind: Signer(
                list(reversed(secrets)),  # the last one signs
                salt=f"puretodo.pass.{kind}",
                key_derivation="hmac",
                digest_method=sha256,
                algorithm=_Half(sha256),
            )
            for kind in _KINDS
        }

    def text(self, kind: Kind, pass_id: int) -> str:
        """The token of a pass."""
        number = urlsafe_b64encode(pass_id.to_bytes(7, "big")).rstrip(b"=")
        return self._signers[kind].sign(number).decode()

    def read(self, kind: Kind, token: str) -> int | None:
        """The number of the pass; None if it was not signed by us for this kind."""
        if not _TOKEN(token) or not self._signers[kind].validate(token):
            return None
        return int.from_bytes(urlsafe_b64decode(token.partition(".")[0] + "=="), "big")

    def __repr__(self) -> str:
        return "<Tokens>"  # no secrets
