"""Handshakes that stall, by the hundred: a healthy client hardly notices them."""

from __future__ import annotations

import time
from contextlib import ExitStack
from pathlib import Path
from statistics import median, quantiles

from tests.faults.service import service
from tests.net.handshake import first_flight
from tests.support.authority import Authority
from tests.support.server import RunningServer
from tests.support.tls import HOST, TLSClient
from tests.support.wire import Client, get, until

STALLED = 500
WINDOWS = 9
REQUESTS = 1000
HANDSHAKES = 40
PATIENCE = ("--handshake-timeout", "60")


def test_a_healthy_client_hardly_notices_stalled_handshakes(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    certfile = ("--certfile", str(authority.issue(HOST).together()))
    hello = first_flight(authority.client(), HOST)
    with service(*certfile, *PATIENCE) as idle, service(*certfile, *PATIENCE) as crowded:
        before = crowded.descriptors()
        with ExitStack() as crowd:
            for number in range(STALLED):
                client = crowd.enter_context(Client(crowded.port))
                client.send(hello[: len(hello) * (number % 5) // 4])  # from nothing to all of it
            until(lambda: crowded.descriptors() >= before + STALLED, timeout=20)
            servers = (idle, crowded)
            windows = [[p99(server, authority) for server in servers] for _ in range(WINDOWS)]
            newcomers = [[greeted(server, authority) for server in servers] for _ in range(WINDOWS)]
            assert crowded.descriptors() >= before + STALLED, "the crowd has left too early"
        until(lambda: crowded.descriptors() == before, timeout=20)
    for kind, pairs in (("p99", windows), ("a handshake", newcomers)):
        alone, beside = (median(times) for times in zip(*pairs, strict=True))
        assert beside <= 3 * alone, f"{kind} takes {beside / alone:.1f} times an idle server's"


def p99(server: RunningServer, authority: Authority) -> float:
    """Seconds, in one window of one client's requests, one after the other."""
    with TLSClient(server.port, authority.client()) as client:
        return quantiles([answered(client) for _ in range(REQUESTS)], n=100)[-1]


def answered(client: TLSClient) -> float:
    began = time.perf_counter()
    client.send(get("/hello"))
    assert client.answer().body == b"hello"
    return time.perf_counter() - began


def greeted(server: RunningServer, authority: Authority) -> float:
    """Seconds for a connection, its handshake and its first answer: the median of one window."""
    context = authority.client()
    times = []
    for _ in range(HANDSHAKES):
        began = time.perf_counter()
        with TLSClient(server.port, context) as client:
            answered(client)
        times.append(time.perf_counter() - began)
    return median(times)
