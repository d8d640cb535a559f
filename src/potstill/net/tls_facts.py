"""What an application may know about a TLS connection: the SSL_* variables, as Apache names them.

They are taken once, after the handshake, from what OpenSSL has verified. All of it is ASCII: what
is not in a client's certificate is escaped, so nothing here can smuggle a line into a log.
"""

from __future__ import annotations

import re
import ssl
from collections.abc import Iterable, Mapping
from typing import Any

_NameParts = Iterable[Iterable[tuple[str, str]]]
"""A distinguished name as `getpeercert` gives it: relative names of attributes, the root first."""


class ServerSide(ssl.SSLObject):
    """An SSLObject that remembers which host its client asked for (RFC 6066, 3)."""

    asked_for: str | None = None
    """As it was sent; None when nothing was, or nothing that could name a host."""


def peer_variables(ssl_object: ssl.SSLObject) -> dict[str, str]:
    """The SSL_* variables of a connection whose handshake is over."""
    cipher = ssl_object.cipher()
    variables = {
        "SSL_PROTOCOL": ssl_object.version() or "",
        "SSL_CIPHER": cipher[0] if cipher else "",
        "SSL_CLIENT_VERIFY": "NONE",
    }
    if isinstance(ssl_object, ServerSide) and ssl_object.asked_for:
        variables["SSL_TLS_SNI"] = ssl_object.asked_for
    # Empty unless it was asked for and verified: one that fails ends the handshake.
    if certificate := ssl_object.getpeercert():
        variables |= _client_variables(certificate)
        encoded = ssl_object.getpeercert(binary_form=True) or b""
        variables["SSL_CLIENT_CERT"] = ssl.DER_cert_to_PEM_cert(encoded)
    return variables


def distinguished_name(parts: _NameParts) -> str:
    """The name as RFC 4514 writes it: the most specific part first, in ASCII."""
    relatives = ["+".join(_attribute(*pair) for pair in relative) for relative in parts]
    return ",".join(reversed(relatives))


def _client_variables(certificate: Mapping[str, Any]) -> dict[str, str]:
    return {
        "SSL_CLIENT_VERIFY": "SUCCESS",
        "SSL_CLIENT_S_DN": distinguished_name(certificate["subject"]),
        "SSL_CLIENT_I_DN": distinguished_name(certificate["issuer"]),
        "SSL_CLIENT_M_SERIAL": certificate["serialNumber"],
        "SSL_CLIENT_V_START": certificate["notBefore"],
        "SSL_CLIENT_V_END": certificate["notAfter"],
    }


# RFC 4514, 3: the types with a short name; all others keep the one OpenSSL knows them by.
_SHORT = {
    "commonName": "CN",
    "localityName": "L",
    "stateOrProvinceName": "ST",
    "organizationName": "O",
    "organizationalUnitName": "OU",
    "countryName": "C",
    "streetAddress": "STREET",
    "domainComponent": "DC",
    "userId": "UID",
}
# RFC 4514, 2.4: what has a meaning in a name, wherever it stands, or at an end of the value.
_SPECIAL = re.compile(r'["+,;<>\\]|^[ #]| $')
_UNPRINTABLE = re.compile(r"[^ -~]")


def _attribute(kind: str, value: str) -> str:
    escaped = _SPECIAL.sub(r"\\\g<0>", value)
    return f"{_SHORT.get(kind, kind)}={_UNPRINTABLE.sub(_as_hexadecimal, escaped)}"


def _as_hexadecimal(character: re.Match[str]) -> str:
    return "".join(f"\\{byte:02X}" for byte in character[0].encode())
