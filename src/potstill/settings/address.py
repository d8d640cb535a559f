"""Where to listen: the texts `--bind` accepts.

    HOST:PORT  [IPv6]:PORT  :PORT  HOST     TCP; an empty host is every address of both families
    unix:PATH  unix:@NAME                   a Unix socket: a file, or a name of Linux's own
    fd://N                                  a socket inherited from whoever started us

`http://` or `https://` before the first and the last kind pins what is spoken there. Whether a
socket can be had at an address is for `net.listener` to find out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from potstill.settings.errors import ConfigError

DEFAULT_PORT = 8000  # Gunicorn's, for a host that stands alone
FORMS = "expected HOST:PORT, [IPv6]:PORT, :PORT, HOST, unix:PATH or fd://N"

_PINNED = re.compile(r"(https?)://(.*)", re.IGNORECASE | re.DOTALL)
_UNIX = re.compile(r"unix:(?://(?=/|@))?(.+)", re.IGNORECASE)
_DESCRIPTOR = re.compile(r"fd://([0-9]{1,9})", re.IGNORECASE)
_OTHER_THAN_TCP = re.compile(r"(?:unix|fd):.*", re.IGNORECASE | re.DOTALL)
_BRACKETED = re.compile(r"\[([^\[\]]*)\](?::([0-9]{1,5}))?")
_PLAIN = re.compile(r"([A-Za-z0-9._-]*)(?::([0-9]{1,5}))?")
_NUMERIC = re.compile(r"[0-9.]+")


@dataclass(frozen=True, slots=True)
class TCP:
    """A host and a port; an empty host stands for every address of both families."""

    host: str
    port: int
    scheme: str | None = None
    """What is spoken here; None leaves it to whether there is a certificate."""

    def __str__(self) -> str:
        """The text that `parse` would read back as this address."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{_prefix(self.scheme)}{host}:{self.port}"


@dataclass(frozen=True, slots=True)
class Unix:
    """A Unix socket; a path that begins with @ is an abstract name. It speaks plain HTTP."""

    path: str

    def __str__(self) -> str:
        """The text that `parse` would read back as this address."""
        return f"unix:{self.path}"


@dataclass(frozen=True, slots=True)
class Descriptor:
    """An inherited socket that listens already, by the number of its descriptor."""

    number: int
    scheme: str | None = None

    def __str__(self) -> str:
        """The text that `parse` would read back as this address."""
        return f"{_prefix(self.scheme)}fd://{self.number}"


Address = TCP | Unix | Descriptor


def parse(text: str) -> Address:
    """Read one address; ConfigError says why it is none."""
    if pinned := _PINNED.fullmatch(text):
        return _pinned(pinned[1].lower(), pinned[2])
    if _OTHER_THAN_TCP.fullmatch(text):
        return _other_than_tcp(text)
    host, port = _host_and_port(text.removeprefix("tcp://"))
    return TCP(host, DEFAULT_PORT if port is None else port)


def _pinned(scheme: str, text: str) -> TCP | Descriptor:
    if _OTHER_THAN_TCP.fullmatch(text):
        match _other_than_tcp(text):
            case Descriptor(number):
                return Descriptor(number, scheme)
            case unix:
                raise ConfigError(f"a Unix socket speaks plain HTTP: write {unix}")
    host, port = _host_and_port(text)
    if port is None:  # 8000 to us, 80 or 443 to a reader of URLs
        raise ConfigError(f"{scheme}:// leaves the port open: write {scheme}://{text}:PORT")
    return TCP(host, port, scheme)


def _other_than_tcp(text: str) -> Unix | Descriptor:
    if descriptor := _DESCRIPTOR.fullmatch(text):
        return Descriptor(int(descriptor[1]))
    if text[:2].lower() == "fd":
        raise ConfigError("an inherited socket is written by its number, as in fd://3")
    unix = _UNIX.fullmatch(text)
    if unix is None or unix[1].startswith("//") or not unix[1].isprintable() or unix[1] == "@":
        raise ConfigError("a Unix socket is written as unix:PATH, or unix:@NAME")
    return Unix(unix[1])


def _host_and_port(text: str) -> tuple[str, int | None]:
    if text.isdecimal():
        raise ConfigError(f"a port alone leaves the host open; write :{text} for all addresses")
    if bracketed := _BRACKETED.fullmatch(text):
        return _ipv6(bracketed[1]), _port(bracketed[2])
    if plain := _PLAIN.fullmatch(text):
        return _host(plain[1], alone=plain[2] is None), _port(plain[2])
    if text.count(":") > 1 and "/" not in text:
        raise ConfigError("an IPv6 address stands in brackets, as in [::1]:8000")
    raise ConfigError(FORMS)


def _port(digits: str | None) -> int | None:
    if digits is not None and int(digits) > 65535:
        raise ConfigError("a port is at most 65535")
    return None if digits is None else int(digits)


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


def _prefix(scheme: str | None) -> str:
    return f"{scheme}://" if scheme else ""
