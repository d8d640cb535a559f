from __future__ import annotations

import ssl
from pathlib import Path

import pytest

from potstill.net.contexts import Pair, Terms, build
from potstill.net.tls_facts import peer_variables
from tests.net.handshake import shake_hands
from tests.support.authority import Authority, Issued

TLS12, TLS13 = ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path / "authority")


@pytest.fixture
def issued(authority: Authority) -> Issued:
    return authority.issue("pot.example.com")


def server(
    certfile: Path,
    keyfile: Path | None = None,
    *,
    minimum: str = "1.2",
    ciphers: str = "",
    ca_certs: Path | None = None,
    cert_reqs: str = "none",
) -> ssl.SSLContext:
    pair = Pair(str(certfile), str(keyfile or ""))
    return build(pair, Terms(minimum, ciphers, str(ca_certs or ""), cert_reqs))


def sentence(error: pytest.ExceptionInfo[Exception]) -> str:
    """What the operator is told: one line."""
    (line,) = str(error.value).splitlines()
    return line


# -- files ---------------------------------------------------------------------------------------


def test_certificate_and_key_may_lie_in_one_file(authority: Authority, issued: Issued) -> None:
    ends = shake_hands(server(issued.together()), authority.client(), "pot.example.com")
    assert ends.shown == issued.encoded


@pytest.mark.parametrize("missing", ["certfile", "keyfile"])
def test_a_file_that_is_not_there_is_named_with_its_setting(issued: Issued, missing: str) -> None:
    path: Path = getattr(issued, missing)
    path.unlink()
    with pytest.raises(FileNotFoundError) as error:
        server(*issued.files)
    assert sentence(error) == f"{missing} {path}: No such file or directory"


def test_a_file_that_cannot_be_read_is_named(issued: Issued, tmp_path: Path) -> None:
    with pytest.raises(IsADirectoryError) as error:
        server(tmp_path, issued.keyfile)
    assert sentence(error) == f"certfile {tmp_path}: Is a directory"


def test_a_file_without_a_certificate_is_refused(issued: Issued) -> None:
    with pytest.raises(ValueError, match="no certificate in PEM form") as error:
        server(issued.keyfile, issued.keyfile)
    assert sentence(error).startswith(f"certfile {issued.keyfile}: ")


def test_a_file_without_a_key_is_refused(issued: Issued) -> None:
    with pytest.raises(ValueError, match="no private key in PEM form") as error:
        server(issued.certfile, issued.certfile)
    assert sentence(error).startswith(f"keyfile {issued.certfile}: ")


def test_a_missing_keyfile_is_recalled_when_the_certfile_has_no_key(issued: Issued) -> None:
    with pytest.raises(ValueError, match="no keyfile is named") as error:
        server(issued.certfile)
    assert sentence(error).startswith(f"certfile {issued.certfile}: ")


def test_the_key_of_another_certificate_is_refused(authority: Authority, issued: Issued) -> None:
    other = authority.issue("other.example.com").keyfile
    with pytest.raises(ValueError, match="is not the key of the certificate") as error:
        server(issued.certfile, other)
    assert sentence(error).startswith(f"keyfile {other}: ")
    assert str(issued.certfile) in sentence(error)


def test_an_encrypted_key_is_refused_and_nobody_is_asked_for_its_passphrase(
    authority: Authority, issued: Issued, capfd: pytest.CaptureFixture[str]
) -> None:
    key = authority.encrypted(issued)
    with pytest.raises(ValueError, match="the key is encrypted") as error:
        server(issued.certfile, key)
    assert sentence(error).startswith(f"keyfile {key}: ")
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("damaged", ["certfile", "keyfile"])
def test_a_damaged_file_is_refused(issued: Issued, damaged: str) -> None:
    path: Path = getattr(issued, damaged)
    lines = path.read_text().splitlines(keepends=True)
    path.write_text("".join([lines[0], "?" * 64 + "\n", *lines[1:]]))
    with pytest.raises(ValueError, match="OpenSSL does not take it") as error:
        server(*issued.files)
    assert str(path) in sentence(error)


def test_a_setting_of_one_host_is_told_from_the_default_one(tmp_path: Path) -> None:
    pair = Pair(str(tmp_path / "none"), "", origin="sni a.example.com: ")
    with pytest.raises(FileNotFoundError) as error:
        build(pair, Terms("1.2", "", "", "none"))
    assert sentence(error).startswith(f"sni a.example.com: certfile {tmp_path / 'none'}: ")


# -- versions and ciphers ------------------------------------------------------------------------


@pytest.mark.parametrize("version", [TLS12, TLS13])
def test_both_versions_are_spoken(
    authority: Authority, issued: Issued, version: ssl.TLSVersion
) -> None:
    client = authority.client()
    client.minimum_version = client.maximum_version = version
    ends = shake_hands(server(*issued.files), client, "pot.example.com")
    assert peer_variables(ends.server)["SSL_PROTOCOL"] == version.name.replace("_", ".")


def test_the_older_version_can_be_switched_off(authority: Authority, issued: Issued) -> None:
    client = authority.client()
    client.maximum_version = TLS12
    with pytest.raises(ssl.SSLError, match="UNSUPPORTED_PROTOCOL"):
        shake_hands(server(*issued.files, minimum="1.3"), client, "pot.example.com")


def test_an_old_cipher_is_spoken_only_when_it_was_asked_for(
    authority: Authority, issued: Issued
) -> None:
    old = "ECDHE-ECDSA-AES128-SHA"
    client = authority.client()
    client.maximum_version = TLS12
    client.set_ciphers(old)
    with pytest.raises(ssl.SSLError, match="NO_SHARED_CIPHER"):
        shake_hands(server(*issued.files), client, "pot.example.com")
    ends = shake_hands(server(*issued.files, ciphers=old), client, "pot.example.com")
    assert peer_variables(ends.server)["SSL_CIPHER"] == old


