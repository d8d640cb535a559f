"""What may stand before the first request of a connection: a PROXY header, then a TLS handshake.

Whether there is one is known from where the connection came in and from whom, never guessed from
what it says: who must send a PROXY header and does not is refused, and who must not is taken at
his word, which is no HTTP.
"""

from __future__ import annotations

import ssl
from collections.abc import Callable
from dataclasses import dataclass

from potstill.net.proxy_protocol import ProxyHeader, read_proxy_header
from potstill.net.tls import TLSWire
from potstill.net.wire import Wire

RECEIVE = 4096


@dataclass(frozen=True, slots=True)
class Manners:
    """How the connections of a worker begin.

    `context` has the certificates for listeners that speak TLS, `sends_header` tells by a peer's
    address whether it has to send a PROXY header; None when nobody has to.
    """

    context: Callable[[], ssl.SSLContext] | None = None
    sends_header: Callable[[str], bool] | None = None

    def greeting(self, *, is_secure: bool, address: str) -> Greeting | None:
        """How a connection from that peer begins; None when with HTTP."""
        context = self.context if is_secure else None
        expects_header = self.sends_header is not None and self.sends_header(address)
        return Greeting(context, expects_header) if context or expects_header else None


class Greeting:
    """One connection before its first request."""

    def __init__(self, context: Callable[[], ssl.SSLContext] | None, expects_header: bool) -> None:
        self._context = context
        self._expects_header = expects_header
        self._received = b""
        self._tls: TLSWire | None = None
        self.header: ProxyHeader | None = None
        """What the proxy said, once it has."""

    @property
    def is_secure(self) -> bool:
        """Does the client speak TLS, to us or to the proxy?"""
        return self._context is not None or (self.header is not None and self.header.is_secure)

    def proceed(self, wire: Wire) -> tuple[Wire, bytes]:
        """Hear what has come on; the wire to speak HTTP on, and what was read of it already.

        BlockingIOError until it has all come, OSError as `recv` has them; ProtocolError for a
        PROXY header that is none, HandshakeError for a handshake that failed.
        """
        if self._expects_header:
            self._read_header(wire)
        if self._context is None:
            return wire, self._received
        if self._tls is None:
            self._tls = TLSWire(wire.sock, self._context())
        received, self._received = self._received, b""
        self._tls.shake_hands(received)
        return self._tls, b""

    def _read_header(self, wire: Wire) -> None:
        data = wire.recv(RECEIVE)
        if not data:
            raise ConnectionAbortedError("the proxy left before its header was whole")
        self._received += data
        self.header = header = read_proxy_header(self._received)
        if header is None:
            raise BlockingIOError
        self._received = self._received[header.size :]
        self._expects_header = False
