"""Headers of the PROXY protocol, version 2, as a proxy would make them."""

from __future__ import annotations

import socket

SIGNATURE = b"\r\n\r\n\0\r\nQUIT\n"
LOCAL, PROXY = 0x20, 0x21
TCP4, TCP6, UNIX = 0x11, 0x21, 0x31

ADDRESSES4 = socket.inet_aton("192.0.2.1") + socket.inet_aton("198.51.100.1") + b"\x9c\x40\x01\xbb"
ADDRESSES6 = (
    socket.inet_pton(socket.AF_INET6, "2001:db8::1")
    + socket.inet_pton(socket.AF_INET6, "2001:db8::2")
    + b"\x9c\x40\x01\xbb"
)
PATHS = b"/run/client".ljust(108, b"\0") + b"/run/server".ljust(108, b"\0")

# What HAProxy 2.6 sent with `proxy-v2-options ssl,cert-cn,ssl-cipher,cert-key,authority,crc32c`.
FROM_HAPROXY = (
    SIGNATURE
    + b"\x21\x11\x00\x52\x7f\x00\x00\x01\x7f\x00\x00\x01\xbf\x6a\xc9\x49"
    + b"\x03\x00\x04\xb0\xc5\x62\x0c\x02\x00\x09localhost"
    + b"\x20\x00\x30\x01\x00\x00\x00\x00\x21\x00\x07TLSv1.3\x25\x00\x05EC256"
    + b"\x23\x00\x16TLS_AES_256_GCM_SHA384"
)


def header(command: int, family: int, content: bytes = b"") -> bytes:
    """A header of this content, which is the addresses and the vectors behind them."""
    return SIGNATURE + bytes((command, family)) + len(content).to_bytes(2) + content


def vector(kind: int, value: bytes = b"") -> bytes:
    """A type-length-value vector."""
    return bytes((kind,)) + len(value).to_bytes(2) + value
