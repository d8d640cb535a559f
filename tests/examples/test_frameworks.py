"""The same few routes in Flask, Django and Bottle, as they are and behind `wsgiref.validate`."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from tests.support.server import RunningServer, potstill
from tests.support.wire import Answer, Client, get, post

JSON = "Content-Type: application/json"
PARTS = "Content-Type: multipart/form-data; boundary=still"
UPLOAD = (
    b'--still\r\nContent-Disposition: form-data; name="note"\r\n\r\n\xc3\xa9t\xc3\xa9\r\n'
    b'--still\r\nContent-Disposition: form-data; name="file"; filename="malt.bin"\r\n'
    b"Content-Type: application/octet-stream\r\n\r\n%b\r\n--still--\r\n"
)


NAMES = ["flask", "django", "bottle"]
TARGETS = {name: f"examples.{name}_app:app" for name in NAMES}
TARGETS |= {f"{name}, validated": f"tests.clients.validated:{name}_app" for name in NAMES}


@pytest.fixture(scope="module", params=TARGETS)
def server(request: pytest.FixtureRequest) -> Iterator[RunningServer]:
    with potstill(TARGETS[request.param]) as running:
        yield running
        assert running.stop() == 0
    for complaint in ("AssertionError", "garbage collected"):
        assert complaint not in running.output


def ask(server: RunningServer, request: bytes) -> Answer:
    with Client(server.port) as client:
        client.send(request)
        return client.answer()


def test_the_page_names_its_framework(server: RunningServer) -> None:
    answer = ask(server, get("/", "Host: 127.0.0.1").replace(b"Host: a\r\n", b""))
    assert answer.status == 200
    assert b" on Potstill</h1>" in answer.body


@pytest.mark.parametrize("value", [{}, {"title": "Äpfel", "parts": [1, None, {"deep": True}]}])
def test_json_comes_back_as_it_was_sent(server: RunningServer, value: dict[str, object]) -> None:
    answer = ask(server, post("/echo", json.dumps(value).encode(), JSON))
    assert (answer.status, json.loads(answer.body)) == (200, value)


@pytest.mark.parametrize("size", [0, 1, 70_000, 3_000_000])
def test_an_upload_arrives_whole_beside_its_field(server: RunningServer, size: int) -> None:
    answer = ask(server, post("/upload", UPLOAD % (b"\x00\n-\xff" * size)[:size], PARTS))
    assert answer.status == 200
    assert json.loads(answer.body) == {"name": "malt.bin", "size": size, "note": "été"}


def test_a_stream_arrives_in_order_and_ends(server: RunningServer) -> None:
    answer = ask(server, get("/stream"))
    assert (answer.status, answer.framing) == (200, "chunked")
    assert answer.body.decode().split("\n") == [*(f"line {number}" for number in range(5)), ""]


def test_an_error_in_a_view_is_the_framework_s_500_on_a_connection_that_goes_on(
    server: RunningServer,
) -> None:
    with Client(server.port) as client:
        client.send(get("/error") + get("/stream"))
        assert client.answer().status == 500
        assert client.answer().status == 200


def test_the_server_still_logs_after_the_framework_has_set_up_its_own_logging(
    server: RunningServer,
) -> None:
    server.wait_for("Listening at")


def test_a_path_without_a_route_is_the_framework_s_404(server: RunningServer) -> None:
    assert ask(server, get("/nowhere")).status == 404
