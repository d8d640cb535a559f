"""How long a connection lasts and how it ends: REQUIREMENTS.md 2.6, H-100 to H-107."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from tests.conformance.http_server import NEXT, Served, serving
from tests.support.wire import Client, chunked, get, post, until

UPLOAD = 8_000_000


@pytest.fixture(scope="module")
def server() -> Iterator[Served]:
    with serving() as served:
        yield served


@pytest.fixture(scope="module")
def small() -> Iterator[Served]:
    """A server that takes bodies up to 1 MiB."""
    with serving("--limit-request-body", "1MiB") as served:
        yield served


@pytest.mark.requirement("H-100")
@pytest.mark.parametrize("path", ["/x", "/len1", "/stream", "/status/204", "/status/304"])
@pytest.mark.parametrize("lines", [[], ["Connection: keep-alive"], ["Connection: foo"]])
def test_http_1_1_persists(server: Served, path: str, lines: list[str]) -> None:
    with server.connect() as client:
        client.send(get(path, *lines) + NEXT)
        assert not client.answer().closes
        assert client.answer().body == b"root:/next"
        assert client.is_silent(0)


@pytest.mark.requirement("H-100")
@pytest.mark.parametrize("path", ["/x", "/len1", "/status/204", "/status/304"])
@pytest.mark.parametrize("value", ["keep-alive", "Keep-Alive", "foo, keep-alive", ",KEEP-ALIVE,"])
def test_http_1_0_persists_where_both_say_keep_alive(server: Served, path: str, value: str) -> None:
    with server.connect() as client:
        client.send(get(path, f"Connection: {value}", version="1.0") + NEXT)
        assert (client.answer().get("connection") or "").lower() == "keep-alive"
        assert client.answer().body == b"root:/next"
        assert client.is_silent(0)


@pytest.mark.requirement("H-100", "H-102")
@pytest.mark.parametrize(
    ("version", "lines"),
    [
        ("1.1", ["Connection: close"]),
        ("1.1", ["Connection: keep-alive, close"]),
        ("1.1", ["Connection: close, keep-alive"]),
        ("1.1", ["Connection: keep-alive", "Connection: close"]),
        ("1.1", ["Connection: close", "Connection: keep-alive"]),
        ("1.0", []),
        ("1.0", ["Connection: foo"]),
        ("1.0", ["Connection: close"]),
        ("1.0", ["Connection: keep-alive, close"]),
        ("1.0", ["Connection: close, keep-alive"]),
        ("1.0", ["Keep-Alive: timeout=5"]),
        ("1.0", ["Proxy-Connection: keep-alive"]),
    ],
)
@pytest.mark.parametrize("path", ["/len1", "/stream", "/status/304", "/fail"])
def test_no_request_after_close_is_processed(
    server: Served, version: str, lines: list[str], path: str
) -> None:
    start = server.mark()
    with server.connect() as client:
        client.send(get(path, *lines, version=version) + get("/never"))
        assert client.answer().closes
        assert client.at_end()
    assert server.events(start) == [f"call GET {path}"]


@pytest.mark.requirement("H-100", "H-103")
@pytest.mark.parametrize("path", ["/stream", "/write"])
def test_an_answer_to_http_1_0_that_the_end_delimits_announces_it(
    server: Served, path: str
) -> None:
    with server.connect() as client:
        client.send(get(path, "Connection: keep-alive", version="1.0") + get("/never"))
        answer = client.answer()
        assert answer.closes
        assert answer.framing == "close"
        assert answer.body.endswith(b"\r\n0\r\n\r\n")


@pytest.mark.requirement("H-103")
@pytest.mark.parametrize(
    "data",
    [
        get("/x"),
        get("/x", "Connection: close"),
        get("/x", version="1.0"),
        get("/stream", version="1.0"),
        get("/fail"),
        get("/fail", version="1.0"),
        get("/fail", method="HEAD", version="1.0"),
        get("/status/404"),
        get("*", "Connection: close", method="OPTIONS"),
        get("*", method="OPTIONS", version="1.0"),
        get("x"),
        get("/x", version="2.0"),
        get("/" + "x" * 10_000),
        get("/x", "X-A: " + "b" * 10_000),
        get("/x", "Content-Length: 9999999999"),
        get("/x", "Expect: foo"),
        get("b:1", method="CONNECT"),
        chunked("/x", b"nothing\r\n"),
    ],
    ids=lambda data: ascii(data[:40]),
)
def test_a_connection_ends_where_and_only_where_its_answer_says_so(
    server: Served, data: bytes
) -> None:
    with server.connect() as client:
        client.send(data)
        answer = client.answer("HEAD" if data.startswith(b"HEAD") else "GET")
        if answer.closes:
            assert client.at_end()
        else:
            client.send(NEXT)
            assert client.answer().body == b"root:/next"


@pytest.mark.requirement("H-104")
def test_five_pipelined_requests_are_answered_in_order(server: Served) -> None:
    with server.connect() as client:
        client.send(b"".join(get(f"/{n}") for n in range(5)))
        assert [client.answer().body for _ in range(5)] == [b"root:/%d" % n for n in range(5)]


@pytest.mark.requirement("H-104")
def test_slow_and_quick_pipelined_requests_are_answered_in_order(server: Served) -> None:
    paths = ["/slow", "/a", "/slow/b", "/c", "/d", "/slow/e", "/f"]
    start = server.mark()
    with server.connect() as client:
        client.send(b"".join(map(get, paths)))
        assert [client.answer().body for _ in paths] == [f"root:{path}".encode() for path in paths]
    assert server.events(start) == [f"call GET {path}" for path in paths]


@pytest.mark.requirement("H-104")
def test_pipelined_requests_of_every_kind_are_answered_in_order(server: Served) -> None:
    requests = [
        (get("/stream"), "GET", 200),
        (post("/echo", b"hello"), "POST", 200),
        (get("/len1", method="HEAD"), "HEAD", 200),
        (chunked("/count", b"5\r\nhello\r\n0\r\n\r\n"), "POST", 200),
        (get("/status/304"), "GET", 304),
        (get("*", method="OPTIONS"), "OPTIONS", 200),
        (get("/fail"), "GET", 500),
        (get("/big/300000"), "GET", 200),
        (NEXT, "GET", 200),
    ]
    with server.connect() as client:
        client.send(b"".join(data for data, _, _ in requests))
        answers = [client.answer(method) for _, method, _ in requests]
    assert [answer.status for answer in answers] == [status for _, _, status in requests]
    assert answers[-1].body == b"root:/next"


@pytest.mark.requirement("H-104")
def test_a_thousand_pipelined_requests_are_answered_in_order(server: Served) -> None:
    with server.connect() as client:
        client.send(b"".join(get(f"/{n}") for n in range(1000)))
        for n in range(1000):
            assert client.answer().body == b"root:/%d" % n


@pytest.mark.requirement("H-105")
@pytest.mark.parametrize("first", ["/p1", "/slow", "/stream", "/big/3000000"])
@pytest.mark.parametrize(
    ("bad", "status"),
    [
        (b"BAD REQ\r\n\r\n", 400),
        (b"BAD\r\n\r\n", 400),
        (b"\0\r\n\r\n", 400),
        (b"GET /x HTTP/1.1\r\n\r\n", 400),
        (get("/x", "Content-Length: 5", "Transfer-Encoding: chunked"), 400),
        (chunked("/x", b"5\r\nhello!\r\n0\r\n\r\n"), 400),
        (get("/" + "x" * 9_000), 414),
        (get("/x", "Content-Length: 9999999999"), 413),
        (get("/x", version="2.0"), 505),
    ],
    ids=lambda value: ascii(value[:24]) if isinstance(value, bytes) else None,
)
def test_a_bad_request_in_a_pipeline_waits_its_turn_and_is_the_last(
    server: Served, first: str, bad: bytes, status: int
) -> None:
    start = server.mark()
    with server.connect() as client:
        client.send(get(first) + bad + get("/never"))
        answer = client.answer()
        assert answer.status == 200
        assert not answer.closes
        refusal = client.answer()
        assert (refusal.status, refusal.closes) == (status, True)
        assert client.at_end()
    assert server.events(start) == [f"call GET {first}"]


@pytest.mark.requirement("H-106")
@pytest.mark.parametrize(
    "data", [get("/wait"), get("/wait", "Connection: close"), post("/wait", b"hello")]
)
def test_a_client_that_stops_sending_still_gets_its_answer(server: Served, data: bytes) -> None:
    with server.connect() as client:
        start = server.mark()
        client.send(data)
        client.half_close()
        until(lambda: server.events(start))
        assert client.is_silent(0.1)
        server.open_gate()
        assert client.answer().body == b"root:/wait"
        assert client.at_end()


@pytest.mark.requirement("H-106")
def test_a_client_that_stops_sending_still_gets_all_pipelined_answers(server: Served) -> None:
    paths = ["/a", "/slow", "/b", "/stream", "/big/3000000", "/next"]
    with server.connect() as client:
        client.send(b"".join(map(get, paths)))
        client.half_close()
        answers = [client.answer() for _ in paths]
        assert answers[-1].body == b"root:/next"
        assert client.at_end()


REFUSED_UPLOADS = {
    "a bad head": (get("/never", "X A: b", method="POST"), 400),
    "no host": (b"POST /never HTTP/1.1\r\nContent-Length: 8000000\r\n\r\n", 400),
    "a body above the limit": (get("/never", f"Content-Length: {UPLOAD}", method="POST"), 413),
    "a chunk above the limit": (chunked("/never", b"%x\r\n" % UPLOAD), 413),
    "a head above the limit": (get("/never", "X-A: " + "b" * 9_000, method="POST"), 431),
    "a bad chunk": (chunked("/never", b"0x5\r\n"), 400),
}


@pytest.mark.requirement("H-107")
@pytest.mark.parametrize(("head", "status"), REFUSED_UPLOADS.values(), ids=REFUSED_UPLOADS)
def test_a_client_that_sends_all_before_it_reads_gets_its_refusal_every_time(
    small: Served, head: bytes, status: int
) -> None:
    body = b"x" * UPLOAD
    for _ in range(20):
        assert small.refused(head + body, status).body


@pytest.mark.requirement("H-107")
@pytest.mark.parametrize(("head", "status"), REFUSED_UPLOADS.values(), ids=REFUSED_UPLOADS)
def test_an_upload_that_goes_on_after_its_refusal_is_not_reset(
    small: Served, head: bytes, status: int
) -> None:
    """What a round trip of 20 ms does: the body is still on its way when the answer is sent."""
    with small.connect() as client, small.connect() as pace:
        client.send(head)
        for _ in range(25):
            assert pace.is_silent(0.02)
            client.send(b"x" * 8_000)
        assert client.answer().status == status
        assert client.at_end()


@pytest.mark.requirement("H-107")
def test_an_answer_before_close_survives_pipelined_input_that_nobody_reads(
    server: Served,
) -> None:
    for _ in range(20):
        with server.connect() as client:
            client.send(get("/x", "Connection: close") + get("/never") * 20_000)
            assert client.answer().body == b"root:/x"
            assert client.at_end()


@pytest.mark.requirement("H-107")
def test_a_client_that_never_stops_sending_is_cut_off(small: Served) -> None:
    with small.connect() as client:
        client.send(get("x"))
        assert client.answer().status == 400
        assert ends_within(client, 15)


def ends_within(client: Client, seconds: float) -> bool:
    """Whether the peer resets the connection while it is sent more and more."""
    deadline = time.monotonic() + seconds
    try:
        while time.monotonic() < deadline:
            client.send(b"x" * 1000)
            client.is_silent(0.01)
    except ConnectionError:
        return True
    return False
