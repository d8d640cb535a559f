"""What the settings say of each other: values that are right alone and wrong together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from potstill.settings.address import Descriptor
from potstill.settings.errors import ConfigError

if TYPE_CHECKING:
    from potstill.settings.table import Settings

X_FORWARDED = (
    "x-forwarded-for",
    "x-forwarded-proto",
    "x-forwarded-host",
    "x-forwarded-port",
    "x-forwarded-prefix",
)
FORWARDED = "forwarded"


def check(settings: Settings) -> None:
    """ConfigError for the first contradiction."""
    _check_addresses(settings)
    _check_lengths(settings)
    _check_certificates(settings)
    _check_clients_certificates(settings)
    _check_proxies(settings)


def _check_addresses(settings: Settings) -> None:
    numbers = [each.number for each in settings.bind if isinstance(each, Descriptor)]
    for number in numbers:
        if numbers.count(number) > 1:
            raise ConfigError(f"bind names fd://{number} twice: one socket cannot be two")


def _check_lengths(settings: Settings) -> None:
    if settings.limit_request_field_size > settings.limit_request_head:
        raise ConfigError(
            f"limit_request_field_size is {settings.limit_request_field_size}, but all fields "
            f"together may have {settings.limit_request_head}: raise limit_request_head too"
        )


def _check_certificates(settings: Settings) -> None:
    if settings.certfile:
        return
    for name in ("keyfile", "sni", "ca_certs"):
        if getattr(settings, name):
            raise ConfigError(f"{name} is given, but no certfile: without one there is no TLS")
    for address in settings.bind:
        if settings.speaks_tls(address):
            raise ConfigError(f"bind is {str(address)!r}, but no certfile is given")


def _check_clients_certificates(settings: Settings) -> None:
    asked = settings.cert_reqs != "none"
    if asked and not settings.ca_certs:
        raise ConfigError(
            f"cert_reqs is {settings.cert_reqs!r}, but no ca_certs say who vouches for clients"
        )
    if settings.ca_certs and not asked:
        raise ConfigError(
            "ca_certs is given, but cert_reqs is 'none', so that no client is asked for a "
            "certificate: make it optional or required (the server's own chain goes into certfile)"
        )


def _check_proxies(settings: Settings) -> None:
    if FORWARDED in settings.forwarded_headers and len(settings.forwarded_headers) > 1:
        raise ConfigError(
            "forwarded_headers names both forwarded and x-forwarded-...: believe the one or the "
            "other, whichever your proxies set"
        )
    if settings.proxy_protocol and not settings.proxy_allow_from:
        raise ConfigError(
            "proxy_protocol is on, but proxy_allow_from does not say who sends a PROXY header"
        )
