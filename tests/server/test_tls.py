"""What is said over TLS: everything that is said without, and what environ tells of it."""

from __future__ import annotations

import json
import os
import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.server.secured import content
from tests.server.securing import APP, VERSIONS, curl, secure, sha256
from tests.support.authority import Authority, Issued
from tests.support.server import RunningServer, potstill
from tests.support.tls import HOST, TLSClient
from tests.support.wire import Client, chunked, get, post

SIZE = 8_000_001


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def issued(authority: Authority) -> Issued:
    return authority.issue(HOST, "pot.example.com")


@pytest.fixture(scope="module")
def served(issued: Issued, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    file = tmp_path_factory.mktemp("files") / "content"
    file.write_bytes(content(SIZE))
    with secure(issued, FILE=str(file)) as server:
        yield server


@pytest.fixture
def client(served: RunningServer, authority: Authority) -> Iterator[TLSClient]:
    with TLSClient(served.port, authority.client()) as connected:
        yield connected


# -- environ -------------------------------------------------------------------------------------


@pytest.mark.parametrize("version", VERSIONS)
def test_curl_is_served_in_both_versions(
    served: RunningServer, authority: Authority, version: str
) -> None:
    done = curl(authority, *VERSIONS[version], f"{served.url}/env")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert (told["wsgi.url_scheme"], told["HTTPS"]) == ("https", "on")
    assert (told["SERVER_NAME"], told["SERVER_PORT"]) == (HOST, str(served.port))
    assert told["SSL_PROTOCOL"] == version
    assert "AES" in told["SSL_CIPHER"]
    assert told["SSL_CLIENT_VERIFY"] == "NONE"
    assert not any(key.startswith("SSL_CLIENT_") for key in told.keys() - {"SSL_CLIENT_VERIFY"})


def test_the_name_that_was_asked_for_is_told(served: RunningServer, authority: Authority) -> None:
    with TLSClient(served.port, authority.client(), name="pot.example.com") as client:
        client.send(get("/env"))
        assert json.loads(client.answer().body)["SSL_TLS_SNI"] == "pot.example.com"


def test_each_request_of_a_connection_is_told_the_same(client: TLSClient) -> None:
    client.send(get("/env") * 2)
    first, second = (json.loads(client.answer().body) for _ in range(2))
    assert first == second
    assert first["SSL_PROTOCOL"] == "TLSv1.3"


def test_http_and_https_are_spoken_side_by_side(issued: Issued, authority: Authority) -> None:
    certfile = str(issued.together())
    binds = ("--bind", "http://127.0.0.1:0", "--bind", "https://127.0.0.1:0")
    with potstill(APP, "--certfile", certfile, *binds, bind=None) as server:
        plain_port = int(server.wait_for(r"at http://127\.0\.0\.1:(\d+)")[1])
        secure_port = int(server.wait_for(r"at https://127\.0\.0\.1:(\d+)")[1])
        with Client(plain_port) as plain, TLSClient(secure_port, authority.client()) as sealed:
            for client in (plain, sealed):
                client.send(get("/env"))
            told, told_over_tls = (json.loads(c.answer().body) for c in (plain, sealed))
    assert told["wsgi.url_scheme"] == "http"
    assert not [key for key in told if key.startswith(("HTTPS", "SSL_"))]
    assert (told_over_tls["wsgi.url_scheme"], told_over_tls["HTTPS"]) == ("https", "on")


# -- conversations -------------------------------------------------------------------------------


def test_a_connection_is_kept_and_requests_may_queue(client: TLSClient) -> None:
    client.send(b"".join(get(f"/{number}") for number in range(100)))
    assert [client.answer().body for _ in range(100)] == [b"/%d" % n for n in range(100)]
    client.send(get("/last", "Connection: close"))
    assert client.answer().closes
    assert client.at_end()


def test_a_request_may_come_in_many_records(client: TLSClient) -> None:
    for byte in post("/digest", b"malt"):
        client.send(bytes([byte]))
    assert client.answer().body.decode() == sha256(b"malt")


@pytest.mark.parametrize("path", [f"/big/{SIZE}", f"/stream/{SIZE}", "/file"])
def test_a_large_answer_is_the_same_to_the_last_byte(client: TLSClient, path: str) -> None:
    client.send(get(path) + get("/next"))
    assert sha256(client.answer().body) == sha256(content(SIZE))
    assert client.answer().body == b"/next"


def test_a_large_body_is_the_same_to_the_last_byte(client: TLSClient) -> None:
    data = content(SIZE)
    client.send(post("/digest", data) + get("/next"))
    assert client.answer().body.decode() == sha256(data)
    assert client.answer().body == b"/next"


def test_a_body_may_come_in_chunks(client: TLSClient) -> None:
    client.send(chunked("/digest", b"3\r\nmal\r\n1\r\nt\r\n0\r\n\r\n"))
    assert client.answer().body.decode() == sha256(b"malt")


def test_a_client_may_wait_for_100_continue(client: TLSClient) -> None:
    data = post("/digest", b"malt", "Expect: 100-continue")
    client.send(data[:-4])
    assert client.interim() == 100
    client.send(data[-4:])
    assert client.answer().body.decode() == sha256(b"malt")


def test_head_is_answered_without_a_body(client: TLSClient) -> None:
    client.send(get("/big/5000", method="HEAD") + get("/next"))
    assert client.answer("HEAD").get("content-length") == "5000"
    assert client.answer().body == b"/next"


def test_curl_uploads_and_downloads(
    served: RunningServer, authority: Authority, tmp_path: Path
) -> None:
    up, down = tmp_path / "up", tmp_path / "down"
    up.write_bytes(content(SIZE))
    done = curl(authority, "--upload-file", str(up), f"{served.url}/digest")
    assert done.stdout == sha256(content(SIZE)), done.stderr
    done = curl(authority, "--output", str(down), f"{served.url}/file")
    assert down.read_bytes() == content(SIZE), done.stderr


def test_a_slow_reader_gets_all_and_holds_nobody_up(
    issued: Issued, authority: Authority, tmp_path: Path
) -> None:
    file = tmp_path / "content"
    file.write_bytes(content(SIZE))
    context = authority.client()
    with ExitStack() as stack:
        server = stack.enter_context(secure(issued, "--threads=2", FILE=str(file)))
        readers = [TLSClient(server.port, context, receive_buffer=4096) for _ in range(4)]
        for path, reader in zip(("/file", f"/big/{SIZE}") * 2, readers, strict=True):
            stack.enter_context(reader).send(get(path))
        with TLSClient(server.port, context) as quick:
            quick.send(get("/quick"))
            assert quick.answer().body == b"/quick"
        for reader in readers:
            assert reader.answer().body == content(SIZE)


@pytest.mark.parametrize("buffering", ["on", "off"])
def test_nothing_is_mixed_up_among_many_that_come_and_go(
    issued: Issued, authority: Authority, buffering: str
) -> None:
    """Calls on both sides of the hand-over, bodies of all sizes, more clients than threads."""
    context = authority.client()
    with secure(issued, "--threads=3", "--request-buffering", buffering) as server:

        def visit(seed: int) -> int:
            rng = random.Random(seed)
            for _ in range(6):
                with TLSClient(server.port, context) as client:
                    for size in (round(10 ** rng.uniform(0, 6)) for _ in range(5)):
                        converse(client, size)
            return seed

        with ThreadPoolExecutor(8) as visitors:
            assert list(visitors.map(visit, range(8))) == list(range(8))


def converse(client: TLSClient, size: int) -> None:
    data = content(size)
    for request, expected in (
        (get(f"/nap/{size}"), f"/nap/{size}".encode()),
        (post("/digest", data), sha256(data).encode()),
        (get(f"/stream/{size}"), data),
    ):
        client.send(request)
        assert client.answer().body == expected


# -- the end -------------------------------------------------------------------------------------


def test_a_stop_finishes_what_was_begun(
    issued: Issued, authority: Authority, tmp_path: Path
) -> None:
    gate = tmp_path / "gate"
    os.mkfifo(gate)
    with (
        secure(issued, GATE=str(gate)) as server,
        TLSClient(server.port, authority.client()) as busy,
        TLSClient(server.port, authority.client(), receive_buffer=4096) as reader,
        TLSClient(server.port, authority.client()) as idle,
    ):
        reader.send(get(f"/big/{SIZE}"))
        assert reader.tls.recv(1) == b"H"
        busy.send(get("/wait"))
        opened = gate.open("wb")  # waits for the application
        server.process.terminate()
        assert idle.at_end()
        opened.close()
        assert busy.answer().body == b"/wait"
        assert busy.at_end()
        assert reader.rest().endswith(content(SIZE))
        assert server.process.wait(10) == 0
