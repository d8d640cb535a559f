from __future__ import annotations

import ssl
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from potstill.net.certificates import LOOK_EVERY, Certificates
from potstill.net.tls_facts import ServerSide, peer_variables
from tests.net.handshake import first_flight, shake_hands
from tests.support.authority import Authority, Issued
from tests.support.wire import until

SNI = Sequence[tuple[str, str, str]]


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path / "authority")


def unexpected(sentence: str) -> None:
    raise AssertionError(sentence)


def certificates(
    issued: Issued,
    *,
    sni: SNI = (),
    ca_certs: Path | None = None,
    complain: Callable[[str], None] = unexpected,
    tell: Callable[[str], None] = unexpected,
) -> Certificates:
    """Of these files; whatever the test does not listen to shall not be said."""
    certfile, keyfile = issued.names
    return Certificates(
        certfile=certfile,
        keyfile=keyfile,
        sni=sni,
        ca_certs=str(ca_certs or ""),
        cert_reqs="required" if ca_certs else "none",
        ciphers="",
        minimum="1.2",
        complain=complain,
        tell=tell,
    )


def await_tick(path: Path) -> None:
    """Wait until a change of the file gets another time: the file system's clock is coarse."""
    probe = path.with_suffix(".probe")

    def has_ticked() -> bool:
        probe.write_bytes(b"")
        return probe.stat().st_ctime_ns > path.stat().st_ctime_ns

    until(has_ticked)


# -- which certificate ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        (None, "default"),
        ("elsewhere.example.org", "default"),
        ("example.com", "default"),
        ("www.example.com", "www"),
        ("WWW.Example.COM", "www"),
        ("www.example.com.", "www"),
        ("mash.example.com", "wildcard"),
        ("Tun.EXAMPLE.com.", "wildcard"),
        ("deep.mash.example.com", "default"),
        ("localhost", "default"),
    ],
)
def test_a_client_is_shown_the_certificate_of_the_host_it_asks_for(
    authority: Authority, asked: str | None, shown: str
) -> None:
    hosts = {"default": "pot.test", "www": "www.example.com", "wildcard": "*.example.com"}
    issued = {kind: authority.issue(host) for kind, host in hosts.items()}
    sni = [("Www.example.com", *issued["www"].names), ("*.example.com", *issued["wildcard"].names)]
    context = certificates(issued["default"], sni=sni).context(0)
    ends = shake_hands(context, authority.client(), asked)
    assert ends.shown == issued[shown].encoded
    assert peer_variables(ends.server).get("SSL_TLS_SNI") == asked


def test_the_default_certificate_may_be_named_as_well(authority: Authority) -> None:
    issued = authority.issue("*.example.com")
    context = certificates(issued, sni=[("*.example.com", *issued.names)]).context(0)
    ends = shake_hands(context, authority.client(), "a.example.com")
    assert ends.shown == issued.encoded


@pytest.mark.parametrize(
    "forged", [b"a\r\nX: b", b"a b.c.test", b"../../.tes", b"..........", b"[::1]:4433"]
)
def test_what_cannot_name_a_host_is_as_good_as_nothing(authority: Authority, forged: bytes) -> None:
    context = certificates(authority.issue("pot.test")).context(0)
    flight = first_flight(authority.client(), "forged.tst")
    assert flight.count(b"forged.tst") == 1
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    server = context.wrap_bio(incoming, outgoing, server_side=True)
    incoming.write(flight.replace(b"forged.tst", forged.ljust(10, b"!")))
    with pytest.raises(ssl.SSLWantReadError):
        server.do_handshake()
    assert outgoing.pending, "it went on as if nothing had been sent"
    assert isinstance(server, ServerSide)
    assert server.asked_for is None


def test_a_session_is_resumed_with_the_certificate_of_its_host(authority: Authority) -> None:
    sni = [("www.example.com", *authority.issue("www.example.com").names)]
    context = certificates(authority.issue("pot.test"), sni=sni).context(0)
    client = authority.client()
    first = shake_hands(context, client, "www.example.com")
    again = shake_hands(context, client, "www.example.com", first.session)
    assert again.server.session_reused
    assert peer_variables(again.server)["SSL_TLS_SNI"] == "www.example.com"


