"""Whom to believe: the addresses and networks that the settings about proxies name."""

from __future__ import annotations

import re

from potstill.settings.errors import ConfigError
from potstill.settings.kinds import Kind
from potstill.settings.lists import parts

UNIX, EVERYBODY = "unix", "*"
"""Any peer of a Unix socket; any peer at all."""

_NETWORK = re.compile(r"[0-9a-f.:]+(?:/[0-9]{1,3})?", re.IGNORECASE | re.ASCII)


class Peers(Kind[tuple[str, ...]]):
    """Addresses, networks, `unix` and `*`, each once; an empty text is nobody.

    They come out as everybody writes them: lower case, the zeros of IPv6 left out, and what is
    IPv4 inside IPv6 (::ffff:10.0.0.1) as IPv4.
    """

    metavar = "PEER"
    expected = "an IP address, a network as in 10.0.0.0/8, unix or *"
    repeats = True

    def read(self, value: object) -> tuple[str, ...]:
        if value == "":
            return ()
        return tuple(dict.fromkeys(self._peer(part) for part in parts(value)))

    def plain(self, value: tuple[str, ...]) -> list[str]:
        return list(value)

    def _peer(self, part: object) -> str:
        if not isinstance(part, str):
            raise self.refusal()
        if part.lower() in (UNIX, EVERYBODY):
            return part.lower()
        try:
            if _NETWORK.fullmatch(part):
                return _network(part)
        except ValueError:  # an address, or a network of a length, that cannot be
            pass
        raise self.refusal()


def _network(text: str) -> str:
    from ipaddress import IPv4Network, IPv6Network, ip_interface  # only where there are networks

    interface = ip_interface(text)
    network: IPv4Network | IPv6Network = interface.network
    if interface.ip != network.network_address:
        raise ConfigError(f"{text} is an address within {network}: write the one or the other")
    if isinstance(network, IPv6Network) and network.prefixlen >= 96:
        ipv4 = network.network_address.ipv4_mapped
        network = IPv4Network((ipv4, network.prefixlen - 96)) if ipv4 else network
    alone = network.prefixlen == network.max_prefixlen
    return str(network.network_address if alone else network)
