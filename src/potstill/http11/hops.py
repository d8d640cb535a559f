"""What proxies wrote down of a request's way: X-Forwarded-For, its kin, and Forwarded (RFC 7239).

Each proxy appends one element to the list, about the request as it arrived there. Reading is all
that happens here; whom to believe, and how far back, `wsgi.forwarded` decides. It asks for the
meaning of those elements only: what stands left of them anybody may have written.
"""

from __future__ import annotations

import re
from ipaddress import IPv4Address, IPv6Address

from potstill.http11 import grammar
from potstill.http11.errors import ProtocolError

Endpoint = tuple[str, str]
"""An address, IPv6 without brackets, and a port, empty when it is not told."""

UNKNOWN = "unknown"

_TOKEN = grammar.TOKEN.decode("ascii")
_QUOTED_STRING = grammar.QUOTED_STRING.decode("latin-1")

# forwarded-element = [ forwarded-pair ] *( ";" [ forwarded-pair ] )
# forwarded-pair = token "=" value, value = token / quoted-string
_PAIR = rf"{_TOKEN}=(?:{_TOKEN}|{_QUOTED_STRING})"
_ELEMENT = rf"(?:{_PAIR})?+(?:;(?:{_PAIR})?+)*+"
_FORWARDED = re.compile(rf"[ \t]*+{_ELEMENT}[ \t]*+(?:,[ \t]*+{_ELEMENT}[ \t]*+)*+")
_EACH_ELEMENT = re.compile(_ELEMENT)
_EACH_PAIR = re.compile(rf"({_TOKEN})=({_TOKEN}|{_QUOTED_STRING})")
_QUOTED_PAIR = re.compile(r"\\(.)")

# node = nodename [ ":" node-port ], node-port = 1*5DIGIT / obfport
# nodename = IPv4address / "[" IPv6address "]" / "unknown" / obfnode
_OBFUSCATED = r"_[A-Za-z0-9._\-]++"
_NODE = re.compile(
    rf"(?:([0-9.]++)|\[([0-9A-Fa-f:.]++)\]|(?i:unknown)|{_OBFUSCATED})"
    rf"(?::(?:([0-9]{{1,5}})|{_OBFUSCATED}))?"
)


def list_elements(value: str) -> list[str]:
    """The elements of a list without quoted strings; empty ones do not count (RFC 9110, 5.6.1)."""
    return [element for part in value.split(",") if (element := part.strip(" \t"))]


def listed_node(element: str) -> str:
    """The node in an element of X-Forwarded-For, as RFC 7239, 6 would write it.

    IPv6 addresses are usual there without brackets, and `unix:` is what nginx calls the client
    of a Unix socket, of which there is nothing to know.
    """
    if element == "unix:":
        return UNKNOWN
    return f"[{element}]" if element.count(":") > 1 and "[" not in element else element


def forwarded_elements(value: str) -> list[str]:
    """The elements of Forwarded as they were sent; empty ones do not count (RFC 7239, 4).

    ProtocolError when the field is malformed, in whichever element: without its quoted strings
    it cannot be told where an element begins.
    """
    if not _FORWARDED.fullmatch(value):
        raise ProtocolError(400, "Forwarded is malformed.")
    return [element for element in _EACH_ELEMENT.findall(value) if element]


def forwarded_pairs(element: str) -> dict[str, str]:
    """The values in an element of Forwarded under their names in lower case (RFC 7239, 4)."""
    pairs: dict[str, str] = {}
    for name, value in _EACH_PAIR.findall(element):
        if name.lower() in pairs:
            raise ProtocolError(400, "Forwarded says something twice about one hop.")
        pairs[name.lower()] = _unquoted(value)
    return pairs


def _unquoted(value: str) -> str:
    return _QUOTED_PAIR.sub(r"\1", value[1:-1]) if value.startswith('"') else value


def endpoint(node: str) -> Endpoint | None:
    """The address and port of a node; None when it is unknown or obfuscated (RFC 7239, 6).

    ProtocolError when it is malformed. Addresses are in their one usual form, and an IPv4 address
    that IPv6 carries is an IPv4 address.
    """
    match = _NODE.fullmatch(node)
    if not match:
        raise _malformed_node()
    ipv4, ipv6, port = match.groups(default="")
    if int(port or 0) > 65535:
        raise _malformed_node()
    address = _address(ipv4, ipv6)
    return (address, str(int(port)) if port else "") if address else None


def _address(ipv4: str, ipv6: str) -> str:
    try:
        if not ipv6:
            return str(IPv4Address(ipv4)) if ipv4 else ""
        address = IPv6Address(ipv6)
    except ValueError:
        raise _malformed_node() from None
    return str(address.ipv4_mapped or address)


def _malformed_node() -> ProtocolError:
    return ProtocolError(400, "The address of a forwarded request is malformed.")
