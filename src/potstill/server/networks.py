"""Whom the server believes: which peers, and how the log says so at the start.

`settings.peers` has read the texts; here they answer for one address after another. What a
believed peer may tell is the business of `wsgi.forwarded` and `net.proxy_protocol`.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from ipaddress import IPv6Address, ip_address, ip_network

from potstill.settings import Settings
from potstill.settings.peers import EVERYBODY, UNIX

REMEMBERED = 4096
"""Addresses whose answer is kept; behind a load balancer there are a few."""
LONGEST = 64
"""More than the text of any address, with the name of an interface behind it."""


class Networks:
    """Peers by address and network, as `settings.peers` writes them; empty, it believes nobody."""

    def __init__(self, peers: Sequence[str]) -> None:
        self._peers = peers
        self._everybody = EVERYBODY in peers
        self._unix = UNIX in peers
        self._networks = [ip_network(peer) for peer in peers if peer not in (EVERYBODY, UNIX)]
        self._remembered = lru_cache(REMEMBERED)(self._judge)  # asked for each request

    def __bool__(self) -> bool:
        return bool(self._peers)

    def believes(self, address: str) -> bool:
        """Whether the peer at this address is one of them; "" is a peer of a Unix socket.

        What is no address is not believed, whatever the settings are. From any thread.
        """
        return len(address) <= LONGEST and self._remembered(address)

    def in_words(self) -> str:
        """Who they are, as the object of a sentence."""
        if self._everybody:
            return "everybody"
        names = ["any peer of a Unix socket" if peer == UNIX else peer for peer in self._peers]
        return _listed(names) if names else "nobody"

    def _judge(self, address: str) -> bool:
        if not address:
            return self._unix or self._everybody
        try:
            peer = ip_address(address)
        except ValueError:
            return False
        if isinstance(peer, IPv6Address):  # an IPv4 peer of a socket that listens to both
            peer = peer.ipv4_mapped or peer
        return self._everybody or any(peer in network for network in self._networks)


def whom_it_believes(settings: Settings) -> list[str]:
    """Sentences for the log about who is believed what; none when nobody is."""
    sentences = []
    if settings.forwarded_allow_ips:
        sentences.append(_believing(settings))
    if settings.proxy_protocol:
        senders = Networks(settings.proxy_allow_from)
        sentences.append(f"Expecting a PROXY header from {senders.in_words()}")
    return sentences


def _believing(settings: Settings) -> str:
    proxies = Networks(settings.forwarded_allow_ips)
    fields = _listed([name.title() for name in settings.forwarded_headers])
    hops = settings.forwarded_hops
    depth = "one proxy deep" if hops == 1 else f"up to {hops} proxies deep"
    rest = "others' are dropped" if settings.strip_forwarded else "others' are passed on unchecked"
    if EVERYBODY in settings.forwarded_allow_ips:
        rest = "let none but your proxies reach this server"
    return f"Believing {fields} of {proxies.in_words()}, {depth}; {rest}"


def _listed(names: Sequence[str]) -> str:
    """One, or "one, another and a third"."""
    *most, last = names
    return f"{', '.join(most)} and {last}" if most else last
