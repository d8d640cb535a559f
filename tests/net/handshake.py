"""Both ends of a TLS connection in memory: no socket, no thread, no time."""

from __future__ import annotations

import ssl
from contextlib import suppress
from typing import NamedTuple


class Ends(NamedTuple):
    """A connection whose handshake is over."""

    server: ssl.SSLObject
    client: ssl.SSLObject

    @property
    def shown(self) -> bytes:
        """The certificate that the client was shown (DER)."""
        return self.client.getpeercert(binary_form=True) or b""

    @property
    def session(self) -> ssl.SSLSession:
        """What the client may resume with later."""
        session = self.client.session
        assert session is not None
        return session


def shake_hands(
    server: ssl.SSLContext,
    client: ssl.SSLContext,
    name: str | None = None,
    session: ssl.SSLSession | None = None,
) -> Ends:
    """Connect; an SSLError is the side's that failed first. Session tickets have come as well.

    The client trusts a certificate whatever host it is for: the test says which it should be.
    """
    client.check_hostname = False
    upward, downward = ssl.MemoryBIO(), ssl.MemoryBIO()
    near = server.wrap_bio(upward, downward, server_side=True)
    far = client.wrap_bio(downward, upward, server_hostname=name, session=session)
    for _ in range(3):
        for side in (far, near):
            with suppress(ssl.SSLWantReadError):
                side.do_handshake()
    near.write(b"!")
    assert far.read() == b"!"  # tickets lie before it
    return Ends(near, far)


def first_flight(client: ssl.SSLContext, name: str | None = None) -> bytes:
    """What a client sends before it has heard anything."""
    client.check_hostname = False
    flight = ssl.MemoryBIO()
    with suppress(ssl.SSLWantReadError):
        client.wrap_bio(ssl.MemoryBIO(), flight, server_hostname=name).do_handshake()
    return flight.read()
