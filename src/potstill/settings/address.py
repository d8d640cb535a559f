"""Where to listen: the texts `--bind` accepts."""

from __future__ import annotations

import re
from dataclasses import dataclass

from potstill.settings.errors import ConfigError

DEFAULT_PORT = 8000  # Gunicorn's, for a host that stands alone
FORMS = "expected HOST:PORT, [IPv6]:PORT, :PORT or HOST"

_BRACKETED = re.compile(r"\[([^\[\]]*)\](?::([0-9]{1,5}))?")
_PLAIN = re.compile(r"([A-Za-z0-9._-]*)(?::([0-9]{1,5}))?")
_NUMERIC = re.compile(r"[0-9.]+")
_SCHEME = re.compile(r"(unix|fd)(:|://)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Address:
    """A TCP address to listen on; an empty host stands for every address of both families."""

    host: str
    port: int

    def __str__(self) -> str:
        """The text that `parse` would read back as this address."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @classmethod
    def parse(cls, text: str) -> Address:
        """Read one address; ConfigError says why it is none."""
        if scheme := _SCHEME.match(text):
            raise ConfigError(f"this version listens on TCP only, not on {scheme[1].lower()}:")
        text = text.removeprefix("tcp://")
        if text.isdecimal():
            raise ConfigError(f"a port alone leaves the host open; write :{text} for all addresses")
        if bracketed := _BRACKETED.fullmatch(text):
            return cls(_ipv6(bracketed[1]), _port(bracketed[2]))
        if plain := _PLAIN.fullmatch(text):
            return cls(_host(plain[1], alone=plain[2] is None), _port(plain[2]))
        if text.count(":") > 1:
            raise ConfigError("an IPv6 address stands in brackets, as in [::1]:8000")
        raise ConfigError(FORMS)


def _port(digits: str | None) -> int:
    port = DEFAULT_PORT if digits is None else int(digits)
    if port > 65535:
        raise ConfigError("a port is at most 65535")
    return port


def _host(host: str, *, alone: bool) -> str:
    if alone and not host:
        raise ConfigError(FORMS)
    if _NUMERIC.fullmatch(host):
        from ipaddress import AddressValueError, IPv4Address  # only where digits need judging

        try:
            IPv4Address(host)
        except AddressValueError:
            raise ConfigError(f"{host} is no IPv4 address") from None
    return host


def _ipv6(host: str) -> str:
    from ipaddress import AddressValueError, IPv6Address

    try:
        IPv6Address(host)
    except AddressValueError:
        raise ConfigError(f"[{host}] holds no IPv6 address") from None
    return host
