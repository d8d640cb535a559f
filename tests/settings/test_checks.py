from __future__ import annotations

from typing import Any

import pytest

from potstill.settings import ConfigError, Settings

PAIR: dict[str, Any] = {"certfile": "a.pem", "keyfile": "a.key"}


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (
            {"limit_request_field_size": 100_000},
            "limit_request_field_size is 100000, but all fields together may have 65536: "
            "raise limit_request_head too",
        ),
        ({"keyfile": "a.key"}, "keyfile is given, but no certfile: without one there is no TLS"),
        ({"sni": "a=b.pem"}, "sni is given, but no certfile: without one there is no TLS"),
        ({"ca_certs": "a.pem"}, "ca_certs is given, but no certfile: without one there is no TLS"),
        (
            {"bind": "localhost:80,https://localhost:443"},
            "bind is 'https://localhost:443', but no certfile is given",
        ),
        ({"bind": "https://fd://3"}, "bind is 'https://fd://3', but no certfile is given"),
        (
            PAIR | {"cert_reqs": "required"},
            "cert_reqs is 'required', but no ca_certs say who vouches for clients",
        ),
        (
            {"cert_reqs": 1},
            "cert_reqs is 'optional', but no ca_certs say who vouches for clients",
        ),
        (
            PAIR | {"ca_certs": "ca.pem"},
            "ca_certs is given, but cert_reqs is 'none', so that no client is asked for a "
            "certificate: make it optional or required (the server's own chain goes into certfile)",
        ),
        (
            {"forwarded_headers": "forwarded,x-forwarded-for"},
            "forwarded_headers names both forwarded and x-forwarded-...: believe the one or the "
            "other, whichever your proxies set",
        ),
        (
            {"proxy_protocol": True},
            "proxy_protocol is on, but proxy_allow_from does not say who sends a PROXY header",
        ),
        ({"bind": "fd://3,:80,fd://3"}, "bind names fd://3 twice: one socket cannot be two"),
        (
            PAIR | {"bind": "https://fd://4,http://fd://4"},
            "bind names fd://4 twice: one socket cannot be two",
        ),
    ],
)
def test_a_contradiction_is_one_line(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigError) as refused:
        Settings(**settings)
    assert str(refused.value) == message


@pytest.mark.parametrize(
    "settings",
    [
        {"limit_request_field_size": 100_000, "limit_request_head": 200_000},
        PAIR | {"bind": "https://localhost:443,http://localhost:80,unix:/run/a"},
        {"certfile": "both.pem", "sni": "a=b.pem"},
        PAIR | {"ca_certs": "ca.pem", "cert_reqs": "optional"},
        {"forwarded_headers": "forwarded"},
        {"forwarded_headers": "x-forwarded-for,x-forwarded-prefix"},
        {"proxy_protocol": True, "proxy_allow_from": "unix"},
        {"proxy_allow_from": "10.0.0.1"},
        {"bind": "fd://3,fd://4"},
    ],
)
def test_what_fits_together_is_taken(settings: dict[str, Any]) -> None:
    Settings(**settings)
