"""Two proxies in a row, and clients that come over IPv6."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.deploy import configs
from tests.deploy.guest import GUEST, visit
from tests.deploy.proxies import Doors, haproxy, nginx
from tests.deploy.ways import APP, FIELDS, HEADER, Certificate
from tests.support.server import RunningServer, potstill


@pytest.mark.parametrize(
    ("hops", "believed", "address"),
    [
        (2, "127.0.0.5,127.0.0.6", GUEST),
        (2, "127.0.0.0/8", GUEST),  # also the client's own address: the hops end there
        (1, "127.0.0.5,127.0.0.6", "127.0.0.5"),
        (2, "127.0.0.6", "127.0.0.5"),
        (2, "127.0.0.5", "127.0.0.6"),
    ],
)
def test_two_proxies_in_a_row_are_believed_as_far_as_they_are_named(
    tmp_path: Path, certificate: Certificate, hops: int, believed: str, address: str
) -> None:
    trust = ("--forwarded-allow-ips", believed, "--forwarded-hops", str(hops))
    with potstill(APP, *trust) as server, two_in_a_row(tmp_path, server, certificate) as port:
        with visit(port, tls=certificate.trusting) as guest:
            told = guest.told("X-Forwarded-For: 198.51.100.7, 127.0.0.5")
        server.wait_for(rf"^{address} - - ", timeout=10)
    assert told["REMOTE_ADDR"] == address
    assert "198.51.100.7" not in told.get("HTTP_X_FORWARDED_FOR", "")
    scheme = "https" if address in (GUEST, "127.0.0.5") else "http"
    assert told["wsgi.url_scheme"] == scheme


@contextmanager
def two_in_a_row(folder: Path, server: RunningServer, certificate: Certificate) -> Iterator[int]:
    """HAProxy at 127.0.0.5, which ends TLS, before nginx at 127.0.0.6; the port to begin at."""
    outer, inner = Doors.opened(), Doors.opened()
    address = f"{inner.http.address} source 127.0.0.5"
    config = configs.haproxy_config(address, certificate.path, outer)
    address = f"127.0.0.1:{server.port}"
    site = configs.nginx_site(address, certificate.path, inner, "proxy_bind 127.0.0.6;")
    site = site.replace("$scheme", "$http_x_forwarded_proto")
    with nginx(folder, *inner, site=site), haproxy(folder, *outer, config=config):
        yield outer.https.port


def test_nginx_may_have_learned_the_client_by_the_proxy_protocol(
    tmp_path: Path, certificate: Certificate
) -> None:
    outer, inner = Doors.opened(), Doors.opened()
    listen = f"listen {inner.http.address}"
    real_ip = "set_real_ip_from 127.0.0.1; real_ip_header proxy_protocol;"
    with potstill(APP, *FIELDS) as server:
        address = f"127.0.0.1:{server.port}"
        site = configs.nginx_site(address, certificate.path, inner, real_ip)
        site = site.replace(listen, f"{listen} proxy_protocol")
        address = f"{inner.http.address} send-proxy-v2"
        config = configs.haproxy_config(address, certificate.path, outer, "")
        with (
            nginx(tmp_path, *inner, site=site),
            haproxy(tmp_path, *outer, config=config),
            visit(outer.http.port) as guest,
        ):
            assert guest.told()["REMOTE_ADDR"] == GUEST


def test_a_client_of_nginx_may_come_over_ipv6(tmp_path: Path, certificate: Certificate) -> None:
    doors = Doors.opened("::1")
    with potstill(APP, *FIELDS) as server:
        address = f"127.0.0.1:{server.port}"
        site = configs.nginx_site(address, certificate.path, doors)
        with nginx(tmp_path, *doors, site=site), visit(doors.http.port, source="::1") as guest:
            assert guest.told("X-Forwarded-For: 2001:db8::7")["REMOTE_ADDR"] == "::1"


@pytest.mark.parametrize("options", ["", "send-proxy", "send-proxy-v2"])
def test_a_client_of_haproxy_may_come_over_ipv6(
    tmp_path: Path, certificate: Certificate, options: str
) -> None:
    doors = Doors.opened("::1")
    with potstill(APP, *(HEADER if options else FIELDS)) as server:
        address = f"127.0.0.1:{server.port} {options}"
        config = configs.haproxy_config(address, certificate.path, doors)
        with (
            haproxy(tmp_path, *doors, config=config),
            visit(doors.http.port, source="::1") as guest,
        ):
            told = guest.told("X-Forwarded-For: 2001:db8::7", path="/six")
        server.wait_for(r'^::1 - - .*"GET /six ', timeout=10)
    assert told["REMOTE_ADDR"] == "::1"
    assert told["SERVER_NAME"] == ("[::1]" if options else "a")
