"""Many clients, full tables and the cost of hostile input: REQUIREMENTS.md 2.5, H-094 to H-096."""

from __future__ import annotations

import resource
import select
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from tests.conformance.http_server import Served, serving
from tests.support.wire import Client, chunked, get, post

LINEAR = 6
"""Four times the input may cost so many times the processor time: 4, and what noise adds."""


def refuse(client: Client) -> None:
    client.send(get("x"))
    assert client.answer().status == 400


def finish(client: Client) -> None:
    client.send(get("/x", "Connection: close"))
    assert client.answer().closes


def idle(client: Client) -> None:
    client.send(get("/x"))
    client.answer()


# What eight of them do to a server of four threads is the first table of PEERS.md 1b.
BAD_CLIENTS: dict[str, Callable[[Client], None]] = {
    "say nothing": lambda client: None,
    "send half a line": lambda client: client.send(b"GET /x HT"),
    "send half a head": lambda client: client.send(get("/x")[:-2]),
    "send one byte of a body": lambda client: client.send(post("/echo", b"hello")[:-4]),
    "send half a chunk": lambda client: client.send(chunked("/echo", b"5\r\nhe")),
    "read nothing of 40 MB": lambda client: client.send(get("/big/40000000")),
    "are idle": idle,
    "have asked to close and do not": finish,
    "have been refused and do not close": refuse,
}


@pytest.fixture(scope="module")
def server() -> Iterator[Served]:
    with serving("--threads", "4") as served:
        yield served


@pytest.mark.requirement("H-094")
@pytest.mark.parametrize("behave", BAD_CLIENTS.values(), ids=BAD_CLIENTS)
def test_an_ordinary_client_is_served_beside_more_clients_than_threads_that(
    server: Served, behave: Callable[[Client], None]
) -> None:
    with ExitStack() as stack:
        for _ in range(8):
            behave(stack.enter_context(server.connect()))
        began = time.monotonic()
        server.healthy()
        assert time.monotonic() - began < 4


@pytest.mark.requirement("H-095")
def test_connections_above_the_cap_wait_or_get_503_until_others_close() -> None:
    with serving("--worker-connections", "20") as capped, ExitStack() as stack:
        capped.healthy()
        clients = [stack.enter_context(capped.connect()) for _ in range(70)]
        for client in clients:
            client.send(get("/x"))
        served = answered(clients)
        assert 0 < len(served) <= 20
        assert wait_is_cheap(capped)
        for client in served:
            client.close()
        waiting = next(client for client in clients if client not in served)
        assert waiting.answer().body == b"root:/x"
        stack.close()
        capped.healthy()


@pytest.mark.requirement("H-095")
def test_running_out_of_descriptors_burns_no_time_and_passes() -> None:
    with serving() as poor, ExitStack() as stack:
        poor.healthy()
        room = poor.process.descriptors() + 20
        resource.prlimit(poor.process.pid, resource.RLIMIT_NOFILE, (room, room))
        clients = [stack.enter_context(poor.connect()) for _ in range(70)]
        for client in clients:
            client.send(get("/x"))
        assert 0 < len(answered(clients)) <= 20
        assert wait_is_cheap(poor)
        stack.close()
        poor.healthy()


def answered(clients: list[Client]) -> list[Client]:
    """Those that get a 200, until none gets anything for half a second; a 503 is none."""
    waiting = {client.sock: client for client in clients}
    served = []
    while ready := select.select(list(waiting), [], [], 0.5)[0]:
        for sock in ready:
            client = waiting.pop(sock)
            status = client.answer().status
            assert status in (200, 503)
            if status == 200:
                served.append(client)
    return served


def wait_is_cheap(server: Served) -> bool:
    """Whether a server with nothing to do takes less than half of a processor."""
    before, began = server.cpu_nanoseconds(), time.monotonic_ns()
    select.select([], [], [], 0.6)
    return server.cpu_nanoseconds() - before < (time.monotonic_ns() - began) / 2


