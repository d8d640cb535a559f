"""TLS as HTTP wants it (RFC 9110, 4.2.2; RFC 9112, 9.8): REQUIREMENTS.md 2.6, H-122.

`TLSClient` takes no end of a connection for one that was not announced by close_notify.
"""

from __future__ import annotations

import json
import os
import signal
import ssl
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from tests.conformance.http_server import NEXT, Served, serving
from tests.net.handshake import first_flight
from tests.server.secured import content
from tests.server.securing import secure
from tests.support.authority import Authority
from tests.support.tls import HOST, SteppingClient, TLSClient, hung_up
from tests.support.wire import Client, chunked, get, post, until

SILENT = 100
MOST_IN_KERNEL = 8_000_000
"""More than sockets keep on the way."""
LATE = 10


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def files(authority: Authority) -> tuple[str, str]:
    """The setting of a certificate."""
    return "--certfile", str(authority.issue(HOST).together())


@pytest.fixture(scope="module")
def server(files: tuple[str, str]) -> Iterator[Served]:
    with serving(*files) as served:
        yield served


@pytest.fixture
def client(server: Served, authority: Authority) -> Iterator[TLSClient]:
    with TLSClient(server.port, authority.client()) as connected:
        yield connected


# -- close_notify --------------------------------------------------------------------------------


@pytest.mark.requirement("H-122")
@pytest.mark.parametrize("path", ["/x", "/stream", "/big/300000", "/status/204", "/fail"])
@pytest.mark.parametrize("version", ["1.1", "1.0"])
def test_an_orderly_end_is_announced(client: TLSClient, path: str, version: str) -> None:
    client.send(get(path, "Connection: close", version=version))
    answer = client.answer()
    assert answer.closes
    assert client.at_end()


@pytest.mark.requirement("H-122")
def test_the_end_behind_a_refusal_is_announced(client: TLSClient) -> None:
    client.send(chunked("/never", b"no size\r\n") + get("/never"))
    answer = client.answer()
    assert (answer.status, answer.closes) == (400, True)
    assert client.at_end()


@pytest.mark.requirement("H-122")
def test_the_end_of_an_idle_connection_is_announced(
    files: tuple[str, str], authority: Authority
) -> None:
    with (
        serving(*files, "--keep-alive=1") as served,
        TLSClient(served.port, authority.client()) as client,
    ):
        client.send(get("/x"))
        assert client.answer().body == b"root:/x"
        assert client.at_end()


@pytest.mark.requirement("H-122")
@pytest.mark.requirement("H-097")
def test_a_stop_announces_the_end_to_the_idle_and_the_busy(
    files: tuple[str, str], authority: Authority
) -> None:
    context = authority.client()
    with (
        serving(*files) as served,
        TLSClient(served.port, context) as busy,
        TLSClient(served.port, context) as idle,
    ):
        busy.send(get("/wait"))
        until(lambda: "call GET /wait" in served.events())
        served.process.process.send_signal(signal.SIGTERM)
        assert idle.at_end()
        served.open_gate()
        answer = busy.answer()
        assert (answer.body, answer.closes) == (b"root:/wait", True)
        assert busy.at_end()


@pytest.mark.requirement("H-122")
def test_the_client_may_announce_the_end_first(client: TLSClient) -> None:
    client.send(get("/x"))
    assert client.answer().body == b"root:/x"
    plain = client.tls.unwrap()  # sends close_notify, and waits for the server's
    assert hung_up(plain, LATE)


@pytest.mark.requirement("H-122")
@pytest.mark.parametrize("path", ["/x", "/slow", "/big/3000000"])
@pytest.mark.parametrize("together", [True, False], ids=["in one segment", "one by one"])
def test_what_a_client_asked_before_it_announced_its_end_is_answered(
    server: Served, authority: Authority, path: str, together: bool
) -> None:
    """A close_notify of the client is an end of its input, as a FIN would be."""
    with SteppingClient(server.port, authority.client()) as client:
        if together:
            client.half_close(get(path) + NEXT)
        else:
            client.send(get(path) + NEXT)
            client.half_close()
        assert client.answer().status == 200
        assert client.answer().body == b"root:/next"
        assert client.at_end()


@pytest.mark.requirement("H-122")
def test_a_request_that_its_client_announced_to_be_over_is_not_waited_for(
    server: Served, authority: Authority
) -> None:
    start = server.mark()
    with SteppingClient(server.port, authority.client()) as client:
        client.half_close(get("/never")[:-2])
        answer = client.answer()
        assert (answer.status, answer.closes) == (400, True)
        assert client.at_end()
    assert server.events(start) == []


@pytest.mark.requirement("H-122")
def test_a_client_that_leaves_without_a_word_harms_nobody(
    server: Served, authority: Authority
) -> None:
    for leave in (Client.close, Client.reset):
        client = TLSClient(server.port, authority.client())
        client.send(get("/x") + get("/slow"))
        assert client.answer().body == b"root:/x"
        leave(client)
    healthy(server, authority)


