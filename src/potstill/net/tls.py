"""A wire that seals what it sends and opens what it receives: TLS through `ssl`.

OpenSSL works on two buffers in memory and never touches the socket: one `recv` may bring many
records, one `send` takes head and body, and what the kernel does not take stays here as sealed
bytes. So everything above can treat this wire as the socket it replaces. Which certificate is
shown is the business of `certificates`.

The only wire that two threads may use at a time (one reads a body while the other flushes an
answer), because OpenSSL's objects are not made for that: hence the lock.
"""

from __future__ import annotations

import os
import socket
import ssl
import threading
from contextlib import suppress

from potstill.net.tls_facts import peer_variables
from potstill.net.wire import Wire

PIECE = 65536
"""Bytes sealed at a time: four records."""
HANDSHAKE_RECORD = 0x16


class HandshakeError(Exception):
    """The handshake came to nothing; the message is for the log."""


class PlainTextError(HandshakeError):
    """What came is no TLS at all, but `data`."""

    def __init__(self, data: bytes) -> None:
        super().__init__("it does not speak TLS")
        self.data = data


class TLSWire(Wire):
    """The server's side of a TLS connection; it begins with the handshake."""

    __slots__ = (
        "_has_begun", "_has_ended", "_incoming", "_lock", "_outgoing", "_owed", "_says_goodbye",
        "_sealed", "_tls", "is_open",
    )  # fmt: skip

    def __init__(self, sock: socket.socket, context: ssl.SSLContext) -> None:
        super().__init__(sock)
        self.recv = self._recv
        self.send = self._send
        self._incoming = ssl.MemoryBIO()
        self._outgoing = ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._incoming, self._outgoing, server_side=True)
        self._lock = threading.RLock()
        self._sealed = memoryview(b"")
        """Sealed, but not taken by the kernel."""
        self._owed = 0
        """How many bytes of the caller's these are; told once they are all with the kernel."""
        self._has_begun = False
        self._has_ended = False
        self._says_goodbye = True
        self.is_open = False
        """True once the handshake is over."""

    # -- in --------------------------------------------------------------------------------------

    def shake_hands(self, received: bytes = b"") -> None:
        """Go on with the handshake; `received` was read from the socket already.

        BlockingIOError until it is over. HandshakeError when it fails; the alert that says why is
        sent. OSError as `recv` has them.
        """
        while not self.is_open:
            data = received or self.sock.recv(PIECE)
            received = b""
            if not data:
                raise ConnectionAbortedError("the client left in the handshake")
            if not self._has_begun and data[0] != HANDSHAKE_RECORD:
                raise PlainTextError(data)
            self._has_begun = True
            self._incoming.write(data)
            self._advance()

    def _advance(self) -> None:
        try:
            self._tls.do_handshake()
            self.is_open = True
        except ssl.SSLWantReadError:
            pass
        except ssl.SSLError as error:
            raise HandshakeError(error.reason or str(error)) from None
        except ValueError as error:  # a server name that is none
            raise HandshakeError(str(error)) from None
        finally:
            with suppress(OSError):  # the next `recv` will tell
                self._flush()

    def _recv(self, most: int) -> bytes:
        """All that can be opened of what one read brings, which may exceed `most`; b"" at the end.

        BlockingIOError when that is nothing yet, OSError as `recv` has them.
        """
        with self._lock:
            while not self._has_ended:
                if not self._incoming.pending:  # the handshake may have left some
                    self._receive(most)
                if data := self._opened():
                    return data
            return b""

    def _receive(self, most: int) -> None:
        if sealed := self.sock.recv(max(most, PIECE)):  # what is left of a body may be tiny
            self._incoming.write(sealed)
        else:
            self._incoming.write_eof()

    def _opened(self) -> bytes:
        """Everything that can be opened; afterwards nothing is pending."""
        pieces = []
        try:
            while piece := self._tls.read(PIECE):
                pieces.append(piece)
                if not self._incoming.pending and not self._tls.pending():
                    break  # asking again would only raise
            else:
                self._hear_goodbye()
        except ssl.SSLWantReadError:
            pass
        except ssl.SSLEOFError:
            self._has_ended = True
        finally:
            if self._outgoing.pending:  # an alert, or an answer to a new key
                with suppress(BlockingIOError):
                    self._flush()
        return b"".join(pieces)

    def _hear_goodbye(self) -> None:
        """The peer will send no more; the poller shall see that as it sees the end of a socket."""
        self._has_ended = True
        with suppress(OSError):  # it is closed already
            self.sock.shutdown(socket.SHUT_RD)

    # -- out -------------------------------------------------------------------------------------

    def _send(self, data: bytes | memoryview) -> int:
        """As `socket.send`: how much of it is on its way; BlockingIOError when that is nothing."""
        taken = 0
        with self._lock:
            try:
                while taken < len(data):
                    if not self._owed:  # reading may have flushed what was sealed
                        self._owed = self._seal(data[taken : taken + PIECE])
                    self._flush()
                    taken += self._owed
                    self._owed = 0
            except BlockingIOError:
                if not taken:
                    raise
        return taken

    def send_file(self, descriptor: int, offset: int, count: int) -> int:
        """Send a piece of a regular file; how much of it, and 0 when the file ends before it."""
        return self._send(os.pread(descriptor, min(count, PIECE), offset))

    def _seal(self, data: bytes | memoryview) -> int:
        done = 0
        while done < len(data):
            done += self._tls.write(data[done:] if done else data)
        return done

    def _flush(self) -> None:
        """Hand all sealed bytes to the kernel, or BlockingIOError."""
        while self._sealed or self._outgoing.pending:
            if not self._sealed:
                self._sealed = memoryview(self._outgoing.read())
            self._sealed = self._sealed[self.sock.send(self._sealed) :]

    def facts(self) -> dict[str, str]:
        """What the handshake has told, as the SSL_* variables of Apache."""
        return peer_variables(self._tls)

    # -- the end ---------------------------------------------------------------------------------

    def end(self) -> None:
        """Say goodbye by a close_notify (RFC 8446, 6.1), then as any wire."""
        self._say_goodbye()
        super().end()

    def reset(self) -> None:
        """Without a goodbye what was sent cannot be taken for whole."""
        self._says_goodbye = False
        super().reset()

    def close(self) -> None:
        """Say goodbye and close the socket."""
        self._say_goodbye()
        super().close()

    def _say_goodbye(self) -> None:
        with self._lock:
            if not self.is_open or not self._says_goodbye:
                return
            self._says_goodbye = False
            with suppress(OSError):  # it waits for the peer's, and may find nobody there
                self._tls.unwrap()
            with suppress(OSError):
                self._flush()
