"""`Expect: 100-continue`, as this server answers it (PEP 3333; RFC 9110, 10.1.1).

Bodies are complete before the call, so the server itself says `100 Continue`, after every check of
the head and before it reads.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.conformance.wsgi_fixture import Fixture
from tests.conformance.wsgi_recipes import NEXT, NEXT_BODY, Events, Served, refused, serving
from tests.support.wire import Client, get

app = Fixture()


@pytest.fixture(scope="module")
def strict() -> Iterator[Served]:
    with serving(f"{__name__}:app", "--limit-request-body", "100") as served:
        yield served


def expecting(*lines: str, token: str = "100-continue", version: str = "1.1") -> bytes:
    return get("/echo", *lines, f"Expect: {token}", method="POST", version=version)


@pytest.mark.requirement("W-S-170")
@pytest.mark.parametrize("token", ["100-continue", "100-CONTINUE", "100-Continue"])
def test_a_client_who_waits_is_told_to_continue(client: Client, events: Events, token: str) -> None:
    client.send(expecting("Content-Length: 5", token=token))
    assert client.interim() == 100
    assert client.is_silent(0.05)
    assert events() == []
    client.send(b"hello" + NEXT)
    assert client.answer().body == b"hello"
    assert client.answer().body == NEXT_BODY


@pytest.mark.requirement("W-S-170")
def test_a_client_who_waits_to_send_chunks_is_told_to_continue(client: Client) -> None:
    client.send(expecting("Transfer-Encoding: chunked"))
    assert client.interim() == 100
    client.send(b"5\r\nhello\r\n0\r\n\r\n" + NEXT)
    assert client.answer().body == b"hello"
    assert client.answer().body == NEXT_BODY


@pytest.mark.requirement("W-S-171")
@pytest.mark.parametrize(
    ("line", "status"),
    [
        ("Content-Length: 101", 413),
        ("Content-Length: x", 400),
        ("Transfer-Encoding: gzip", 400),
        ("X-Bad : 1", 400),
    ],
)
def test_a_request_refused_for_its_head_is_never_told_to_continue(
    strict: Served, line: str, status: int
) -> None:
    with strict.client() as client:
        refused(client, expecting(line), status)


@pytest.mark.requirement("W-S-171", "W-S-172")
def test_a_client_who_does_not_wait_gets_at_most_one_interim_answer(client: Client) -> None:
    client.send(expecting("Content-Length: 5") + b"hello" + NEXT)
    data = b""
    while NEXT_BODY not in data:
        data += client.sock.recv(65536)
    assert data.count(b"HTTP/1.1 100 ") <= 1
    assert data.count(b"HTTP/1.1 ") - data.count(b"HTTP/1.1 100 ") == 2
    assert data.index(b"HTTP/1.1 200 ") >= data.rfind(b"HTTP/1.1 100 ")


@pytest.mark.requirement("W-S-172")
@pytest.mark.parametrize("lines", [(), ("Content-Length: 0",)], ids=["nothing", "length 0"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_without_a_body_there_is_one_final_answer(
    client: Client, method: str, lines: tuple[str, ...]
) -> None:
    client.send(get("/echo", "Expect: 100-continue", *lines, method=method) + NEXT)
    assert client.answer().status == 200
    assert client.answer().body == NEXT_BODY


@pytest.mark.requirement("W-S-172")
def test_an_http_1_0_client_is_never_told_to_continue(client: Client) -> None:
    client.send(expecting("Content-Length: 5", version="1.0"))
    assert client.is_silent()
    client.send(b"hello")
    assert client.answer().body == b"hello"


@pytest.mark.requirement("W-S-172")
def test_a_body_in_many_pieces_brings_one_interim_answer(client: Client) -> None:
    client.send(expecting("Content-Length: 5"))
    assert client.interim() == 100
    for byte in b"hello":
        assert client.is_silent(0.02)
        client.send(bytes([byte]))
    assert client.answer().body == b"hello"
