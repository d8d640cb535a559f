"""`--min-rate`: who is slower than that on average holds no connection, who is not is let be.

Who makes the client wait is never the client: an application may take its time in the middle of a
body or of an answer.
"""

from __future__ import annotations

import select
import time
from collections.abc import Iterable, Iterator
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest

from tests.server.serving import Listener, serving
from tests.support.wire import get, post

RATE = 1000
GRACE = 0.3
STEP = 0.05
STEADY = {"min_rate": RATE, "min_rate_grace": GRACE}

HEAD = get("/echo", f"X-Long: {'a' * 1500}", "Connection: close")
BODY = post("/echo", b"b" * 1500, "Connection: close")
BODY_BEGINS = BODY.index(b"\r\n\r\n") + 4
MEBIBYTE = 1 << 20
ALL = 32 * MEBIBYTE
"""What /big answers, about; the head may be missing."""


def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """/echo the body, /big answers 32 MiB, /slow speaks seldom, /late reads when it is too late."""
    start_response("200 OK", [("Content-Type", "application/octet-stream")])
    path = environ["PATH_INFO"]
    if path == "/big":
        return [b"x" * MEBIBYTE] * 32
    if path == "/slow":
        return seldom()
    if path == "/late":
        pause(3 * GRACE)
    return [environ["wsgi.input"].read()]


def seldom() -> Iterator[bytes]:
    for _ in range(8):
        yield b"word"
        pause(GRACE / 2)


def pause(seconds: float) -> None:
    """An application that has something else to do."""
    time.sleep(seconds)


def send_at(client: Listener, data: bytes, rate: float) -> bool:
    """Send so many bytes a second; False when the server has enough before it is done."""
    begun = time.monotonic()
    sent = 0
    while sent < len(data):
        due = int((time.monotonic() - begun + STEP) * rate)
        if due > sent:
            client.send(data[sent:due])
            sent = due
        if select.select([client.sock], [], [], STEP)[0]:
            return sent >= len(data)
    return True


def read_at(client: Listener, rate: float, seconds: float) -> bool:
    """Read so many bytes a second for so long; False when the server breaks it off before."""
    begun = time.monotonic()
    taken = 0
    idle = select.poll()
    try:
        while (elapsed := time.monotonic() - begun) < seconds and taken < ALL:
            while taken < elapsed * rate:
                taken += len(client.sock.recv(min(65536, int(elapsed * rate) - taken + 1)))
            idle.poll(10)
    except ConnectionResetError:
        return False
    return True


def test_a_head_slower_than_the_rate_is_ended() -> None:
    with serving(app, **STEADY) as server, server.client() as client:
        assert not send_at(client, HEAD, RATE / 2)
        answer = client.answer()
        assert (answer.status, answer.closes) == (408, True)


def test_a_head_faster_than_the_rate_is_read() -> None:
    with serving(app, **STEADY) as server, server.client() as client:
        assert send_at(client, HEAD, RATE * 1.5)
        assert client.answer().status == 200


@pytest.mark.parametrize("buffering", [True, False], ids=["buffered", "unbuffered"])
def test_a_body_slower_than_the_rate_is_ended(buffering: bool) -> None:
    with serving(app, request_buffering=buffering, **STEADY) as server, server.client() as client:
        client.send(BODY[:BODY_BEGINS])
        assert not send_at(client, BODY[BODY_BEGINS:], RATE / 2)
        if buffering:
            answer = client.answer()
            assert (answer.status, answer.closes) == (408, True)
        else:
            assert not client.rest().endswith(b"b" * 1500)


@pytest.mark.parametrize("buffering", [True, False], ids=["buffered", "unbuffered"])
def test_a_body_faster_than_the_rate_is_read(buffering: bool) -> None:
    with serving(app, request_buffering=buffering, **STEADY) as server, server.client() as client:
        client.send(BODY[:BODY_BEGINS])
        assert send_at(client, BODY[BODY_BEGINS:], RATE * 1.5)
        assert client.answer().body == b"b" * 1500


def test_a_reader_slower_than_the_rate_is_cut_off() -> None:
    settings = {"min_rate": 8 * MEBIBYTE, "min_rate_grace": GRACE}
    with serving(app, **settings) as server, server.client(receive_buffer=65536) as client:
        client.send(get("/big"))
        assert not read_at(client, MEBIBYTE, 5)


def test_a_reader_faster_than_the_rate_is_let_be() -> None:
    settings = {"min_rate": 4 * MEBIBYTE, "min_rate_grace": GRACE}
    with serving(app, **settings) as server, server.client(receive_buffer=65536) as client:
        client.send(get("/big"))
        assert read_at(client, 8 * MEBIBYTE, 1.2)


DRIPS = {
    "a head": (b"", get("/echo", f"X-Long: {'a' * 100}")),
    "a body": (BODY[:BODY_BEGINS], BODY[BODY_BEGINS:]),
}


@pytest.mark.parametrize("what", DRIPS)
def test_a_byte_each_tenth_of_a_second_holds_no_connection(what: str) -> None:
    opening, drops = DRIPS[what]
    with serving(app, min_rate_grace=GRACE) as server, server.client() as client:
        client.send(opening)
        assert not send_at(client, drops, 10)
        assert client.answer().status == 408


def test_a_sip_each_tenth_of_a_second_holds_no_connection() -> None:
    # The kernel tells of room only when much of its buffer is free, so sips look like silence.
    settings = {"min_rate_grace": GRACE, "write_timeout": 0.5}
    with serving(app, **settings) as server, server.client(receive_buffer=4096) as client:
        client.send(get("/big"))
        assert read_at(client, 10, 1.5)
        assert not read_at(client, 100 * MEBIBYTE, 5)


@pytest.mark.parametrize("what", DRIPS)
def test_a_rate_of_0_lets_anybody_take_his_time(what: str) -> None:
    opening, drops = DRIPS[what]
    with serving(app, min_rate=0, min_rate_grace=GRACE) as server, server.client() as client:
        client.send(opening)
        assert send_at(client, drops[:12], 10)
        client.send(drops[12:])
        assert client.answer().status == 200


# -- whose fault it is not -------------------------------------------------------------------------


def test_an_application_that_speaks_seldom_does_not_make_its_client_slow() -> None:
    with serving(app, min_rate=100_000, min_rate_grace=GRACE) as server, server.client() as client:
        client.send(get("/slow"))
        assert client.answer().body == b"word" * 8


def test_an_application_that_reads_late_does_not_make_its_client_slow() -> None:
    settings = {"request_buffering": False, "min_rate": 100_000, "min_rate_grace": GRACE}
    with serving(app, **settings) as server, server.client() as client:
        body = b"b" * (8 * MEBIBYTE)
        client.send(post("/late", body))
        assert client.answer().body == body


def test_a_connection_that_rests_between_requests_starts_anew() -> None:
    with serving(app, **STEADY) as server, server.client() as client:
        for _ in range(2):
            client.send(get("/echo"))
            assert client.answer().status == 200
            assert client.is_silent(2 * GRACE)


def test_a_connection_that_says_nothing_yet_has_the_time_for_a_head() -> None:
    with serving(app, **STEADY) as server, server.client() as client:
        assert client.is_silent(3 * GRACE)
        client.send(get("/echo"))
        assert client.answer().status == 200
