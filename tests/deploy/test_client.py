"""Who the client is: address, scheme and host, whatever stands between it and the application."""

from __future__ import annotations

import pytest

from tests.deploy.ways import REDIRECTED, Front
from tests.support.wire import get

CLAIMS = (
    "X-Forwarded-For: 198.51.100.7",
    "X-Forwarded-Proto: gopher",
    "X-Forwarded-Host: evil.example",
    "X-Forwarded-Port: 666",
    "X-Forwarded-Prefix: /evil",
    'Forwarded: for=198.51.100.7;proto=https;host="evil.example"',
)
EVIL = ("198.51.100.7", "gopher", "evil", "666")


@pytest.mark.parametrize("source", ["127.0.0.2", "127.0.0.77"])
def test_the_address_is_the_clients(front: Front, source: str) -> None:
    for scheme in schemes(front):
        with front.visit(scheme, source) as guest:
            assert guest.told()["REMOTE_ADDR"] == source


def test_each_client_keeps_its_own_address(front: Front) -> None:
    sources = [f"127.0.0.{number}" for number in range(2, 12)]
    guests = [front.visit(source=source) for source in sources]
    try:
        for _ in range(3):
            assert [guest.told()["REMOTE_ADDR"] for guest in guests] == sources
    finally:
        for guest in guests:
            guest.close()


def test_the_scheme_is_the_clients_where_it_can_be_told(front: Front) -> None:
    for scheme in schemes(front):
        told = scheme if front.way.tells_scheme else "http"
        with front.visit(scheme) as guest:
            environ = guest.told()
        assert environ["wsgi.url_scheme"] == told
        assert environ.get("HTTPS") == ("on" if told == "https" else None)


def test_the_port_is_the_clients_where_it_can_be_told(front: Front) -> None:
    with front.visit() as guest:
        port = guest.sock.getsockname()[1]
        assert guest.told()["REMOTE_PORT"] == (str(port) if front.way.sends_header else "")


def test_the_server_is_named_as_its_client_reached_it(front: Front) -> None:
    for scheme in schemes(front):
        default = "443" if scheme == "https" else "80"
        for host, names in (
            ("shop.example", ("shop.example", default)),
            ("shop.example:8080", ("shop.example", "8080")),
        ):
            if front.way.sends_header:
                names = ("127.0.0.1", str(front.ports[scheme]))
            with front.visit(scheme) as guest:
                guest.send(f"GET / HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
                told = guest.environ()
            assert told["HTTP_HOST"] == host
            assert (told["SERVER_NAME"], told["SERVER_PORT"]) == names


def test_what_a_client_claims_of_itself_is_not_believed(front: Front) -> None:
    for scheme in schemes(front):
        with front.visit(scheme) as guest:
            honest = guest.told()
            claimed = guest.told(*CLAIMS)
        assert claimed == honest
        assert not [value for value in claimed.values() if value.startswith(EVIL)]


def test_a_malformed_claim_harms_nobody_but_its_client(front: Front) -> None:
    with front.visit() as guest:
        guest.send(
            get("/", "X-Forwarded-For: \x01, ,;", "Forwarded: for=;;=,", "Connection: close")
        )
        assert guest.answer().status in (200, 400)
    with front.visit() as guest:
        assert guest.told()["REMOTE_ADDR"] == "127.0.0.2"


def test_the_access_log_has_the_client(front: Front) -> None:
    with front.visit(source="127.0.0.99") as guest:
        guest.told(path="/logged")
    front.server.wait_for(r'^127\.0\.0\.99 - - \[[^]]+\] "GET /logged HTTP/1\.1" 200 ', timeout=10)


def schemes(front: Front) -> list[str]:
    """Those the proxy passes on."""
    return [scheme for scheme in front.ports if scheme != REDIRECTED]