def test_client_certificates_are_asked_for_whatever_host_is_asked_for(authority: Authority) -> None:
    sni = [("www.example.com", *authority.issue("www.example.com").names)]
    default = authority.issue("pot.test")
    context = certificates(default, sni=sni, ca_certs=authority.certfile).context(0)
    ann = authority.client(authority.issue("ann@example.com"))
    for name in (None, "www.example.com"):
        told = peer_variables(shake_hands(context, ann, name).server)
        assert told["SSL_CLIENT_VERIFY"] == "SUCCESS"
        with pytest.raises(ssl.SSLError, match="PEER_DID_NOT_RETURN_A_CERTIFICATE"):
            shake_hands(context, authority.client(), name)


# -- files that are wrong, or change -------------------------------------------------------------


def test_a_certificate_of_one_host_that_is_wrong_is_named_with_the_host(
    authority: Authority, tmp_path: Path
) -> None:
    sni = [("www.example.com", str(tmp_path / "none.pem"), "")]
    with pytest.raises(
        FileNotFoundError, match=r"^sni www\.example\.com: certfile .*none\.pem: No such"
    ):
        certificates(authority.issue("pot.test"), sni=sni)


def test_one_that_expires_soon_is_complained_of_at_the_start_once(authority: Authority) -> None:
    late, fine = authority.issue_expired("pot.test"), authority.issue("www.example.com")
    sni = [("a.test", *late.names), ("www.example.com", *fine.names)]
    complaints: list[str] = []
    certificates(late, sni=sni, complain=complaints.append)
    assert complaints == [f"the certificate in {late.certfile} has expired, or one of its chain"]


def test_files_that_stay_are_not_read_again(authority: Authority) -> None:
    shown = certificates(authority.issue("pot.test"))
    assert len({shown.context(now * LOOK_EVERY) for now in range(5)}) == 1


def test_a_certificate_that_was_replaced_is_shown_to_new_clients(authority: Authority) -> None:
    issued, renewed = authority.issue("pot.test"), authority.issue("pot.test")
    tidings: list[str] = []
    shown = certificates(issued, tell=tidings.append)
    before = issued.encoded
    ends = shake_hands(shown.context(0), authority.client())
    issued.replace_with(renewed)
    assert shake_hands(shown.context(LOOK_EVERY - 0.01), authority.client()).shown == before
    assert shake_hands(shown.context(LOOK_EVERY), authority.client()).shown == renewed.encoded
    changed = f"{issued.certfile}, {issued.keyfile}"
    assert tidings == [f"certificates reread: {changed} changed"]
    shown.context(2 * LOOK_EVERY)
    assert len(tidings) == 1
    ends.server.write(b"still there")
    assert ends.client.read() == b"still there"


def test_the_certificate_of_one_host_is_reread_too(authority: Authority) -> None:
    www, renewed = authority.issue("www.example.com"), authority.issue("www.example.com")
    tidings: list[str] = []
    sni = [("www.example.com", *www.names)]
    shown = certificates(authority.issue("pot.test"), sni=sni, tell=tidings.append)
    www.replace_with(renewed)
    ends = shake_hands(shown.context(0), authority.client(), "www.example.com")
    assert ends.shown == renewed.encoded
    assert len(tidings) == 1


