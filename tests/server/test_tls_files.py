"""Certificates as files: several, replaced ones, and those that cannot be used."""

from __future__ import annotations

import re

import pytest

from tests.server.secured import content
from tests.server.securing import APP, secure
from tests.support.authority import Authority, Issued
from tests.support.server import RunningServer, potstill
from tests.support.tls import HOST, TLSClient
from tests.support.wire import get, until

SIZE = 8_000_001


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def issued(authority: Authority) -> Issued:
    return authority.issue(HOST, "pot.example.com")


def test_each_host_shows_its_certificate(issued: Issued, authority: Authority) -> None:
    www, other = authority.issue("www.example.com"), authority.issue("*.example.com")
    names = (
        *("--sni", f"www.example.com={www.certfile}:{www.keyfile}"),
        *("--sni", f"*.example.com={other.together()}"),
    )
    shown = {"pot.example.com": other, "www.example.com": www, HOST: issued}
    with secure(issued, *names) as server:
        for name, expected in shown.items():
            with TLSClient(server.port, authority.client(), name=name) as client:
                assert client.shown == expected.encoded


def test_a_certificate_is_replaced_while_connections_go_on(authority: Authority) -> None:
    issued, renewed = (authority.issue(HOST) for _ in range(2))
    with (
        secure(issued) as server,
        TLSClient(server.port, authority.client()) as client,
        TLSClient(server.port, authority.client(), receive_buffer=4096) as reader,
    ):
        reader.send(get(f"/stream/{SIZE}"))
        issued.certfile.write_bytes(renewed.certfile.read_bytes())
        until(lambda: "stay as they were" in visited(server, authority).output, 10)
        issued.keyfile.write_bytes(renewed.keyfile.read_bytes())
        until(lambda: "certificates reread" in visited(server, authority).output, 10)
        with TLSClient(server.port, authority.client()) as newcomer:
            assert newcomer.shown == renewed.encoded
        assert client.shown != renewed.encoded
        client.send(get("/still-there"))
        assert client.answer().body == b"/still-there"
        assert reader.answer().body == content(SIZE)
    assert server.output.count("stay as they were") == 1
    assert server.output.count("certificates reread") == 1


def visited(server: RunningServer, authority: Authority) -> RunningServer:
    """The server, when one more client has been to it."""
    with TLSClient(server.port, authority.client()):
        return server


def test_an_expired_certificate_is_told_of_at_the_start(authority: Authority) -> None:
    with secure(authority.issue_expired(HOST)) as server:
        server.wait_for(r"\[WARNING\].* has expired")


@pytest.mark.parametrize(
    ("setting", "reason"),
    [
        ("--keyfile={encrypted}", "keyfile {encrypted}: the key is encrypted"),
        ("--keyfile={other}", "keyfile {other}: it is not the key of the certificate in"),
        ("--sni=a.test={certfile}", "sni a.test: certfile {certfile}: there is no private key"),
        (
            "--cert-reqs=optional --ca-certs={other}",
            "ca_certs {other}: there is no sound certificate",
        ),
        ("--ciphers=ROT13", "ciphers is 'ROT13': OpenSSL has no such cipher"),
    ],
)
def test_what_cannot_be_used_is_refused_in_one_line(
    issued: Issued, authority: Authority, setting: str, reason: str
) -> None:
    paths = {
        "certfile": issued.certfile,
        "encrypted": authority.encrypted(issued),
        "other": authority.issue(HOST).keyfile,
    }
    files = ("--certfile", str(issued.certfile), "--keyfile", str(issued.keyfile))
    with potstill(APP, *files, *setting.format(**paths).split(), ready=False) as server:
        assert server.process.wait(20) in (1, 2)
        line = server.wait_for(f"{re.escape(reason.format(**paths))}.*")
        assert server.output.endswith(f"{line[0]}\n")
        assert server.output.count("\n") == 1