@pytest.mark.requirement("H-122")
@pytest.mark.parametrize("version", ["1.1", "1.0"])
def test_an_answer_that_was_broken_off_has_no_orderly_end(
    files: tuple[str, str], authority: Authority, version: str
) -> None:
    """Over HTTP/1.0 the end of the connection is the end of the body: nothing else tells."""
    with (
        serving(*files, "--graceful-timeout=0.5") as served,
        TLSClient(served.port, authority.client()) as client,
    ):
        client.send(get("/forever", version=version))
        assert client.tls.recv(8) == b"HTTP/1.1"
        os.kill(served.process.pid, signal.SIGTERM)
        with pytest.raises((ssl.SSLEOFError, ConnectionResetError)):
            client.rest()


# -- plain HTTP ----------------------------------------------------------------------------------


@pytest.mark.requirement("H-122")
@pytest.mark.parametrize(
    "data",
    [get("/never"), get("/never", version="1.0"), post("/never", b"x" * 100_000), b"GET /never"],
    ids=["GET", "HTTP 1.0", "POST", "the beginning of a request"],
)
def test_plain_http_is_refused_at_once_and_in_words(server: Served, data: bytes) -> None:
    start = server.mark()
    with Client(server.port) as client:
        began = time.monotonic()
        client.send(data)
        answer = client.answer()
        assert answer.status == 400
        assert answer.body.startswith(b"This port speaks TLS: ")
        assert answer.closes
        assert client.at_end()
        assert time.monotonic() - began < 1
    assert server.events(start) == []


@pytest.mark.requirement("H-122")
@pytest.mark.requirement("H-027")
def test_a_tls_hello_to_a_plain_port_is_no_request(authority: Authority) -> None:
    with serving() as plain:
        plain.refused(first_flight(authority.client(), HOST), follow=b"")


# -- what differs for applications ---------------------------------------------------------------


@pytest.mark.requirement("W-S-041")
def test_the_scheme_is_that_of_the_connection(client: TLSClient) -> None:
    client.send(get("/env"))
    told = json.loads(client.answer().body)
    assert (told["wsgi.url_scheme"], told["HTTPS"]) == ("https", "on")


@pytest.mark.requirement("H-022")
def test_a_target_may_name_the_scheme_that_is_spoken_and_no_other(
    server: Served, client: TLSClient
) -> None:
    start = server.mark()
    client.send(get("https://a/x") + get("http://a/never") + NEXT)
    assert client.answer().body == b"root:/x"
    assert client.answer().status == 421
    assert client.answer().body == b"root:/next"
    assert server.events(start) == ["call GET /x", "call GET /next"]


@pytest.mark.requirement("W-S-169")
def test_a_file_follows_the_rules_over_tls_too(authority: Authority, tmp_path: Path) -> None:
    data = content(1_000_001)
    with (
        file_served(authority, tmp_path, data) as (port, _),
        TLSClient(port, authority.client()) as client,
    ):
        client.send(get("/file", method="HEAD") + get("/file") + get("/next"))
        assert client.answer("HEAD").get("content-length") == str(len(data))
        assert client.answer().body == data
        assert client.answer().body == b"/next"
        client.send(get("/file", version="1.0"))
        assert client.answer().body == data
        assert client.at_end()


@pytest.mark.requirement("W-S-169", "H-122")
def test_a_file_that_shrinks_ends_the_connection_and_not_in_order(
    authority: Authority, tmp_path: Path
) -> None:
    with file_served(authority, tmp_path, content(2 * MOST_IN_KERNEL)) as (port, file):
        with TLSClient(port, authority.client(), receive_buffer=4096) as client:
            client.send(get("/file") + get("/never"))
            assert client.tls.recv(1) == b"H"
            os.truncate(file, MOST_IN_KERNEL)
            with pytest.raises((ssl.SSLEOFError, ConnectionResetError)):
                client.rest()
        with TLSClient(port, authority.client()) as other:
            other.send(get("/next"))
            assert other.answer().body == b"/next"


@contextmanager
def file_served(authority: Authority, folder: Path, data: bytes) -> Iterator[tuple[int, Path]]:
    """The port of a server that has this data in a file, at /file; and the file."""
    file = folder / "content"
    file.write_bytes(data)
    with secure(authority.issue(HOST), FILE=str(file)) as served:
        yield served.port, file


# -- where connections are accepted --------------------------------------------------------------


@pytest.mark.requirement("H-122")
@pytest.mark.parametrize("part", [0, 100, None], ids=["nothing", "half a hello", "a hello"])
def test_handshakes_that_go_nowhere_keep_nobody_from_being_accepted(
    files: tuple[str, str], authority: Authority, part: int | None
) -> None:
    hello = first_flight(authority.client(), HOST)[:part]
    with serving(*files, "--threads=1") as served, ExitStack() as stalled:
        before = served.process.descriptors()
        for _ in range(SILENT):
            stalled.enter_context(Client(served.port)).send(hello)
        until(lambda: served.process.descriptors() >= before + SILENT)
        began = time.monotonic()
        healthy(served, authority)
        assert time.monotonic() - began < 2


def healthy(server: Served, authority: Authority) -> None:
    """Another client is answered."""
    with TLSClient(server.port, authority.client()) as client:
        client.send(get("/health", "Connection: close"))
        assert client.answer().body == b"root:/health"
        assert client.at_end()
