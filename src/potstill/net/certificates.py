"""Which certificate a client is shown, and the files it comes from, read again when they change.

The thread with the baton asks `context` for each connection it accepts. A client that names a host
gets that host's certificate in the handshake itself (SNI, RFC 6066, 3); any other, or none, gets
the default one. `contexts` sets up OpenSSL, `tls` shakes hands.

Files are replaced while the server runs, by rename, in place, or by symbolic links some directories
above; certificate and key one after the other. So what is looked at is the file at the end of the
links, everything is built anew before anything is used, and what was in use stays until all fits.
New contexts have new keys for session tickets: nobody resumes what another authority has verified.
"""

from __future__ import annotations

import re
import ssl
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from potstill.net.contexts import Pair, Terms, build
from potstill.net.expiry import warning
from potstill.net.tls_facts import ServerSide

LOOK_EVERY = 2.0
"""Seconds between two looks at the files."""

_Stamp = tuple[int, ...] | None
_HOST = re.compile(r"[A-Za-z0-9_-]{1,63}(?:\.[A-Za-z0-9_-]{1,63})*\.?")


@dataclass(slots=True, kw_only=True, eq=False)
class Certificates:
    """The server's certificates; the fields are named after the settings.

    Making it reads the files: OSError or ValueError with a sentence that names the setting and the
    file when something is wrong. `complain` is told later, of a change that cannot be used, and of
    a certificate that expires soon; `tell` of one that is in use from now on.
    """

    certfile: str
    keyfile: str
    sni: Sequence[tuple[str, str, str]]
    ca_certs: str
    cert_reqs: str
    ciphers: str
    minimum: str
    complain: Callable[[str], None]
    tell: Callable[[str], None]
    _pairs: dict[str, Pair] = field(init=False)
    """By the name a client asks for; the default one by the empty name."""
    _terms: Terms = field(init=False)
    _stamps: dict[str, _Stamp] = field(init=False)
    _current: ssl.SSLContext = field(init=False)
    _look_at: float = field(init=False, default=float("-inf"))

    def __post_init__(self) -> None:
        # Absolute, because the application may change the directory.
        self._pairs = {"": Pair(_absolute(self.certfile), _absolute(self.keyfile))}
        for name, certfile, keyfile in self.sni:
            pair = Pair(_absolute(certfile), _absolute(keyfile), f"sni {name}: ")
            self._pairs[_plain(name)] = pair
        ca_certs = _absolute(self.ca_certs)
        self._terms = Terms(self.minimum, self.ciphers, ca_certs, self.cert_reqs)
        self._stamps = self._look()
        self._current = self._build()

    def context(self, now: float) -> ssl.SSLContext:
        """What to begin a handshake with at `now` of the monotonic clock.

        Looks at the files every LOOK_EVERY seconds, and reads those that have changed.
        """
        if now >= self._look_at:
            self._look_at = now + LOOK_EVERY
            stamps = self._look()
            if stamps != self._stamps:
                changed = [path for path in stamps if stamps[path] != self._stamps[path]]
                self._stamps = stamps
                self._reread(changed)
        return self._current

    def _reread(self, changed: Iterable[str]) -> None:
        try:
            self._current = self._build()
        except (OSError, ValueError) as error:
            self.complain(f"the certificates stay as they were: {error}")
        else:
            self.tell(f"certificates reread: {', '.join(changed)} changed")

    def _build(self) -> ssl.SSLContext:
        """The default context, which knows those for the other names."""
        unique = dict.fromkeys(self._pairs.values())
        built = {pair: build(pair, self._terms) for pair in unique}
        for pair, context in built.items():
            if sentence := warning(context, pair.certfile):
                self.complain(sentence)
        contexts = {name: built[pair] for name, pair in self._pairs.items()}
        default = contexts.pop("")
        default.sni_callback = _Choice(contexts)
        return default

    def _look(self) -> dict[str, _Stamp]:
        """All the files, and what changes when they do."""
        paths = [self._terms.ca_certs]
        for pair in self._pairs.values():
            paths += [pair.certfile, pair.keyfile]
        return {path: _stamp(path) for path in paths if path}


class _Choice:
    """Called by OpenSSL in the handshake, with the name that the client has sent.

    One that is not ASCII never comes here: `ssl` itself fails that handshake, and prints so.
    """

    def __init__(self, contexts: Mapping[str, ssl.SSLContext]) -> None:
        self._contexts = contexts

    def __call__(
        self, connection: ssl.SSLObject, name: str | None, _default: ssl.SSLContext
    ) -> None:
        if name is None or not _HOST.fullmatch(name):
            return
        if isinstance(connection, ServerSide):
            connection.asked_for = name
        if chosen := self._find(_plain(name)):
            connection.context = chosen

    def _find(self, name: str) -> ssl.SSLContext | None:
        """The one for exactly this name, else for all names beside it (RFC 9525, 6.3)."""
        _, _, domain = name.partition(".")
        return self._contexts.get(name) or self._contexts.get(f"*.{domain}")


def _plain(name: str) -> str:
    return name.lower().removesuffix(".")


def _absolute(path: str) -> str:
    return str(Path(path).absolute()) if path else ""


def _stamp(path: str) -> _Stamp:
    """None when there is no such file; the time of change also tells of a new mode or owner."""
    try:
        status = Path(path).stat()
    except OSError:
        return None
    return (
        status.st_dev,
        status.st_ino,
        status.st_size,
        status.st_mtime_ns,
        status.st_ctime_ns,
    )
