"""The PROXY protocol at the edges: health checks, TLS behind it, and headers out of place."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.deploy import configs, files
from tests.deploy.guest import GUEST, visit, visit_unix
from tests.deploy.proxies import Door, Doors, haproxy
from tests.deploy.ways import APP, HEADER, UNIX_HEADER, Certificate
from tests.support.server import RunningServer, potstill
from tests.support.wire import get

V1 = b"PROXY TCP4 192.0.2.33 192.0.2.1 4711 443\r\n"
V2 = bytes.fromhex("0d0a0d0a000d0a515549540a 21 11 000c c0000221 c0000201 1267 01bb")
"""The same as V1."""
GARBAGE = [
    b"\r\n" * 20,
    b"PROXY\r\n",
    b"PROXY TCP4 192.0.2.33 192.0.2.1 4711 443 \r\n",
    b"PROXY TCP4 192.0.2.33 192.0.2.1 4711 99999\r\n",
    b"PROXY TCP6 192.0.2.33 192.0.2.1 4711 443\r\n",
    b"PROXY UNKNOWN" + b"x" * 200,
    b"proxy TCP4 192.0.2.33 192.0.2.1 4711 443\r\n",
    V2[:12] + b"\x31" + V2[13:],  # version 3
    V2[:13] + b"\x12" + V2[14:],  # datagrams
    V2[:14] + b"\0\4" + V2[16:],  # too short for two addresses
    b"\x16\3\1" + bytes(200),
]
CHECK = "option httpchk GET /checked"


@pytest.fixture(scope="module")
def server() -> Iterator[RunningServer]:
    """Peers from 127.0.0.1 must send a PROXY header; the guests must not."""
    with potstill(APP, *HEADER) as server:
        yield server
        assert server.stop() == 0
    assert "Traceback" not in server.output


@pytest.mark.parametrize("header", [V1, V2], ids=["v1", "v2"])
def test_a_header_names_the_client_for_all_requests_of_its_connection(
    server: RunningServer, header: bytes
) -> None:
    with visit(server.port, source="127.0.0.1") as proxy:
        proxy.send(header)
        for _ in range(3):
            told = proxy.told("X-Forwarded-For: 198.51.100.7")
            assert (told["REMOTE_ADDR"], told["REMOTE_PORT"]) == ("192.0.2.33", "4711")
            assert (told["SERVER_NAME"], told["SERVER_PORT"]) == ("192.0.2.1", "443")
            assert "HTTP_X_FORWARDED_FOR" not in told


@pytest.mark.parametrize("header", [V1, V2], ids=["v1", "v2"])
def test_a_header_may_arrive_byte_by_byte(server: RunningServer, header: bytes) -> None:
    data = header + get("/")
    with visit(server.port, source="127.0.0.1") as proxy:
        proxy.send_in_pieces(data[at : at + 1] for at in range(len(data)))
        assert proxy.environ()["REMOTE_ADDR"] == "192.0.2.33"


def test_a_peer_that_must_send_a_header_and_does_not_is_refused(server: RunningServer) -> None:
    with visit(server.port, source="127.0.0.1") as proxy:
        proxy.send(get("/never"))
        assert_refused(proxy.rest())
    assert_unharmed(server)


@pytest.mark.parametrize("garbage", GARBAGE)
def test_garbage_in_place_of_a_header_is_refused(server: RunningServer, garbage: bytes) -> None:
    with visit(server.port, source="127.0.0.1") as proxy, suppress(ConnectionError):
        proxy.send(garbage + get("/never"))
        assert_refused(proxy.rest())
    assert_unharmed(server)


def test_half_a_header_is_no_request(server: RunningServer) -> None:
    for header in (V1, V2):
        with visit(server.port, source="127.0.0.1") as proxy:
            proxy.send(header[:-1])
            proxy.half_close()
            assert_refused(proxy.rest())
    assert_unharmed(server)


@pytest.mark.parametrize("header", [V1, V2], ids=["v1", "v2"])
def test_a_header_from_a_peer_who_may_not_send_one_is_refused(
    server: RunningServer, header: bytes
) -> None:
    with visit(server.port) as guest:
        guest.send(header + get("/never"))
        assert guest.answer().status == 400
        assert guest.at_end()
    assert_unharmed(server)


def test_a_second_header_is_no_request(server: RunningServer) -> None:
    with visit(server.port, source="127.0.0.1") as proxy:
        proxy.send(V1 + V1 + get("/never"))
        assert proxy.answer().status == 400
        assert proxy.at_end()
    assert_unharmed(server)


def test_on_a_unix_socket_a_header_is_due_when_it_is_named(tmp_path: Path) -> None:
    with potstill(APP, *UNIX_HEADER, bind=f"unix:{tmp_path}/app.sock") as server:
        with visit_unix(server.path) as proxy:
            proxy.send(V2)
            assert proxy.told()["REMOTE_ADDR"] == "192.0.2.33"
        with visit_unix(server.path) as proxy:
            proxy.send(get("/never"))
            assert_refused(proxy.rest())
        assert "/never" not in server.output


@pytest.mark.parametrize(
    ("believed", "address"), [("192.0.2.33", "198.51.100.7"), ("127.0.0.1", "192.0.2.33")]
)
def test_fields_are_judged_by_the_peer_that_the_header_names(believed: str, address: str) -> None:
    with (
        potstill(APP, *HEADER, "--forwarded-allow-ips", believed) as server,
        visit(server.port, source="127.0.0.1") as proxy,
    ):
        proxy.send(V2)
        assert proxy.told("X-Forwarded-For: 198.51.100.7")["REMOTE_ADDR"] == address


@pytest.mark.parametrize("version", ["send-proxy", "send-proxy-v2"])
def test_a_health_check_by_the_proxy_comes_from_the_proxy(
    tmp_path: Path, certificate: Certificate, version: str
) -> None:
    with potstill(APP, *HEADER) as server:
        doors = Doors.opened()
        app = f"127.0.0.1:{server.port} {version} check inter 50ms"
        config = configs.haproxy_config(app, certificate.path, doors, "", CHECK)
        with haproxy(tmp_path, *doors, config=config):
            server.wait_for(r'(?s)(^127\.0\.0\.1 - - [^"]*"GET /checked HTTP/1\.0" 200 .*){2}')
            with visit(doors.http.port) as guest:
                assert guest.told()["REMOTE_ADDR"] == GUEST
    assert "[WARNING]" not in server.output
    assert "[ERROR]" not in server.output


def test_tls_is_spoken_behind_the_header(tmp_path: Path, certificate: Certificate) -> None:
    with potstill(APP, *HEADER, "--certfile", str(certificate.path)) as server:
        door = Door()
        config = files.passthrough(f"127.0.0.1:{server.port}", door)
        with haproxy(tmp_path, door, config=config):
            for source in ("127.0.0.2", "127.0.0.3"):
                with visit(door.port, source=source, tls=certificate.trusting) as guest:
                    told = guest.told()
                assert told["REMOTE_ADDR"] == source
                assert (told["wsgi.url_scheme"], told["HTTPS"]) == ("https", "on")
                assert told["SSL_PROTOCOL"] == "TLSv1.3"
                assert told["SERVER_PORT"] == str(door.port)
        with visit(server.port, tls=certificate.trusting) as guest:  # past the proxy
            assert guest.told()["REMOTE_ADDR"] == GUEST
        with pytest.raises((ssl.SSLError, ConnectionError)):  # where a header is due
            visit(server.port, source="127.0.0.1", tls=certificate.trusting)
        assert_unharmed(server, certificate.trusting)
    assert "[ERROR]" not in server.output


def assert_refused(data: bytes) -> None:
    """Nothing, or a single 400."""
    assert data == b"" or data.startswith(b"HTTP/1.1 400 "), data
    assert data.count(b"HTTP/1.1 ") <= 1


def assert_unharmed(server: RunningServer, tls: ssl.SSLContext | None = None) -> None:
    """Other clients are served, and nothing that followed a refusal was."""
    with visit(server.port, tls=tls) as guest:
        assert guest.told()["REMOTE_ADDR"] == GUEST
    assert '"GET /never' not in server.output