def test_the_server_chooses_among_the_ciphers(authority: Authority, issued: Issued) -> None:
    ours = ["ECDHE-ECDSA-AES256-GCM-SHA384", "ECDHE-ECDSA-AES128-GCM-SHA256"]
    client = authority.client()
    client.maximum_version = TLS12
    client.set_ciphers(":".join(reversed(ours)))
    context = server(*issued.files, ciphers=":".join(ours))
    ends = shake_hands(context, client, "pot.example.com")
    assert peer_variables(ends.server)["SSL_CIPHER"] == ours[0]


def test_a_cipher_that_nobody_knows_is_refused(issued: Issued) -> None:
    with pytest.raises(ValueError, match="ciphers is 'ROT13'") as error:
        server(*issued.files, ciphers="ROT13")
    assert "\n" not in sentence(error)


@pytest.mark.parametrize(
    ("offered", "chosen"),
    [(["h2", "http/1.1"], "http/1.1"), (["http/1.1"], "http/1.1"), (["h2"], None), ([], None)],
)
def test_http_1_1_is_chosen_where_it_is_offered(
    authority: Authority, issued: Issued, offered: list[str], chosen: str | None
) -> None:
    client = authority.client()
    if offered:
        client.set_alpn_protocols(offered)
    ends = shake_hands(server(*issued.files), client, "pot.example.com")
    assert ends.server.selected_alpn_protocol() == chosen


# -- client certificates -------------------------------------------------------------------------


def test_a_client_is_not_asked_for_a_certificate_unless_told(
    authority: Authority, issued: Issued
) -> None:
    client = authority.client(authority.issue("ann@example.com"))
    ends = shake_hands(server(*issued.files, ca_certs=authority.certfile), client)
    assert ends.server.getpeercert(binary_form=True) is None


@pytest.mark.parametrize("cert_reqs", ["optional", "required"])
def test_a_client_may_show_its_certificate(
    authority: Authority, issued: Issued, cert_reqs: str
) -> None:
    ann = authority.issue("ann@example.com")
    context = server(*issued.files, ca_certs=authority.certfile, cert_reqs=cert_reqs)
    ends = shake_hands(context, authority.client(ann))
    assert ends.server.getpeercert(binary_form=True) == ann.encoded


def test_a_client_may_do_without_when_it_is_optional(authority: Authority, issued: Issued) -> None:
    context = server(*issued.files, ca_certs=authority.certfile, cert_reqs="optional")
    assert shake_hands(context, authority.client()).server.getpeercert() is None


@pytest.mark.parametrize("version", [TLS12, TLS13])
def test_a_client_without_one_is_refused_when_it_is_required(
    authority: Authority, issued: Issued, version: ssl.TLSVersion
) -> None:
    client = authority.client()
    client.maximum_version = version
    context = server(*issued.files, ca_certs=authority.certfile, cert_reqs="required")
    with pytest.raises(ssl.SSLError, match="PEER_DID_NOT_RETURN_A_CERTIFICATE"):
        shake_hands(context, client)


@pytest.mark.parametrize("cert_reqs", ["optional", "required"])
def test_a_certificate_of_another_authority_is_refused(
    authority: Authority, issued: Issued, tmp_path: Path, cert_reqs: str
) -> None:
    stranger = Authority(tmp_path / "stranger").issue("ann@example.com")
    context = server(*issued.files, ca_certs=authority.certfile, cert_reqs=cert_reqs)
    with pytest.raises(ssl.SSLCertVerificationError, match="unable to get local issuer"):
        shake_hands(context, authority.client(stranger))


def test_an_expired_certificate_is_refused(authority: Authority, issued: Issued) -> None:
    late = authority.issue_expired("ann@example.com")
    context = server(*issued.files, ca_certs=authority.certfile, cert_reqs="optional")
    with pytest.raises(ssl.SSLCertVerificationError, match="has expired"):
        shake_hands(context, authority.client(late))


def test_a_file_of_authorities_that_is_not_there_is_named(issued: Issued, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError) as error:
        server(*issued.files, ca_certs=tmp_path / "none", cert_reqs="required")
    assert sentence(error) == f"ca_certs {tmp_path / 'none'}: No such file or directory"


def test_a_file_without_authorities_is_refused(issued: Issued) -> None:
    with pytest.raises(ValueError, match="no sound certificate in PEM form") as error:
        server(*issued.files, ca_certs=issued.keyfile, cert_reqs="required")
    assert sentence(error).startswith(f"ca_certs {issued.keyfile}: ")


# -- resumption ----------------------------------------------------------------------------------


@pytest.mark.parametrize("version", [TLS12, TLS13])
@pytest.mark.parametrize("cert_reqs", ["none", "required"])
def test_a_client_that_comes_again_resumes_its_session(
    authority: Authority, issued: Issued, version: ssl.TLSVersion, cert_reqs: str
) -> None:
    client = authority.client(authority.issue("ann@example.com", subject="Ann"))
    client.maximum_version = version
    context = server(*issued.files, ca_certs=authority.certfile, cert_reqs=cert_reqs)
    first = shake_hands(context, client)
    again = shake_hands(context, client, session=first.session)
    assert (first.server.session_reused, again.server.session_reused) == (False, True)
    assert peer_variables(again.server) == peer_variables(first.server)
    assert ("SSL_CLIENT_S_DN" in peer_variables(again.server)) is (cert_reqs == "required")
