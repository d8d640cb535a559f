"""Handshakes that fail, stall or never begin: each costs its own connection, and nobody else's."""

from __future__ import annotations

import random
import subprocess
import time
from collections.abc import Iterator

import pytest

from tests.net.handshake import first_flight
from tests.server.securing import APP, secure, sha256
from tests.support.authority import Authority
from tests.support.server import RunningServer, potstill
from tests.support.tls import HOST, SteppingClient, TLSClient, hung_up
from tests.support.wire import Client, get, post, until

LATE = 10.0


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def served(authority: Authority) -> Iterator[RunningServer]:
    with secure(authority.issue(HOST)) as server:
        yield server


@pytest.fixture(scope="module")
def hasty(authority: Authority) -> Iterator[RunningServer]:
    with secure(authority.issue(HOST), "--handshake-timeout", "1", "--threads", "2") as server:
        yield server


@pytest.fixture(autouse=True)
def _others_are_served(served: RunningServer, authority: Authority) -> Iterator[None]:
    """Whatever a test has done, the next client is answered."""
    yield
    assert_goes_on(served, authority)


def assert_goes_on(server: RunningServer, authority: Authority) -> None:
    with TLSClient(server.port, authority.client()) as client:
        client.send(get("/next"))
        assert client.answer().body == b"/next"


def s_client(server: RunningServer, data: bytes, *arguments: str) -> str:
    """What `openssl s_client` tells of sending so much."""
    command = ["openssl", "s_client", "-connect", f"{HOST}:{server.port}", *arguments]
    done = subprocess.run(
        command,
        input=data,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=30,
        check=False,
    )
    return done.stdout.decode(errors="backslashreplace")


# -- unusual, but right --------------------------------------------------------------------------


def test_a_handshake_may_come_byte_by_byte(served: RunningServer, authority: Authority) -> None:
    with SteppingClient(served.port, authority.client(), step=1) as client:
        client.send(get("/stepping"))
        assert client.answer().body == b"/stepping"


@pytest.mark.parametrize("step", [1, 100, 1 << 20])
def test_requests_may_come_with_the_end_of_the_handshake(
    served: RunningServer, authority: Authority, step: int
) -> None:
    first = get("/one") + get("/two") + post("/digest", b"m" * 50_000)
    with SteppingClient(served.port, authority.client(), step=step, first=first) as client:
        assert [client.answer().body for _ in range(2)] == [b"/one", b"/two"]
        assert client.answer().body.decode() == sha256(b"m" * 50_000)
        assert client.is_silent(0)


def test_openssl_finds_nothing_missing_at_the_end(served: RunningServer) -> None:
    told = s_client(served, get("/big/100000", "Connection: close"), "-quiet", "-ign_eof")
    assert "HTTP/1.1 200 OK" in told
    assert "unexpected eof" not in told


# -- garbage -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "garbage",
    [b"\x00" * 100, b"\xff" * 5000, b"\x16\x03\x01\x02\x00garbage" * 100, b"\x80\x2e\x01\x03\x01"],
    ids=["zeros", "ones", "a hello that is none", "a hello of the last century"],
)
def test_garbage_instead_of_a_handshake_ends_the_connection(
    served: RunningServer, garbage: bytes
) -> None:
    with Client(served.port) as client:
        client.send(garbage)
        assert hung_up(client.sock, LATE)


def test_random_bytes_instead_of_a_handshake_end_the_connection(served: RunningServer) -> None:
    rng = random.Random(122)
    for _ in range(50):
        with Client(served.port) as client:
            client.send(b"\x16\x03\x01" + rng.randbytes(rng.randrange(100, 20_000)))
            client.half_close()
            assert hung_up(client.sock, LATE)


def test_a_hello_cut_anywhere_is_forgotten(served: RunningServer, authority: Authority) -> None:
    hello = first_flight(authority.client(), HOST)
    before = served.descriptors()
    for end in range(0, len(hello), 7):
        with Client(served.port) as client:
            client.send(hello[:end])
            if end % 2:
                client.half_close()
                assert hung_up(client.sock, LATE)
            else:
                client.reset()
    until(lambda: served.descriptors() <= before)


def test_garbage_within_tls_is_no_request(served: RunningServer) -> None:
    assert "HTTP/1.1 400 Bad Request" in s_client(served, b"\x00\xff garbage\r\n\r\n", "-ign_eof")


def test_garbage_below_tls_ends_the_connection(served: RunningServer, authority: Authority) -> None:
    with TLSClient(served.port, authority.client()) as client:
        client.send(get("/x"))
        assert client.answer().body == b"/x"
        with client.below() as sock:
            sock.sendall(b"\x17\x03\x03\x00\x40" + b"g" * 64 + get("/never"))
            assert hung_up(sock, LATE)


def test_a_record_cut_short_is_no_request(served: RunningServer, authority: Authority) -> None:
    with TLSClient(served.port, authority.client()) as client, client.below() as sock:
        sock.sendall(b"\x17\x03\x03\x40\x00" + b"g" * 100)
        client.sock.close()
    assert_goes_on(served, authority)


def test_a_host_that_cannot_be_one_ends_the_connection(authority: Authority) -> None:
    """`ssl` gives up what is not ASCII, and prints so; anything else is a name nobody has."""
    hello = first_flight(authority.client(), "pot.example.com")
    with potstill(APP, "--certfile", str(authority.issue(HOST).together())) as server:
        with Client(server.port) as client:
            client.send(hello.replace(b"pot.example.com", b"p\xfft.example.com"))
            assert hung_up(client.sock, LATE)
        assert_goes_on(server, authority)


# -- versions ------------------------------------------------------------------------------------


def test_an_old_version_is_refused(served: RunningServer) -> None:
    told = s_client(served, b"", "-tls1_1", "-cipher", "ALL:@SECLEVEL=0")
    assert "alert protocol version" in told


def test_a_client_cannot_begin_anew_within_a_connection(served: RunningServer) -> None:
    told = s_client(served, b"R\n", "-tls1_2")
    assert "RENEGOTIATING" in told
    assert "no renegotiation" in told


# -- silence -------------------------------------------------------------------------------------


@pytest.mark.parametrize("part", [0.0, 0.5, 1.0], ids=["nothing", "half a hello", "a hello"])
def test_a_client_that_falls_silent_is_let_go(
    hasty: RunningServer, authority: Authority, part: float
) -> None:
    hello = first_flight(authority.client(), HOST)
    with Client(hasty.port) as client:
        began = time.monotonic()
        client.send(hello[: int(len(hello) * part)])
        assert hung_up(client.sock, LATE)
        assert time.monotonic() - began > 0.9


def test_a_hello_that_drips_is_not_saved_by_its_progress(
    hasty: RunningServer, authority: Authority
) -> None:
    hello = first_flight(authority.client(), HOST)
    with Client(hasty.port) as client:
        began = time.monotonic()
        for byte in hello:
            client.send(bytes([byte]))
            if not client.is_silent(0.1):
                break
        assert hung_up(client.sock, LATE)
        assert 0.9 < time.monotonic() - began < LATE
