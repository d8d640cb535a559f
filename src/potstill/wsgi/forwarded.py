"""Whom to believe about a request that came through proxies, and what follows for its environ.

A request that a proxy passes on comes from the proxy's address, over the proxy's connection.
What it was before, the proxy writes into fields; but so may anybody. The rule: a connection's
peer is believed when the operator named its address. It vouches for the last element of a list,
the one it wrote itself. Only when that element names an address that is believed too does the
one before it count, and so on to the left, at most `hops` elements. The last one that counts is
about the client; whatever stands further left the client may have made up.

`http11.hops` reads the fields, `account` says what they mean for the environ, and `environ` is
where it ends up. Nothing here is remembered from request to request: what comes out depends on
the arguments alone.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from itertools import islice

from potstill.http11.fields import FORWARDED, cgi_name
from potstill.http11.hops import (
    UNKNOWN,
    Endpoint,
    endpoint,
    forwarded_elements,
    forwarded_pairs,
    list_elements,
    listed_node,
)
from potstill.wsgi.account import Account

Changes = Mapping[str, str | None]
Believed = Mapping[str, list[str]]
"""Of each field the elements that are believed."""

_FORWARDED = "HTTP_FORWARDED"
_FOR = "HTTP_X_FORWARDED_FOR"
_PROTO = "HTTP_X_FORWARDED_PROTO"
_HOST = "HTTP_X_FORWARDED_HOST"
_PORT = "HTTP_X_FORWARDED_PORT"
_PREFIX = "HTTP_X_FORWARDED_PREFIX"

_NOTHING: Changes = {}


class Forwarding:
    """What the operator said about proxies.

    `headers` are the names of the fields to believe, either `forwarded` or those that begin with
    `x-forwarded-`; `hops` is how many proxies in a row are believed at most; `believes` says
    whether an address is, or `""` for any peer of a Unix socket; `strips` whether to keep what is
    not believed from the application.
    """

    def __init__(
        self,
        *,
        headers: Collection[str],
        hops: int,
        believes: Callable[[str], bool],
        strips: bool,
    ) -> None:
        self._names = frozenset(cgi_name(header) for header in headers)
        self._hops = hops
        self._believes = believes
        self._strips = strips

    def changes(self, variables: Mapping[str, str], peer: str, scheme: str) -> Changes:
        """The variables to set in the environ, and with None those to take out if they are there.

        `variables` are the request's fields under their CGI names, HTTP_HOST being the authority
        of the target where that has one; `peer` and `scheme` are the connection's own. SCRIPT_NAME
        is what stands before the mount point. ProtocolError when a proxy that is believed says
        what cannot be.
        """
        sent = [name for name in FORWARDED if name in variables]
        if not sent:
            return _NOTHING
        trusted = self._names if self._believes(peer) else frozenset[str]()
        told = {name: variables[name] for name in sent if name in trusted}
        changes: dict[str, str | None] = dict.fromkeys(sent) if self._strips else {}
        if told:
            account, believed = self._read(told)
            if self._strips:
                changes |= {name: ", ".join(part) or None for name, part in believed.items()}
            changes |= account.variables(variables.get("HTTP_HOST", ""), scheme)
        return changes

    def _read(self, told: Mapping[str, str]) -> tuple[Account, Believed]:
        if _FORWARDED in told:
            return self._forwarded(told[_FORWARDED])
        return self._x_forwarded(told)

    def _x_forwarded(self, told: Mapping[str, str]) -> tuple[Account, Believed]:
        """The account of the X-Forwarded fields: in each list the element of the same hop.

        A proxy that sets a field where others append leaves it shorter: then it is the first.
        """
        lists = {name: list_elements(value) for name, value in told.items()}
        chain = reversed(lists.get(_FOR, []))
        client, count = self._walk(endpoint(listed_node(element)) for element in chain)
        believed = {name: elements[-count:] for name, elements in lists.items()}
        first = {name: elements[0] for name, elements in believed.items() if elements}
        account = Account(
            client, first.get(_PROTO), first.get(_HOST), first.get(_PORT), first.get(_PREFIX)
        )
        return account, believed

    def _forwarded(self, value: str) -> tuple[Account, Believed]:
        """The account of Forwarded (RFC 7239)."""
        elements = forwarded_elements(value)
        nodes = (forwarded_pairs(element).get("for", UNKNOWN) for element in reversed(elements))
        client, count = self._walk(endpoint(node) for node in nodes)
        believed = elements[-count:]
        first = forwarded_pairs(believed[0]) if believed else {}
        return Account(client, first.get("proto"), first.get("host")), {_FORWARDED: believed}

    def _walk(self, chain: Iterable[Endpoint | None]) -> tuple[Endpoint | None, int]:
        """The client, and how many proxies vouch for it, along the endpoints from the last one.

        Past an endpoint that is unknown nobody is known to be believed: the client is then the
        last one known, and the peer itself, None, when there is none.
        """
        client, count = None, 0
        for hop in islice(chain, self._hops):
            count += 1
            if hop is None:
                break
            client = hop
            if not self._believes(hop[0]):
                break
        return client, max(count, 1)  # without a list, the peer still wrote the other fields