@pytest.fixture(scope="module")
def roomy() -> Iterator[Served]:
    """A server whose limits leave room for input that would show a quadratic cost."""
    settings = (
        "--limit-request-head=8MiB",
        "--limit-request-fields=32768",
        "--limit-request-field-size=1MiB",
        "--limit-request-line=1MiB",
        "--limit-chunk-line=64KiB",
        "--limit-trailers=1MiB",
    )
    with serving(*settings) as served:
        yield served


def is_linear(cost: Callable[[int], int], size: int) -> bool:
    """Whether four times the size costs about four times as much; noise may spoil two of three."""
    cost(size)
    return any(cost(4 * size) <= LINEAR * cost(size) for _ in range(3))


@pytest.mark.requirement("H-096")
def test_a_dripped_head_costs_in_proportion_to_its_length(roomy: Served) -> None:
    """Between two pieces another client is served, so that each is read by itself."""

    def cost(pieces: int) -> int:
        before = roomy.cpu_nanoseconds()
        with roomy.connect() as client, roomy.connect() as pace:
            client.send(b"GET /x HTTP/1.1\r\nHost: a\r\n")
            for _ in range(pieces):
                client.send(b"X-A: " + b"b" * 505 + b"\r\n")
                pace.send(get("/x"))
                pace.answer()
            client.send(b"\r\n")
            assert client.answer().status == 200
        return roomy.cpu_nanoseconds() - before

    assert is_linear(cost, 1024)


@pytest.mark.requirement("H-096")
def test_tiny_chunks_cost_in_proportion_to_their_number(roomy: Served) -> None:
    def cost(chunks: int) -> int:
        before = roomy.cpu_nanoseconds()
        with roomy.connect() as client:
            client.send(chunked("/count", b"1\r\nx\r\n" * chunks + b"0\r\n\r\n"))
            assert client.answer().body == b"%d" % chunks
        return roomy.cpu_nanoseconds() - before

    assert is_linear(cost, 25_000)


HOSTILE: dict[str, Callable[[int], bytes]] = {
    "spaces in a value": lambda size: get("/x", "X-A: b" + " " * size + "\x01"),
    "spaces before a value": lambda size: get("/x", "X-A:" + " " * size + "\x01"),
    "spaces behind a name": lambda size: get("/x", "X-A" + " " * size + ": b"),
    "commas in Connection": lambda size: get("/x", "Connection: " + "," * size + "\x01"),
    "commas in Transfer-Encoding": lambda size: get("/x", "Transfer-Encoding: " + "," * size),
    "digits of a length": lambda size: get("/x", "Content-Length: " + "9" * size),
    "escapes in a target": lambda size: get("/" + "%41" * (size // 3) + "\x01"),
    "slashes in a target": lambda size: get("/" * size + "\x01"),
    "semicolons of a chunk": lambda size: chunked("/x", b"5" + b";" * size + b"\r\n"),
    "extensions of a chunk": lambda size: chunked("/x", b"5" + b";a" * (size // 2) + b"=\r\n"),
    "spaces in an extension": lambda size: chunked("/x", b"5;a" + b" " * size + b"!\r\n"),
    "quotes in an extension": lambda size: chunked("/x", b'5;a="' + b'\\"' * (size // 2) + b"\r\n"),
    "zeros of a size": lambda size: chunked("/x", b"0" * size + b"!\r\n"),
    "spaces in a trailer": lambda size: chunked("/x", b"0\r\nX: b" + b" " * size + b"\x01\r\n"),
}


@pytest.mark.requirement("H-096")
@pytest.mark.parametrize("build", HOSTILE.values(), ids=HOSTILE)
def test_a_refusal_costs_no_more_than_in_proportion_to(
    roomy: Served, build: Callable[[int], bytes]
) -> None:
    def cost(size: int) -> int:
        data = build(size)
        before = roomy.cpu_nanoseconds()
        for _ in range(10):
            roomy.refused(data, *range(400, 506))
        return roomy.cpu_nanoseconds() - before

    assert is_linear(cost, 15_000)
