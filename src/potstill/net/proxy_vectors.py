"""What may follow the addresses in a version 2 header of the PROXY protocol: vectors.

Each is a type, a length and a value. Two kinds matter here, the checksum of the header and the
word that the client spoke TLS; the others are held to their form and passed over. Sections are
those of HAProxy's specification of the protocol; `proxy_protocol` reads what stands before.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from potstill.http11.errors import ProtocolError

_CHECKSUM, _TLS = 0x03, 0x20  # PP2_TYPE_CRC32C, PP2_TYPE_SSL
_CLIENT_SPOKE_TLS = 0x01  # PP2_CLIENT_SSL


def says_tls(header: bytes, start: int) -> bool:
    """Does the header, whose vectors begin at `start`, say that its client spoke TLS?

    ProtocolError when a vector is malformed or the checksum, if there is one, is wrong.
    """
    known: dict[int, tuple[int, bytes]] = {}
    for kind, place, value in _vectors(header, start):
        if kind in known:
            raise _malformed_vectors()
        if kind in (_CHECKSUM, _TLS):
            known[kind] = place, value
    if _CHECKSUM in known:
        _verify(header, *known[_CHECKSUM])
    return _TLS in known and _client_spoke_tls(known[_TLS][1])


def _vectors(data: bytes, start: int) -> Iterator[tuple[int, int, bytes]]:
    """Type, place and value of each type-length-value vector, up to the end of the data."""
    while start < len(data):
        if len(data) - start < 3:
            raise _malformed_vectors()
        kind, length = struct.unpack_from("!BH", data, start)
        start += 3
        if length > len(data) - start:
            raise _malformed_vectors()
        yield kind, start, data[start : start + length]
        start += length


def _verify(header: bytes, place: int, value: bytes) -> None:
    """Refuse a header that does not have the checksum it carries (2.2.3)."""
    if len(value) != 4:
        raise _malformed_vectors()
    if crc32c(header[:place] + bytes(4) + header[place + 4 :]) != int.from_bytes(value):
        raise ProtocolError(400, "The PROXY header does not have the checksum it names.")


def _client_spoke_tls(value: bytes) -> bool:
    """The flag in a vector about TLS, whose own vectors have to be well formed too (2.2.6)."""
    if len(value) < 5:
        raise _malformed_vectors()
    for _ in _vectors(value, 5):
        pass
    return bool(value[0] & _CLIENT_SPOKE_TLS)


def _malformed_vectors() -> ProtocolError:
    return ProtocolError(400, "What follows the addresses of the PROXY header is malformed.")


def crc32c(data: bytes) -> int:
    """The checksum of RFC 4960, appendix B; a pass over the data in Python, for small data."""
    register = 0xFFFFFFFF
    for byte in data:
        register = _CRC32C[(register ^ byte) & 0xFF] ^ (register >> 8)
    return register ^ 0xFFFFFFFF


def _remainder(register: int) -> int:
    """What the polynomial of CRC32C, its bits reflected, leaves of one byte."""
    for _ in range(8):
        register = (register >> 1) ^ (0x82F63B78 if register & 1 else 0)
    return register


_CRC32C = [_remainder(byte) for byte in range(256)]
