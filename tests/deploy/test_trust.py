"""Whom Potstill believes behind real proxies, and what becomes of everybody else's fields."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.deploy import configs
from tests.deploy.guest import GUEST, visit, visit_unix
from tests.deploy.proxies import Door, Doors, haproxy, nginx
from tests.deploy.ways import APP, FIELDS, Certificate, both
from tests.support.server import RunningServer, potstill
from tests.support.wire import get

NAMES = ("FOR", "PROTO", "HOST", "PORT", "PREFIX")
FORWARDED = {"HTTP_FORWARDED", *(f"HTTP_X_FORWARDED_{name}" for name in NAMES)}
EVERYTHING = (
    "x-forwarded-for,x-forwarded-proto,x-forwarded-host,x-forwarded-port,x-forwarded-prefix"
)
ALL_FIVE = """
        proxy_set_header Host app.internal;
        proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
        proxy_set_header X-Forwarded-Proto $scheme;
        proxy_set_header X-Forwarded-Host $http_host;
        proxy_set_header X-Forwarded-Port $server_port;
        proxy_set_header X-Forwarded-Prefix /shop;
"""
SHOP = """
upstream potstill {{
    server 127.0.0.1:{server};
    keepalive 8;
}}
server {{
    listen {door}{tls};
    ssl_certificate {certificate};
    ssl_certificate_key {certificate};
    location /shop/ {{
        proxy_pass http://potstill/;
        proxy_http_version 1.1;
        proxy_set_header Connection "";
        {fields}
    }}
}}
"""
STANDARD = """
    http-request set-var(req.proto) str(http)
    http-request set-var(req.proto) str(https) if { ssl_fc }
    http-request set-header Forwarded for=%[src];proto=%[var(req.proto)];host=\\"%[req.hdr(host)]\\"
    http-request set-header Host app.internal
"""


@contextmanager
def shop(folder: Path, server: RunningServer, certificate: Certificate, tls: str) -> Iterator[int]:
    """An nginx that has the application below /shop/ and tells of it by all five fields."""
    door = Door()
    site = SHOP.format(
        server=server.port,
        door=door.address,
        tls=tls,
        certificate=certificate.path,
        fields=ALL_FIVE,
    )
    with nginx(folder, door, site=site):
        yield door.port


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_host_port_and_prefix_are_the_proxys_when_asked_for(
    tmp_path: Path, certificate: Certificate, scheme: str
) -> None:
    tls = (" ssl", certificate.trusting) if scheme == "https" else ("", None)
    trust = (*FIELDS, "--forwarded-headers", EVERYTHING)
    with (
        potstill(APP, *trust) as server,
        shop(tmp_path, server, certificate, tls[0]) as port,
        visit(port, tls=tls[1]) as guest,
    ):
        guest.send(f"GET /shop/tea?a HTTP/1.1\r\nHost: tea.example:{port}\r\n\r\n".encode())
        told = guest.environ()
    assert told["HTTP_HOST"] == f"tea.example:{port}"
    assert (told["SERVER_NAME"], told["SERVER_PORT"]) == ("tea.example", str(port))
    assert (told["SCRIPT_NAME"], told["PATH_INFO"]) == ("/shop", "/tea")
    assert (told["wsgi.url_scheme"], told["REMOTE_ADDR"]) == (scheme, GUEST)


def test_host_port_and_prefix_are_not_believed_unasked(
    tmp_path: Path, certificate: Certificate
) -> None:
    with (
        potstill(APP, *FIELDS) as server,
        shop(tmp_path, server, certificate, "") as port,
        visit(port) as guest,
    ):
        told = guest.told(path="/shop/tea")
    assert (told["HTTP_HOST"], told["SCRIPT_NAME"]) == ("app.internal", "")
    assert FORWARDED & told.keys() == {"HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO"}


@pytest.mark.parametrize("trust", [(), ("--forwarded-allow-ips", "127.0.0.9,10.0.0.0/8")])
def test_the_fields_of_a_proxy_nobody_trusts_are_dropped(
    tmp_path: Path, certificate: Certificate, trust: tuple[str, ...]
) -> None:
    with (
        potstill(APP, *trust) as server,
        shop(tmp_path, server, certificate, " ssl") as port,
        visit(port, tls=certificate.trusting) as guest,
    ):
        told = guest.told("Forwarded: for=198.51.100.7", path="/shop/tea")
    assert (told["REMOTE_ADDR"], told["wsgi.url_scheme"]) == ("127.0.0.1", "http")
    assert not FORWARDED & told.keys()


def test_they_are_passed_on_unread_when_nothing_is_stripped(
    tmp_path: Path, certificate: Certificate
) -> None:
    with (
        potstill(APP, "--no-strip-forwarded") as server,
        shop(tmp_path, server, certificate, "") as port,
        visit(port) as guest,
    ):
        told = guest.told(path="/shop/tea")
    assert (told["REMOTE_ADDR"], told["HTTP_X_FORWARDED_FOR"]) == ("127.0.0.1", GUEST)


def test_a_unix_socket_is_not_believed_unless_it_is_named(tmp_path: Path) -> None:
    for trust, address in (("127.0.0.0/8", ""), ("unix", "192.0.2.9"), ("*", "192.0.2.9")):
        path = tmp_path / f"{len(trust)}.sock"
        with (
            potstill(APP, "--forwarded-allow-ips", trust, bind=f"unix:{path}") as server,
            visit_unix(server.path) as guest,
        ):
            told = guest.told("X-Forwarded-For: 192.0.2.9")
        assert (told["REMOTE_ADDR"], told["REMOTE_PORT"]) == (address, "")


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_the_standard_field_tells_address_scheme_and_host(
    tmp_path: Path, certificate: Certificate, scheme: str
) -> None:
    trust = (*FIELDS, "--forwarded-headers", "forwarded")
    doors = Doors.opened()
    with potstill(APP, *trust) as server:
        address = f"127.0.0.1:{server.port}"
        config = configs.haproxy_config(address, certificate.path, doors, STANDARD)
        tls = certificate.trusting if scheme == "https" else None
        with (
            haproxy(tmp_path, *doors, config=config),
            visit(both(doors)[scheme], tls=tls) as guest,
        ):
            guest.send(get("/", "X-Forwarded-For: 198.51.100.7").replace(b": a", b": t.example:81"))
            told = guest.environ()
    assert (told["REMOTE_ADDR"], told["wsgi.url_scheme"]) == (GUEST, scheme)
    assert (told["HTTP_HOST"], told["SERVER_NAME"]) == ("t.example:81", "t.example")
    assert told["SERVER_PORT"] == "81"
    assert "HTTP_X_FORWARDED_FOR" not in told


def test_the_log_says_at_the_start_whom_it_believes() -> None:
    fields = ("--forwarded-allow-ips", "127.0.0.1,10.0.0.0/8", "--forwarded-hops", "2")
    header = ("--proxy-protocol", "--proxy-allow-from", "192.0.2.1,unix")
    with potstill(APP, *fields, *header) as server:
        server.wait_for(r"Believing X-Forwarded-For and X-Forwarded-Proto of 127\.0\.0\.1 and 10\.")
        server.wait_for(r"PROXY header from 192\.0\.2\.1 and any peer of a Unix socket")
