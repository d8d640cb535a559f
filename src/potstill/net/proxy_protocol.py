"""What a proxy says before the bytes it relays: the PROXY protocol, versions 1 and 2.

Version 1 is a line of text, version 2 a binary block; either stands once, before anything else
(before TLS too), and names the two ends of the connection the proxy was asked for. Sections in
the docstrings are those of HAProxy's specification of the protocol.

Whether a header has to come is the operator's word and is never guessed from the bytes: whoever
could choose would choose his own address (specification, 5). This module takes bytes and tells
what they mean; the channel brings them and decides who must send them.
"""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address

from potstill.http11.errors import ProtocolError
from potstill.net.proxy_vectors import says_tls

Endpoint = tuple[str, str]
Address = IPv4Address | IPv6Address

LARGEST = 4096
"""No header is longer; the protocol would allow 64 KiB, senders fill some hundred bytes."""

_LONGEST_LINE = 107  # specification, 2.1, with CR LF
_SIGNATURE = b"\r\n\r\n\0\r\nQUIT\n"
_LOCAL, _PROXY = 0x20, 0x21  # version 2 in the high half, the command in the low one
_BLOCKS = {
    0x11: struct.Struct("!4s4sHH"),  # TCP over IPv4
    0x21: struct.Struct("!16s16sHH"),  # TCP over IPv6
    0x31: struct.Struct("!108s108s"),  # Unix stream
}
_UNSPECIFIED = (0x00, 0x01, 0x10, 0x20, 0x30)  # in its family, its transport or both

_WORD = rb"([0-9A-Fa-f:.]++)"
_NUMBER = rb"(0|[1-9][0-9]{0,4})"
_LINE = re.compile(rb"PROXY TCP([46]) %b %b %b %b" % (_WORD, _WORD, _NUMBER, _NUMBER))
_STARTS = (b"PROXY TCP4 ", b"PROXY TCP6 ", b"PROXY UNKNOWN")
# Every beginning of an address or a port becomes a whole one with one of these.
_ENDINGS = (b"::", b":", *(b"0.0.0.0"[cut:] for cut in range(8)))


@dataclass(frozen=True, slots=True)
class ProxyHeader:
    """What one header tells."""

    peer: Endpoint | None
    """The client's address and port, both empty on a Unix socket; None when it is not told."""
    server: Endpoint | None
    """SERVER_NAME and SERVER_PORT as the client reached them; None when they are not told."""
    is_secure: bool
    """True when the client spoke TLS to the proxy, and the proxy says so."""
    size: int
    """The length of the header in bytes; what the client sent comes after it."""


def read_proxy_header(data: bytes) -> ProxyHeader | None:
    """The header that `data` begins with; None while more of it is needed.

    ProtocolError with the first byte after which it cannot become a header any more.
    """
    if not data:
        return None
    if _agree(data, _SIGNATURE):
        return _read_block(data)
    if any(_agree(data, start) for start in _STARTS):
        return _read_line(data)
    raise ProtocolError(400, "The connection does not begin with a PROXY header.")


def _agree(data: bytes, start: bytes) -> bool:
    """Is one the beginning of the other?"""
    return data[: len(start)] == start[: len(data)]


def _read_line(data: bytes) -> ProxyHeader | None:
    """Version 1 (2.1)."""
    end = data.find(b"\r", 0, _LONGEST_LINE - 1)
    if end < 0:
        if len(data) > _LONGEST_LINE - 2 or not _can_become_line(data):
            raise _malformed_line()
        return None
    header = _understand_line(data[:end])
    if not _agree(data[end:], b"\r\n"):
        raise _malformed_line()
    return header if len(data) >= header.size else None


def _understand_line(line: bytes) -> ProxyHeader:
    size = len(line) + 2
    if _is_unknown(line):
        return ProxyHeader(None, None, False, size)
    ends = _ends(line)
    if ends is None:
        raise _malformed_line()
    return ProxyHeader(*ends, False, size)


def _is_unknown(line: bytes) -> bool:
    """True for UNKNOWN, whatever the line says after that word."""
    return line[:13] == b"PROXY UNKNOWN" and line[13:14] in (b"", b" ") and b"\n" not in line


def _ends(line: bytes) -> tuple[Endpoint, Endpoint] | None:
    """Client and server of a whole line; None when it is malformed."""
    match = _LINE.fullmatch(line)
    if not match:
        return None
    family, *addresses, peer_port, server_port = (word.decode("ascii") for word in match.groups())
    if max(int(peer_port), int(server_port)) > 65535:
        return None
    kind = IPv4Address if family == "4" else IPv6Address
    try:
        peer, server = (kind(address) for address in addresses)
    except ValueError:
        return None
    return (_plain(peer), peer_port), (_name(server), server_port)


def _can_become_line(data: bytes) -> bool:
    """Is there an ending that makes a valid line of its beginning?"""
    if any(start.startswith(data) for start in _STARTS) or _is_unknown(data):
        return True
    address = b"::" if data.startswith(b"PROXY TCP6") else b"0.0.0.0"
    words = [address, address, b"0", b"0"][len(data.split(b" ")) - 2 :]
    rest = b"".join(b" " + word for word in words)
    return any(_ends(data + ending + rest) for ending in _ENDINGS)


def _malformed_line() -> ProtocolError:
    return ProtocolError(400, "The PROXY line is malformed.")


def _read_block(data: bytes) -> ProxyHeader | None:
    """Version 2 (2.2)."""
    command, family = data[12:13], data[13:14]
    if command and command[0] not in (_LOCAL, _PROXY):
        raise ProtocolError(400, "The PROXY header has an unknown version or command.")
    # The family of a connection of the proxy's own is to be ignored, whatever it is.
    tells = bool(family) and command[0] == _PROXY and family[0] not in _UNSPECIFIED
    if tells and family[0] not in _BLOCKS:
        raise ProtocolError(400, "The PROXY header is about no stream that this server knows.")
    if len(data) < 16:
        return None
    size = 16 + int.from_bytes(data[14:16])
    if size > LARGEST:
        raise ProtocolError(400, "The PROXY header is too long.")
    if tells and size < 16 + _BLOCKS[family[0]].size:
        raise ProtocolError(400, "The PROXY header is too short for its addresses.")
    if len(data) < size:
        return None
    return _understand_block(data[:size]) if tells else ProxyHeader(None, None, False, size)


def _understand_block(header: bytes) -> ProxyHeader:
    block = _BLOCKS[header[13]]
    is_secure = says_tls(header, 16 + block.size)
    if header[13] == 0x31:
        return ProxyHeader(("", ""), ("localhost", "80"), is_secure, len(header))
    kind = IPv4Address if header[13] == 0x11 else IPv6Address
    peer, server, peer_port, server_port = block.unpack_from(header, 16)
    return ProxyHeader(
        (_plain(kind(peer)), str(peer_port)),
        (_name(kind(server)), str(server_port)),
        is_secure,
        len(header),
    )


def _plain(address: Address) -> str:
    """As the listener has it: an IPv4 address that IPv6 carries is an IPv4 address."""
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return str(mapped or address)


def _name(address: Address) -> str:
    """SERVER_NAME for an address: IPv6 stands in brackets."""
    plain = _plain(address)
    return f"[{plain}]" if ":" in plain else plain
