"""Deadlines: REQUIREMENTS.md 2.5, H-090 to H-093, on servers whose patience is one second.

A bound from above is far beyond the deadline it shows to exist: a server without one would never
end the connection at all. Nothing here sleeps; `is_silent` paces a slow client.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator

import pytest

from tests.conformance.http_server import Served, serving
from tests.support.wire import Client, chunked, get, post, until

HASTY = ("--head-timeout=1", "--body-timeout=1", "--keep-alive=1", "--threads=2")
LATE = 10


@pytest.fixture(scope="module")
def hasty() -> Iterator[Served]:
    with serving(*HASTY) as served:
        yield served


def seconds_until_answered(client: Client, drips: bytes, pace: float = 0.1) -> float:
    """Send byte by byte until something arrives, or the end; how long that took."""
    began = time.monotonic()
    for at in range(len(drips)):
        client.send(drips[at : at + 1])
        if not client.is_silent(pace):
            break
    return time.monotonic() - began


@pytest.mark.requirement("H-090")
@pytest.mark.parametrize(
    "drips",
    [
        get("/never", "X-A: " + "b" * 500),
        b"G" * 500,
        b"\r\n" + get("/never", "X-A: " + "b" * 500),
        get("/never", *[f"X-{n}: b" for n in range(60)]),
    ],
    ids=["a field", "a method", "an empty line", "fields"],
)
def test_a_dripped_head_gets_408_at_its_deadline(hasty: Served, drips: bytes) -> None:
    with hasty.connect() as client:
        assert 0.9 < seconds_until_answered(client, drips) < LATE
        answer = client.answer()
        assert answer.status == 408
        assert answer.closes
        assert client.at_end()


@pytest.mark.requirement("H-090")
def test_a_later_head_of_a_connection_has_its_deadline_too(hasty: Served) -> None:
    with hasty.connect() as client:
        client.send(get("/x"))
        assert client.answer().body == b"root:/x"
        assert 0.9 < seconds_until_answered(client, get("/never", "X-A: " + "b" * 500)) < LATE
        assert client.answer().status == 408
        assert client.at_end()


@pytest.mark.requirement("H-090")
@pytest.mark.parametrize("data", [b"", b"\r", b"\r\n", b"\r\n\r\n", b"G", get("/never")[:-2]])
def test_a_head_that_stalls_ends_the_connection_in_time(hasty: Served, data: bytes) -> None:
    with hasty.connect() as client:
        client.send(data)
        began = time.monotonic()
        assert client.rest()[:12] in (b"", b"HTTP/1.1 408")
        assert 0.9 < time.monotonic() - began < LATE
    hasty.healthy()


@pytest.mark.requirement("H-091")
@pytest.mark.parametrize(
    "data",
    [
        post("/never", b"hello")[:-3],
        post("/never", b"hello")[:-5],
        chunked("/never", b"5\r\nhe"),
        chunked("/never", b"5"),
        chunked("/never", b"5\r\nhello\r\n0\r\n"),
        post("/never", b"x" * 2_000_000)[:-1],
    ],
    ids=["some of it", "none of it", "a chunk", "a size", "trailers", "nearly all of 2 MB"],
)
def test_a_stalled_body_gets_408_and_no_call(hasty: Served, data: bytes) -> None:
    start = hasty.mark()
    with hasty.connect() as client:
        client.send(data)
        began = time.monotonic()
        answer = client.answer()
        assert 0.9 < time.monotonic() - began < LATE
        assert answer.status == 408
        assert answer.closes
        assert client.at_end()
    assert hasty.events(start) == []


@pytest.mark.requirement("H-091", "H-094")
def test_stalled_bodies_delay_no_other_request(hasty: Served) -> None:
    stalled = [hasty.connect() for _ in range(6)]
    for client in stalled:
        client.send(post("/never", b"hello")[:-1])
    hasty.healthy()
    for client in stalled:
        assert client.answer().status == 408
        client.close()


@pytest.mark.requirement("H-091")
def test_a_body_that_keeps_moving_is_not_cut(hasty: Served) -> None:
    data = post("/echo", b"0123456789")
    with hasty.connect() as client:
        client.send(data[:-10])
        assert seconds_until_answered(client, data[-10:], 0.25) > 2
        assert client.answer().body == b"0123456789"


@pytest.mark.requirement("H-092")
def test_an_idle_connection_is_closed_without_a_word(hasty: Served) -> None:
    with hasty.connect() as client:
        client.send(get("/x"))
        assert client.answer().body == b"root:/x"
        began = time.monotonic()
        assert client.at_end()
        assert 0.9 < time.monotonic() - began < LATE


@pytest.mark.requirement("H-092")
def test_a_connection_is_not_idle_before_its_answer_is_complete(hasty: Served) -> None:
    with hasty.connect() as client:
        client.send(get("/wait"))
        assert client.is_silent(1.5)
        hasty.open_gate()
        assert client.answer().body == b"root:/wait"
        client.send(get("/x"))
        assert client.answer().body == b"root:/x"


@pytest.mark.requirement("H-092")
def test_connections_whose_clients_went_are_given_back_at_once() -> None:
    with serving() as patient:
        patient.healthy()
        base = patient.process.descriptors()
        for _ in range(1000):
            with patient.connect() as client:
                client.send(get("/x"))
                client.answer()
        until(lambda: patient.process.descriptors() <= base)


@pytest.fixture(scope="module")
def pressing() -> Iterator[Served]:
    """A server that keeps little of an answer and waits two seconds for its reader to move."""
    settings = ("--write-timeout=2", "--output-memory=64KiB", "--output-spill=1MiB", "--threads=2")
    with serving(*settings) as served:
        yield served


@pytest.mark.requirement("H-093")
def test_an_application_without_a_reader_is_closed_and_its_thread_given_back(
    pressing: Served,
) -> None:
    start = pressing.mark()
    with pressing.connect() as client, pressing.connect() as other:
        client.send(get("/forever"))
        other.send(get("/forever"))
        until(lambda: pressing.events(start).count("close /forever") == 2, LATE)
        pressing.healthy()


@pytest.mark.requirement("H-093")
def test_a_complete_answer_without_a_reader_is_given_up() -> None:
    with serving("--write-timeout=1") as served:
        served.healthy()
        base = served.process.descriptors()
        with served.connect() as client:
            client.send(get("/big/20000000"))
            until(lambda: "call GET /big/20000000" in served.events())
            until(lambda: served.process.descriptors() <= base, LATE)


@pytest.mark.requirement("H-093")
def test_a_slow_reader_that_moves_is_not_cut(pressing: Served) -> None:
    size, block = 16_000_000, 400_000
    with pressing.connect(receive_buffer=262144) as client, pressing.connect() as pace:
        client.send(get(f"/big/{size}", "Connection: close"))
        began = time.monotonic()
        received = 0
        while data := client.sock.recv(block, socket.MSG_WAITALL):
            received += len(data)
            assert pace.is_silent(0.1)
        assert received > size
        assert time.monotonic() - began > 3
