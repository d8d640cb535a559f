"""What SIGTERM and SIGINT do to clients: REQUIREMENTS.md H-097."""

from __future__ import annotations

import errno
import signal
import socket
import time

import pytest

from tests.conformance.http_server import NEXT, Served, serving
from tests.support.wire import get, post, until


def refuses_connections(server: Served) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", server.port)) == errno.ECONNREFUSED


@pytest.mark.requirement("H-097")
@pytest.mark.parametrize("signum", [signal.SIGTERM, signal.SIGINT])
def test_a_stop_finishes_the_call_under_way_and_hangs_up_on_the_idle(
    signum: signal.Signals,
) -> None:
    with serving() as server, server.connect() as busy, server.connect() as idle:
        idle.send(get("/x"))
        assert idle.answer().body == b"root:/x"
        busy.send(get("/wait") + get("/never"))
        until(lambda: "call GET /wait" in server.events())

        server.process.process.send_signal(signum)
        assert idle.at_end()
        until(lambda: refuses_connections(server))

        server.open_gate()
        answer = busy.answer()
        assert (answer.status, answer.body) == (200, b"root:/wait")
        assert answer.closes
        assert busy.at_end()
        busy.close()
        assert server.process.process.wait(10) == 0


@pytest.mark.requirement("H-097")
def test_a_stop_sends_the_rest_of_an_answer_under_way() -> None:
    with serving() as server, server.connect() as client:
        client.send(get("/big/20000000"))
        until(lambda: "call GET /big/20000000" in server.events())
        server.process.process.send_signal(signal.SIGTERM)
        until(lambda: refuses_connections(server))
        assert len(client.answer().body) == 20_000_000
        assert client.at_end()
        client.close()
        assert server.process.process.wait(10) == 0


@pytest.mark.requirement("H-097")
def test_a_stop_waits_for_a_request_that_is_still_arriving() -> None:
    with serving() as server, server.connect() as client:
        data = post("/echo", b"hello")
        client.send(data[:-3])
        server.healthy()
        server.process.process.send_signal(signal.SIGTERM)
        until(lambda: refuses_connections(server))
        client.send(data[-3:] + NEXT)
        answer = client.answer()
        assert answer.body == b"hello"
        assert answer.closes
        assert client.at_end()
        client.close()
        assert server.process.process.wait(10) == 0


@pytest.mark.requirement("H-097")
def test_a_stop_waits_no_longer_than_the_graceful_timeout() -> None:
    with serving("--graceful-timeout=1") as server, server.connect() as client:
        client.send(get("/wait"))
        until(lambda: "call GET /wait" in server.events())
        began = time.monotonic()
        server.process.stop(timeout=15)
        assert time.monotonic() - began > 0.9


@pytest.mark.requirement("H-097")
def test_a_stop_of_a_server_with_only_idle_connections_is_prompt() -> None:
    with serving() as server, server.connect() as idle, server.connect() as silent:
        idle.send(get("/x"))
        idle.answer()
        assert server.process.stop(timeout=15) == 0
        assert idle.at_end()
        assert silent.at_end()
