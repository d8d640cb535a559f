"""Bodies that are read while they arrive (`--request-buffering off`).

Here the first read of the application says `100 Continue`, and an answer without a read says that
nothing more will be read (PEP 3333, "HTTP 1.1 Expect/Continue"; RFC 9110, 10.1.1; RFC 9112, 9.3).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest

from tests.conformance.wsgi_fixture import Fixture, echoes, record, text, wait_at
from tests.conformance.wsgi_recipes import NEXT, NEXT_BODY, Gate, Served, serving
from tests.support.wire import chunked, get, post

app = Fixture()


@app.at("late")
def reads_late(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """`/late?GATE`: read nothing before the gate opens."""
    wait_at(environ["QUERY_STRING"])
    return echoes(environ, start_response)


@app.at("bytewise")
def reads_bytewise(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    blocks = []
    while byte := environ["wsgi.input"].read(1):
        record(f"read {byte.decode()}")
        blocks.append(byte)
    return text(start_response, b"".join(blocks))


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    with serving(f"{__name__}:app", "--request-buffering", "off") as served:
        yield served


def expecting(path: str) -> bytes:
    return get(path, "Content-Length: 5", "Expect: 100-continue", method="POST")


@pytest.mark.requirement("W-S-171")
def test_the_first_read_tells_a_client_who_waits_to_continue(served: Served, gate: Gate) -> None:
    with served.client() as client:
        client.send(expecting(f"/late?{gate.path}"))
        assert client.is_silent()
        gate.open()
        assert client.interim() == 100
        client.send(b"hello" + NEXT)
        assert client.answer().body == b"hello"
        assert client.answer().body == NEXT_BODY


@pytest.mark.requirement("W-S-171")
def test_an_answer_without_a_read_comes_alone_and_ends_the_connection(served: Served) -> None:
    with served.client() as client:
        client.send(expecting("/noread"))
        answer = client.answer()
        assert (answer.status, answer.body, answer.closes) == (200, b"ok", True)
        assert client.at_end()


@pytest.mark.requirement("W-S-172")
def test_many_reads_bring_one_interim_answer(served: Served) -> None:
    with served.client() as client:
        client.send(expecting("/bytewise"))
        assert client.interim() == 100
        for byte in b"hello":
            assert client.is_silent(0.02)
            client.send(bytes([byte]))
        client.send(NEXT)
        assert client.answer().body == b"hello"
        assert client.answer().body == NEXT_BODY


@pytest.mark.requirement("W-S-074")
def test_the_application_reads_what_has_come_while_the_rest_has_not(served: Served) -> None:
    events = served.events()
    with served.client() as client:
        client.send(post("/bytewise", b"hello")[:-3])
        events.wait_for("call /bytewise", "read h", "read e")
        client.send(b"llo" + NEXT)
        assert client.answer().body == b"hello"
        assert client.answer().body == NEXT_BODY


@pytest.mark.requirement("W-S-072")
@pytest.mark.parametrize(
    "request_bytes",
    [post("/echo", b"hello")[:-1], chunked("/echo", b"5\r\nhello\r\n0\r\n")],
    ids=["sized", "chunked"],
)
def test_a_body_that_is_cut_short_while_it_is_read_is_never_whole(
    served: Served, request_bytes: bytes
) -> None:
    events = served.events()
    with served.client() as client:
        client.send(request_bytes)
        client.half_close()
        answer = client.answer()
        assert (answer.status, answer.closes) == (400, True)
        assert client.at_end()
    assert events() == ["call /echo"]


@pytest.mark.requirement("W-S-073")
@pytest.mark.parametrize(
    "damage", [b"5\r\nhelloX\r\n", b"X\r\nhello\r\n", b"5\r\nhello\r\n0\r\nX\r\n"]
)
def test_damage_that_shows_while_the_application_reads_ends_the_connection(
    served: Served, damage: bytes
) -> None:
    with served.client() as client:
        client.send(chunked("/echo", damage) + NEXT)
        answer = client.answer()
        assert (answer.status, answer.closes) == (400, True)
        assert client.at_end()
