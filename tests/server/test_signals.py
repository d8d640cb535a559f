"""SIGTERM and SIGINT end a server in good order."""

from __future__ import annotations

import signal

import pytest

from tests.support.server import potstill
from tests.support.wire import Client, get, post, until

APP = "tests.server.gated:app"
BOTH = pytest.mark.parametrize("signum", [signal.SIGTERM, signal.SIGINT])


@BOTH
def test_an_idle_server_ends_at_once_with_exit_code_0(signum: int) -> None:
    with potstill("examples.hello:app") as server, Client(server.port) as client:
        client.send(get("/"))
        client.answer()
        assert server.stop(signum, timeout=5) == 0
        assert client.at_end()
    assert "Stopped" in server.output


@BOTH
def test_a_call_under_way_is_finished_and_its_connection_closed(signum: int) -> None:
    with potstill(APP) as server, Client(server.port) as client:
        client.send(get("/gate"))
        server.wait_for("waiting")
        server.process.send_signal(signum)
        until(lambda: _refuses(server.port))
        server.process.send_signal(signal.SIGUSR1)
        answer = client.answer()
        assert (answer.body, answer.closes) == (b"through", True)
        assert server.process.wait(10) == 0


def test_an_upload_under_way_is_finished() -> None:
    with potstill(APP) as server, Client(server.port) as client:
        client.send(post("/echo", b"x" * 100_000)[:-10])
        with Client(server.port) as other:
            other.send(get("/"))
            other.answer()
        server.process.send_signal(signal.SIGTERM)
        until(lambda: _refuses(server.port))
        client.send(b"x" * 10)
        assert client.answer().body == b"x" * 100_000
        assert server.process.wait(10) == 0


def test_what_lasts_longer_than_its_grace_is_cut_off_and_told() -> None:
    with potstill(APP, "--graceful-timeout", "0.3") as server, Client(server.port) as client:
        client.send(get("/gate"))
        server.wait_for("waiting")
        assert server.stop(timeout=10) == 0
    assert "requests under way were cut off" in server.output


def test_a_second_signal_does_not_wait() -> None:
    with potstill(APP, "--graceful-timeout", "60") as server, Client(server.port) as client:
        client.send(get("/gate"))
        server.wait_for("waiting")
        server.process.send_signal(signal.SIGINT)
        until(lambda: _refuses(server.port))
        assert server.stop(signal.SIGINT, timeout=10) == 0


def _refuses(port: int) -> bool:
    try:
        Client(port).close()
    except ConnectionRefusedError:
        return True
    return False
