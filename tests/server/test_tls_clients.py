"""Clients that show a certificate, the wrong one, or none."""

from __future__ import annotations

import json
import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.server.securing import VERSIONS, curl, secure
from tests.support.authority import Authority, Issued
from tests.support.server import RunningServer
from tests.support.tls import HOST, TLSClient
from tests.support.wire import get


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def strict(authority: Authority) -> Iterator[RunningServer]:
    issued = authority.issue(HOST)
    ca_certs = ("--ca-certs", str(authority.certfile))
    with secure(issued, *ca_certs, "--cert-reqs", "required") as server:
        yield server


def showing(issued: Issued) -> list[str]:
    """Flags for curl."""
    return ["--cert", str(issued.certfile), "--key", str(issued.keyfile)]


@pytest.mark.parametrize("version", VERSIONS)
def test_a_client_certificate_is_described_to_the_application(
    strict: RunningServer, authority: Authority, version: str
) -> None:
    ann = authority.issue("ann@example.com", subject="Ann, of the still")
    done = curl(authority, *VERSIONS[version], *showing(ann), f"{strict.url}/env")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["SSL_CLIENT_VERIFY"] == "SUCCESS"
    assert told["SSL_CLIENT_S_DN"].startswith(r"CN=Ann\, of the still,")
    assert ssl.PEM_cert_to_DER_cert(told["SSL_CLIENT_CERT"]) == ann.encoded
    assert {f"SSL_CLIENT_{key}" for key in ("I_DN", "M_SERIAL", "V_START", "V_END")} <= told.keys()


@pytest.mark.parametrize("version", VERSIONS)
def test_a_client_learns_why_its_certificate_is_not_taken(
    strict: RunningServer, authority: Authority, tmp_path: Path, version: str
) -> None:
    stranger = Authority(tmp_path).issue("ann@example.com")
    done = curl(authority, *VERSIONS[version], *showing(stranger), f"{strict.url}/never")
    assert done.returncode
    assert "alert unknown ca" in done.stderr
    assert_strict_server_goes_on(strict, authority)


@pytest.mark.parametrize(
    ("version", "alert"),
    [("TLSv1.2", "alert handshake failure"), ("TLSv1.3", "alert certificate required")],
)
def test_a_client_learns_that_it_has_to_show_one(
    strict: RunningServer, authority: Authority, version: str, alert: str
) -> None:
    done = curl(authority, *VERSIONS[version], f"{strict.url}/never")
    assert done.returncode
    assert alert in done.stderr
    assert_strict_server_goes_on(strict, authority)


def assert_strict_server_goes_on(strict: RunningServer, authority: Authority) -> None:
    ann = authority.issue("ann@example.com")
    with TLSClient(strict.port, authority.client(ann)) as client:
        client.send(get("/next"))
        assert client.answer().body == b"/next"


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_a_session_is_resumed_with_its_client_certificate(
    strict: RunningServer, authority: Authority, version: ssl.TLSVersion
) -> None:
    context = authority.client(authority.issue("ann@example.com", subject="Ann"))
    context.maximum_version = version
    session = None
    for is_resumed in (False, True, True):
        with TLSClient(strict.port, context, session=session) as client:
            assert client.tls.session_reused is is_resumed
            client.send(get("/env"))
            assert json.loads(client.answer().body)["SSL_CLIENT_S_DN"].startswith("CN=Ann,")
            session = client.tls.session
