"""httpx, whose h11 reads answers as strictly as any client."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from tests.support.server import RunningServer

from .target import BLOCK, digest


@pytest.fixture
def client(target: RunningServer) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=target.url, trust_env=False, timeout=10) as opened:
        yield opened


def test_a_client_keeps_its_connection(client: httpx.Client) -> None:
    assert len({client.get(f"/{number}").json()["port"] for number in range(50)}) == 1


def test_a_body_in_chunks_arrives(client: httpx.Client) -> None:
    seen = client.post("/", content=(BLOCK for _ in range(40))).json()
    assert seen["sha256"] == hashlib.sha256(BLOCK * 40).hexdigest()


def test_a_file_beside_a_field_arrives(client: httpx.Client) -> None:
    answer = client.post("/", data={"note": "malt"}, files={"file": ("malt.bin", BLOCK)})
    assert answer.json()["size"] > len(BLOCK)


@pytest.mark.parametrize(("kind", "length"), [("sized", 4_000_000), ("streamed", 4_000_001)])
def test_a_download_can_be_streamed(client: httpx.Client, kind: str, length: int) -> None:
    sha = hashlib.sha256()
    with client.stream("GET", f"/{kind}/{length}") as answer:
        for block in answer.iter_bytes():
            sha.update(block)
    assert sha.hexdigest() == digest(length)


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS", "DELETE", "PATCH", "REPORT"])
def test_other_methods_arrive(client: httpx.Client, method: str) -> None:
    answer = client.request(method, "/")
    assert (answer.status_code, answer.headers["x-method"]) == (200, method)


def test_threads_share_a_client(client: httpx.Client) -> None:
    with ThreadPoolExecutor(8) as pool:
        paths = [answer.json()["path"] for answer in pool.map(client.get, PATHS)]
    assert paths == PATHS


def test_the_answer_s_version_and_reason_are_right(client: httpx.Client) -> None:
    answer = client.get("/")
    assert (answer.http_version, answer.reason_phrase) == ("HTTP/1.1", "OK")


PATHS = [f"/{number}" for number in range(200)]
