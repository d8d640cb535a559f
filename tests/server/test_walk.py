"""ARCHITECTURE's walk is the way a request really takes."""

from __future__ import annotations

import http.client
import sys
import threading
from types import FrameType
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

import potstill

WALK = [
    "net.channel:receive",
    "http11.head:read",
    "wsgi.gateway:serve",
    "wsgi.environ:make",
    "the application",
    "wsgi.exchange:start_response",
    "http11.response:read",
    "wsgi.exchange:send_all",
    "net.outlet:send",
    "net.channel:conclude",
]


def app(environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"home"]


def test_a_request_takes_the_walk_of_the_architecture() -> None:
    steps: list[str] = []

    def watch(frame: FrameType, event: str, argument: Any) -> None:
        module = frame.f_globals.get("__name__", "")
        if event == "call" and frame.f_code is app.__code__:
            steps.append("the application")
        elif event == "call" and module.startswith("potstill."):
            steps.append(f"{module.removeprefix('potstill.')}:{frame.f_code.co_name}")

    threading.setprofile(watch)
    try:
        with potstill.Server(("127.0.0.1", 0), app, threads=1) as server:
            thread = threading.Thread(target=server.serve_forever, daemon=True)
            thread.start()
            assert isinstance(server.server_address, tuple)
            host, port = server.server_address
            connection = http.client.HTTPConnection(host, port, timeout=10)
            try:
                connection.request("GET", "/")
                assert connection.getresponse().read() == b"home"
            finally:
                connection.close()
                server.shutdown()
                thread.join(10)
    finally:
        threading.setprofile(None)
        sys.setprofile(None)
    assert [step for step in WALK if step not in steps] == []
    first = [steps.index(step) for step in WALK if step != "net.channel:receive"]
    assert first == sorted(first)
