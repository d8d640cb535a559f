from __future__ import annotations

import ssl
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st

from potstill.net.contexts import Pair, Terms, build
from potstill.net.tls_facts import distinguished_name, peer_variables
from tests.net.handshake import shake_hands
from tests.support.authority import Authority

SUBJECT = 'Ann "the malt" O\'Hara, Łódź'


def test_a_client_certificate_is_described_in_full(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    ann = authority.issue(
        "ann@example.com", subject=SUBJECT, end=datetime(2199, 1, 2, 3, 4, 5, tzinfo=UTC)
    )
    terms = Terms("1.3", "", str(authority.certfile), "required")
    context = build(Pair(*authority.issue("a.example.com").names), terms)
    told = peer_variables(shake_hands(context, authority.client(ann)).server)
    certificate = x509.load_pem_x509_certificate(told["SSL_CLIENT_CERT"].encode())
    assert certificate == x509.load_pem_x509_certificate(ann.certfile.read_bytes())
    assert told["SSL_CLIENT_S_DN"].startswith(
        r"CN=Ann \"the malt\" O'Hara\, \C5\81\C3\B3d\C5\BA,OU=Testing cert"
    )
    assert x509.Name.from_rfc4514_string(told["SSL_CLIENT_S_DN"]) == certificate.subject
    assert x509.Name.from_rfc4514_string(told["SSL_CLIENT_I_DN"]) == certificate.issuer
    assert int(told["SSL_CLIENT_M_SERIAL"], 16) == certificate.serial_number
    assert told["SSL_CLIENT_V_START"] == "Jan  1 00:00:00 2000 GMT"
    assert told["SSL_CLIENT_V_END"] == "Jan  2 03:04:05 2199 GMT"
    assert told["SSL_CLIENT_VERIFY"] == "SUCCESS"
    assert told["SSL_PROTOCOL"] == "TLSv1.3"
    assert told["SSL_CIPHER"].startswith("TLS_")
    assert "SSL_TLS_SNI" not in told


def test_without_a_client_certificate_there_is_nothing_to_describe(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    context = build(Pair(*authority.issue("a.example.com").names), Terms("1.2", "", "", "none"))
    client = authority.client()
    client.maximum_version = ssl.TLSVersion.TLSv1_2
    told = peer_variables(shake_hands(context, client).server)
    assert told == {
        "SSL_PROTOCOL": "TLSv1.2",
        "SSL_CIPHER": "ECDHE-ECDSA-AES256-GCM-SHA384",
        "SSL_CLIENT_VERIFY": "NONE",
    }


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("Ann", "Ann"),
        (" Ann ", r"\ Ann\ "),
        ("  ", r"\ \ "),
        ("# 1#", r"\# 1#"),
        (r'a+b,c;d<e>f\g"h', r"a\+b\,c\;d\<e\>f\\g\"h"),
        ("a=b / c", "a=b / c"),
        ("Ann\r\nX: y\0", r"Ann\0D\0AX: y\00"),
        ("Łódź", r"\C5\81\C3\B3d\C5\BA"),
        ("\N{SHEEP}\N{DELETE}", r"\F0\9F\90\91\7F"),
        ("", ""),
    ],
)
def test_what_has_a_meaning_in_a_name_is_escaped(value: str, text: str) -> None:
    assert distinguished_name(((("commonName", value),),)) == f"CN={text}"


def test_the_most_specific_part_stands_first_and_parts_may_have_several_attributes() -> None:
    parts = (
        (("countryName", "DE"),),
        (("organizationName", "Pot, Still"), ("organizationalUnitName", "Mash")),
        (("emailAddress", "ann@example.com"),),
        (("1.2.3.4", "x"),),
    )
    text = r"1.2.3.4=x,emailAddress=ann@example.com,O=Pot\, Still+OU=Mash,C=DE"
    assert distinguished_name(parts) == text


@given(st.lists(st.text(min_size=1, max_size=20), min_size=1, max_size=3))
def test_a_reader_of_such_names_finds_the_values_again(values: list[str]) -> None:
    text = distinguished_name(tuple((("commonName", value),) for value in values))
    assert text.isascii()
    assert text.isprintable()
    read = x509.Name.from_rfc4514_string(text)
    assert [name.value for name in read.get_attributes_for_oid(NameOID.COMMON_NAME)] == values
