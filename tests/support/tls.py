"""The strict client of `wire`, over TLS; a connection that ends without a goodbye is an error."""

from __future__ import annotations

import select
import socket
import ssl
from contextlib import suppress

from tests.support.wire import Client

HOST = "127.0.0.1"


class TLSClient(Client):
    """One TLS connection to the server under test, made when this returns.

    SSLError when the handshake fails, SSLEOFError where the server ends without close_notify.
    """

    def __init__(
        self,
        port: int,
        context: ssl.SSLContext,
        *,
        name: str = HOST,
        session: ssl.SSLSession | None = None,
        timeout: float = 10,
        receive_buffer: int = 0,
    ) -> None:
        super().__init__(port, host=HOST, timeout=timeout, receive_buffer=receive_buffer)
        plain = self.sock
        try:
            self.tls = context.wrap_socket(
                plain, server_hostname=name, session=session, suppress_ragged_eofs=False
            )
        except OSError:
            plain.close()
            raise
        self.sock = self.tls

    def __enter__(self) -> TLSClient:
        return self

    @property
    def shown(self) -> bytes:
        """The certificate that the server showed (DER)."""
        return self.tls.getpeercert(binary_form=True) or b""

    def is_silent(self, seconds: float = 0.2) -> bool:
        return not self.tls.pending() and super().is_silent(seconds)

    def below(self) -> socket.socket:
        """The socket below TLS, for bytes that no client sends; this one is used up then."""
        return socket.socket(fileno=self.tls.detach())


class SteppingClient(Client):
    """A TLS client that sends what is sealed in steps of so many bytes, the handshake as well.

    `first` is sent together with the end of the handshake.
    """

    def __init__(
        self, port: int, context: ssl.SSLContext, *, step: int = 1 << 20, first: bytes = b""
    ) -> None:
        super().__init__(port, host=HOST)
        self._size = step
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._incoming, self._outgoing, server_hostname=HOST)
        while True:
            with suppress(ssl.SSLWantReadError):
                self._tls.do_handshake()
                break
            self._step()
            self._incoming.write(self.sock.recv(65536))
        self.send(first)

    def __enter__(self) -> SteppingClient:
        return self

    def send(self, data: bytes) -> None:
        self._tls.write(data)
        self._step()

    def half_close(self, last: bytes = b"") -> None:
        """Announce the end of what is sent (RFC 8446, 6.1); answers can still be read.

        `last` goes out together with it.
        """
        self._tls.write(last)
        with suppress(ssl.SSLWantReadError):
            self._tls.unwrap()
        self._step()

    def _step(self) -> None:
        sealed, size = self._outgoing.read(), self._size
        self.send_in_pieces(sealed[at : at + size] for at in range(0, len(sealed), size))

    def _more(self) -> bool:
        while True:
            try:
                data = self._tls.read(65536)
                self._buffer += data
                return bool(data)
            except ssl.SSLZeroReturnError:  # both sides have announced their end
                return False
            except ssl.SSLWantReadError:
                pass
            sealed = self.sock.recv(65536)
            if sealed:
                self._incoming.write(sealed)
            else:
                self._incoming.write_eof()


def hung_up(sock: socket.socket, seconds: float) -> bool:
    """True when the other side closes, or resets, within so many seconds; what it sends is read."""
    poll = select.poll()
    poll.register(sock, select.POLLIN)
    while poll.poll(seconds * 1000):
        try:
            if not sock.recv(65536):
                return True
        except ConnectionResetError:
            return True
    return False
