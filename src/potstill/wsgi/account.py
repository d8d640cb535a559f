"""What believed proxies say of a request, and the variables that tell it to the application.

What is said is held to its grammar here; `forwarded` finds out who is believed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from potstill.http11.errors import ProtocolError
from potstill.http11.grammar import PERCENT_ENCODED
from potstill.http11.hops import Endpoint
from potstill.http11.request_line import check_host

_SCHEMES = {"http": "http", "https": "https", "ws": "http", "wss": "https"}
_DEFAULT_PORTS = {"http": "80", "https": "443"}
_PORT_NUMBER = re.compile(r"[1-9][0-9]{0,4}")

# path-absolute of RFC 3986, 3.3, without the comma, which here separates; a slash may end it.
_PATH = re.compile(rb"/|(?:/(?:[A-Za-z0-9\-._~!$&'()*+;=:@]|%[0-9A-Fa-f]{2})++)++/?")

# uri-host [ ":" port ], whose parts have been checked
_AUTHORITY = re.compile(r"(.*?)(?::([0-9]*+))?")


@dataclass(frozen=True, slots=True)
class Account:
    """What the proxies say, as they say it; None where they say nothing."""

    client: Endpoint | None
    proto: str | None = None
    host: str | None = None
    port: str | None = None
    prefix: str | None = None

    def variables(self, sent_host: str, own_scheme: str) -> dict[str, str | None]:
        """What to set in the environ, and with None what to take out.

        `sent_host` is the Host field that came with the account, `own_scheme` that of the
        connection. ProtocolError when a part of the account is malformed.
        """
        changes: dict[str, str | None] = {}
        if self.client:
            changes["REMOTE_ADDR"], changes["REMOTE_PORT"] = self.client
        scheme = own_scheme
        if self.proto is not None:
            scheme = changes["wsgi.url_scheme"] = _scheme(self.proto)
            changes["HTTPS"] = "on" if scheme == "https" else None
        if (self.proto, self.host, self.port) != (None, None, None):
            changes |= self._authority(sent_host, _DEFAULT_PORTS[scheme])
        if self.prefix is not None:
            changes["SCRIPT_NAME"] = _path(self.prefix)
        return changes

    def _authority(self, sent_host: str, default_port: str) -> dict[str, str]:
        """Where the client means to be; the host stays as it was sent while its port is right."""
        authority = sent_host if self.host is None else _host(self.host)
        told_port = "" if self.port is None else _port(self.port)
        name, own_port = _split(authority)
        port = told_port or own_port or default_port
        if not name:
            return {"SERVER_PORT": port}
        if told_port and told_port != own_port:
            authority = name if port == default_port else f"{name}:{port}"
        return {"SERVER_NAME": name, "SERVER_PORT": port, "HTTP_HOST": authority}


def _scheme(text: str) -> str:
    scheme = _SCHEMES.get(text.lower())
    if not scheme:
        raise ProtocolError(400, "The forwarded scheme is neither http nor https.")
    return scheme


def _host(text: str) -> str:
    check_host(text.encode("latin-1"))
    if not _split(text)[0]:
        raise ProtocolError(400, "The forwarded host is empty.")
    return text


def _split(authority: str) -> tuple[str, str]:
    """Host and port, which is empty when there is none."""
    match = _AUTHORITY.fullmatch(authority)
    name, port = match.groups(default="") if match else ("", "")
    return name, str(int(port)) if port else ""


def _port(text: str) -> str:
    if not _PORT_NUMBER.fullmatch(text) or int(text) > 65535:
        raise ProtocolError(400, "The forwarded port is no number from 1 to 65535.")
    return text


def _path(text: str) -> str:
    """The path, percent-decoded, one character a byte; empty for the root."""
    raw = text.encode("latin-1")
    if not _PATH.fullmatch(raw):
        raise ProtocolError(400, "The forwarded prefix is no absolute path.")
    path = PERCENT_ENCODED.sub(lambda escape: bytes((int(escape[1], 16),)), raw.removesuffix(b"/"))
    if {b"", b".", b".."}.intersection(path.split(b"/")[1:]):
        raise ProtocolError(400, "The forwarded prefix has an empty segment or one of dots.")
    return path.decode("latin-1")
