"""The client's side of a TLS connection, in the hands of a test: each sealed byte is its to send.

`key_update` makes a record that no library will: a client's wish for new keys (RFC 8446, 4.6.3).
"""

from __future__ import annotations

import socket
import ssl
from contextlib import suppress
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA384
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

CIPHER = "TLS_AES_256_GCM_SHA384"
KEY_UPDATE_REQUESTED = b"\x18\0\0\x01\x01"
HANDSHAKE = b"\x16"


class FarSide:
    """A client on an open socket; `Authority.client` makes its context."""

    def __init__(self, sock: socket.socket, context: ssl.SSLContext) -> None:
        self.sock = sock
        context.check_hostname = False
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.tls = context.wrap_bio(self._incoming, self._outgoing)

    def shake_hands(self) -> bytes:
        """As far as it goes now; what is to be sent for it."""
        with suppress(ssl.SSLWantReadError):
            self.tls.do_handshake()
        return self._outgoing.read()

    def hear(self, most: int = 65536) -> None:
        """Take what the socket has, without opening it."""
        sealed = self.sock.recv(most)
        if sealed:
            self._incoming.write(sealed)
        else:
            self._incoming.write_eof()

    def opened(self) -> bytes:
        """All that can be opened of what was heard; SSLEOFError at an end without a goodbye."""
        data = b""
        with suppress(ssl.SSLWantReadError):
            while piece := self.tls.read(65536):
                data += piece
        return data

    def sealed(self, data: bytes) -> bytes:
        """What carries the data."""
        self.tls.write(data)
        return self._outgoing.read()

    def goodbye(self) -> bytes:
        """A close_notify."""
        with suppress(ssl.SSLWantReadError):
            self.tls.unwrap()
        return self._outgoing.read()


def key_update(keylog: Path) -> bytes:
    """The record that asks for new keys, as the client's first behind its handshake.

    For a TLS 1.3 connection with CIPHER, whose secrets are in `keylog`.
    """
    lines = [line.split() for line in keylog.read_text().splitlines()]
    [secret] = [bytes.fromhex(words[2]) for words in lines if words[0] == "CLIENT_TRAFFIC_SECRET_0"]
    content = KEY_UPDATE_REQUESTED + HANDSHAKE
    header = b"\x17\x03\x03" + (len(content) + 16).to_bytes(2)
    key, nonce = _expanded(secret, b"key", 32), _expanded(secret, b"iv", 12)
    return header + AESGCM(key).encrypt(nonce, content, header)


def _expanded(secret: bytes, label: bytes, length: int) -> bytes:
    """HKDF-Expand-Label without a context (RFC 8446, 7.1)."""
    full = b"tls13 " + label
    info = length.to_bytes(2) + bytes((len(full),)) + full + b"\0"
    return HKDFExpand(SHA384(), length, info).derive(secret)
