"""Bodies and connections through a proxy: all of them, unchanged, and over few connections."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from tests.clients.target import BLOCK, digest
from tests.deploy.app import ETAG, STEPS
from tests.deploy.guest import Guest
from tests.deploy.ways import Front
from tests.support.wire import get, until

UPLOAD = BLOCK * 128  # 8 MiB: past every buffer on the way
SHA = hashlib.sha256(UPLOAD).hexdigest()


def test_an_upload_arrives_whole(front: Front) -> None:
    for path in front.way.paths:
        with front.visit() as guest:
            guest.send(get(path, f"Content-Length: {len(UPLOAD)}", method="POST"))
            guest.send(UPLOAD)
            assert received(guest) == (len(UPLOAD), SHA)
            assert guest.told()["size"] == "0"


def test_an_upload_in_chunks_arrives_whole(front: Front) -> None:
    for path in front.way.paths:
        with front.visit() as guest:
            guest.send(get(path, "Transfer-Encoding: chunked", method="PUT"))
            for _ in range(128):
                guest.send(b"%x\r\n%b\r\n" % (len(BLOCK), BLOCK))
            guest.send(b"0\r\n\r\n")
            assert received(guest) == (len(UPLOAD), SHA)
            assert guest.told()["size"] == "0"


def test_an_upload_cut_short_reaches_nobody(front: Front) -> None:
    for path in front.way.paths:
        with front.visit() as guest:
            guest.send(get(f"{path}cut", "Content-Length: 1000000", method="POST"))
            guest.send(UPLOAD[:500_000])
        with front.visit() as guest:
            guest.told()
        assert 'cut HTTP/1.1" 200 ' not in front.server.output


def test_an_upload_that_waits_is_asked_to_continue(front: Front) -> None:
    with front.visit() as guest:
        guest.send(get("/", "Content-Length: 5", "Expect: 100-continue", method="POST"))
        assert guest.interim() == 100
        guest.send(b"still")
        assert received(guest) == (5, hashlib.sha256(b"still").hexdigest())


@pytest.mark.parametrize("kind", ["sized", "streamed"])
def test_a_large_answer_is_the_same_to_the_last_byte(front: Front, kind: str) -> None:
    length = len(UPLOAD) + 1
    for path in front.way.paths:
        with front.visit() as guest:
            guest.send(get(f"{path}{kind}/{length}"))
            assert hashlib.sha256(guest.answer().body).hexdigest() == digest(length)
            assert guest.told()["size"] == "0"


def test_a_reader_who_leaves_takes_nobody_along(front: Front) -> None:
    with front.visit() as staying:
        staying.told()
        with front.visit(receive_buffer=16384) as leaving:
            leaving.send(get("/streamed/50000000"))
            assert leaving.sock.recv(1000)
        assert staying.told()["PATH_INFO"] == "/"


def test_a_reader_who_takes_its_time_gets_all(front: Front) -> None:
    length = 6_000_000
    with front.visit(receive_buffer=16384) as slow:
        slow.send(get(f"/streamed/{length}"))
        for _ in range(20):
            with front.visit() as guest:
                guest.told()
        assert hashlib.sha256(slow.answer().body).hexdigest() == digest(length)


def test_blocks_arrive_as_they_are_made(front: Front, tmp_path: Path) -> None:
    with front.visit() as guest:
        guest.send(get(f"/steps?{tmp_path}"))
        seen = b""
        for block, gate in zip(STEPS, ("two", "three", "end"), strict=True):
            while block not in seen:
                data = guest.sock.recv(4096)
                assert data, seen
                seen += data
            (tmp_path / gate).touch()


def test_head_has_the_length_and_no_body(front: Front) -> None:
    with front.visit() as guest:
        for _ in range(2):
            guest.send(get("/sized/5000", method="HEAD"))
            assert guest.answer("HEAD").get("content-length") == "5000"
        assert guest.told()["REQUEST_METHOD"] == "GET"


def test_not_modified_has_no_body(front: Front) -> None:
    with front.visit() as guest:
        for _ in range(2):
            guest.send(get("/validated", f"If-None-Match: {ETAG}"))
            answer = guest.answer()
            assert (answer.status, answer.get("etag"), answer.framing) == (304, ETAG, "none")
        assert guest.told()["PATH_INFO"] == "/"


def test_the_connection_to_potstill_is_kept(front: Front) -> None:
    with front.visit() as guest:
        guest.told()
        connected = front.connections()
        for number in range(50):
            assert guest.told(path=f"/{number}")["PATH_INFO"] == f"/{number}"
        until(lambda: front.connections() <= connected)  # health checks come and go


def test_clients_share_connections_to_potstill(front: Front) -> None:
    with front.visit() as guest:
        guest.told()
    connected, used = front.connections(), set()
    for number in range(2, 22):
        with front.visit(source=f"127.0.0.{number}") as guest:
            assert guest.told()["REMOTE_ADDR"] == f"127.0.0.{number}"
            used |= front.connections()
    fresh = len(used - connected)
    assert fresh < 5 if front.way.is_shared else fresh >= 20, f"{fresh} connections for 20 clients"


def received(guest: Guest) -> tuple[int, str]:
    """Size and SHA-256 of the body that the application was given."""
    answer = guest.answer()
    assert answer.status == 200, (answer.head, answer.body)
    told = json.loads(answer.body)
    return int(told["size"]), told["sha256"]
