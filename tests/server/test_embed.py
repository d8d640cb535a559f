"""`potstill.Server` inside a program."""

from __future__ import annotations

import http.client
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest

import potstill
from potstill.settings import ConfigError


def app(environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [environ["PATH_INFO"].encode("latin-1")]


@contextmanager
def served(**settings: Any) -> Iterator[potstill.Server]:
    with potstill.Server(("127.0.0.1", 0), app, **settings) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join(10)
            assert not thread.is_alive()


def connect(server: potstill.Server) -> http.client.HTTPConnection:
    assert isinstance(server.server_address, tuple)
    host, port = server.server_address
    return http.client.HTTPConnection(host, port, timeout=10)


def answer(server: potstill.Server, path: str) -> bytes:
    connection = connect(server)
    try:
        connection.request("GET", path)
        return connection.getresponse().read()
    finally:
        connection.close()


def test_it_serves_from_a_thread_until_it_is_shut_down() -> None:
    with served() as server:
        assert answer(server, "/a") == b"/a"
        late = connect(server)
    with pytest.raises(ConnectionRefusedError):
        late.request("GET", "/")


def test_two_servers_live_in_one_process() -> None:
    with served(threads=1) as first, served(threads=2) as second:
        assert (answer(first, "/1"), answer(second, "/2")) == (b"/1", b"/2")


def test_it_leaves_no_thread_and_no_socket_behind() -> None:
    before = threading.active_count()
    for _ in range(5):
        with served() as server:
            answer(server, "/")
    assert threading.active_count() == before


def test_it_can_be_made_and_closed_without_serving() -> None:
    with potstill.Server(("127.0.0.1", 0), app) as server:
        assert connect(server).port > 0


def test_a_setting_that_does_not_exist_or_is_wrong_is_refused() -> None:
    with pytest.raises(ConfigError, match="threads"):
        potstill.Server(("127.0.0.1", 0), app, threads=0)
    with pytest.raises(TypeError, match="treads"):
        potstill.Server(("127.0.0.1", 0), app, treads=2)


def test_an_address_in_use_is_told() -> None:
    with served() as server, pytest.raises(OSError, match="cannot listen at"):
        potstill.Server(server.server_address, app)


def test_serving_after_a_shutdown_returns_at_once() -> None:
    server = potstill.Server(("127.0.0.1", 0), app)
    server.shutdown()
    server.close()
    server.serve_forever()