def test_links_may_be_turned_to_other_files(authority: Authority, tmp_path: Path) -> None:
    """As an orchestrator mounts secrets: links to a directory that is itself a link."""
    versions = [authority.issue("pot.test") for _ in range(2)]
    for number, version in enumerate(versions):
        folder = tmp_path / f"version-{number}"
        folder.mkdir()
        for path, name in zip(version.files, ("tls.crt", "tls.key"), strict=True):
            path.rename(folder / name)
    data, mounted = tmp_path / "data", Issued(tmp_path / "tls.crt", tmp_path / "tls.key")
    data.symlink_to("version-0")
    for path in mounted.files:
        path.symlink_to(Path("data", path.name))
    tidings: list[str] = []
    shown = certificates(mounted, tell=tidings.append)
    before = shake_hands(shown.context(0), authority.client()).shown
    (tmp_path / "fresh").symlink_to("version-1")
    (tmp_path / "fresh").replace(data)
    ends = shake_hands(shown.context(LOOK_EVERY), authority.client())
    assert ends.shown == mounted.encoded != before
    assert len(tidings) == 1


def test_nothing_is_replaced_until_all_of_it_is_good(authority: Authority) -> None:
    issued, renewed = authority.issue("pot.test"), authority.issue("pot.test")
    before = issued.encoded
    complaints: list[str] = []
    tidings: list[str] = []
    shown = certificates(issued, complain=complaints.append, tell=tidings.append)
    await_tick(issued.certfile)
    issued.certfile.write_bytes(renewed.certfile.read_bytes())
    for look in range(3):
        ends = shake_hands(shown.context(look * LOOK_EVERY), authority.client())
        assert ends.shown == before
    assert complaints == [
        f"the certificates stay as they were: keyfile {issued.keyfile}: it is not the key of the"
        f" certificate in {issued.certfile}"
    ]
    await_tick(issued.keyfile)
    issued.keyfile.write_bytes(renewed.keyfile.read_bytes())
    assert tidings == []
    assert shake_hands(shown.context(3 * LOOK_EVERY), authority.client()).shown == renewed.encoded
    assert (len(complaints), len(tidings)) == (1, 1)


def test_a_file_that_is_gone_is_complained_of_once(authority: Authority) -> None:
    issued = authority.issue("pot.test")
    complaints: list[str] = []
    tidings: list[str] = []
    shown = certificates(issued, complain=complaints.append, tell=tidings.append)
    text = issued.certfile.read_text()
    issued.certfile.unlink()
    for look in range(3):
        shake_hands(shown.context(look * LOOK_EVERY), authority.client())
    (complaint,) = complaints
    assert complaint.endswith(f"certfile {issued.certfile}: No such file or directory")
    issued.certfile.write_text(text)
    shown.context(3 * LOOK_EVERY)
    assert (len(complaints), len(tidings)) == (1, 1)


def test_a_new_mode_is_a_change_because_the_file_may_be_readable_now(authority: Authority) -> None:
    issued = authority.issue("pot.test")
    tidings: list[str] = []
    shown = certificates(issued, tell=tidings.append)
    await_tick(issued.keyfile)
    issued.keyfile.chmod(0o640)
    shown.context(0)
    assert tidings == [f"certificates reread: {issued.keyfile} changed"]


def test_a_session_does_not_outlive_the_authority_that_vouched_for_it(
    authority: Authority, tmp_path: Path
) -> None:
    other = Authority(tmp_path / "other")
    trusted = tmp_path / "trusted.pem"
    trusted.write_bytes(authority.certfile.read_bytes())
    tidings: list[str] = []
    shown = certificates(authority.issue("pot.test"), ca_certs=trusted, tell=tidings.append)
    client = authority.client(authority.issue("ann@example.com"))
    session = shake_hands(shown.context(0), client).session
    await_tick(trusted)
    trusted.write_bytes(other.certfile.read_bytes())
    with pytest.raises(ssl.SSLCertVerificationError):
        shake_hands(shown.context(LOOK_EVERY), client, session=session)
    assert len(tidings) == 1


def test_the_files_stay_the_same_when_the_directory_changes(
    authority: Authority, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    issued = authority.issue("pot.test")
    monkeypatch.chdir(issued.certfile.parent)
    shown = certificates(Issued(Path(issued.certfile.name), Path(issued.keyfile.name)))
    monkeypatch.chdir(tmp_path)
    assert shake_hands(shown.context(0), authority.client()).shown == issued.encoded
