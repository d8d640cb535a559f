from __future__ import annotations

import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from potstill.net.contexts import Pair, Terms, build
from potstill.net.expiry import warning
from tests.support.authority import Authority, Issued


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


def told(issued: Issued, **terms: str) -> str | None:
    chosen = {"minimum": "1.2", "ciphers": "", "ca_certs": "", "cert_reqs": "none"} | terms
    context = build(Pair(*issued.names), Terms(**chosen))
    return warning(context, str(issued.certfile))


def lasting(authority: Authority, *, lived: float, left: float) -> Issued:
    """A certificate that has lived for so many days, and has so many left."""
    now = datetime.now(UTC)
    return authority.issue("a.example.com", begin=now - timedelta(lived), end=now + timedelta(left))


def test_nothing_is_said_of_a_certificate_with_time_left(authority: Authority) -> None:
    assert told(lasting(authority, lived=300, left=15)) is None


def test_a_certificate_that_expires_soon_is_told_of(authority: Authority) -> None:
    issued = lasting(authority, lived=300, left=13.01)
    assert told(issued) == f"the certificate in {issued.certfile} expires in 13.0 days"


def test_an_expired_certificate_is_told_of(authority: Authority) -> None:
    issued = authority.issue_expired("a.example.com")
    sentence = told(issued)
    assert sentence == f"the certificate in {issued.certfile} has expired, or one of its chain"


def test_a_certificate_that_lives_shortly_is_told_of_in_its_last_third(
    authority: Authority,
) -> None:
    assert told(lasting(authority, lived=3, left=3)) is None
    assert told(lasting(authority, lived=4.5, left=1.5)) is not None


def test_one_that_is_not_valid_yet_is_left_to_the_clients(authority: Authority) -> None:
    assert told(lasting(authority, lived=-1, left=2)) is None


def test_asking_clients_for_certificates_does_not_matter(authority: Authority) -> None:
    ca_certs = str(authority.certfile)
    issued = lasting(authority, lived=300, left=1.01)
    assert told(issued, minimum="1.3", ca_certs=ca_certs, cert_reqs="required") is not None


def test_a_server_that_cannot_be_talked_to_is_not_warned_about(authority: Authority) -> None:
    issued = lasting(authority, lived=300, left=1)
    context = build(Pair(*issued.names), Terms("1.2", "", "", "none"))
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    assert warning(context, str(issued.certfile)) is None
