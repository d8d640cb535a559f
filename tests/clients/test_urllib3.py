"""urllib3: pools, chunked requests, preloaded and streamed answers."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator

import pytest
import urllib3

from tests.support.server import RunningServer

from .target import BLOCK, digest


@pytest.fixture
def pool(target: RunningServer) -> Iterator[urllib3.HTTPConnectionPool]:
    with urllib3.HTTPConnectionPool("127.0.0.1", target.port, maxsize=1, block=True) as opened:
        yield opened


def test_a_pool_keeps_its_connection(pool: urllib3.HTTPConnectionPool) -> None:
    for number in range(50):
        assert pool.request("GET", f"/{number}").json()["path"] == f"/{number}"
    assert (pool.num_connections, pool.num_requests) == (1, 50)


def test_a_file_of_unknown_length_is_sent_in_chunks(pool: urllib3.HTTPConnectionPool) -> None:
    answer = pool.request("PUT", "/", body=io.BytesIO(BLOCK * 40), chunked=True)
    assert answer.json()["sha256"] == hashlib.sha256(BLOCK * 40).hexdigest()


def test_a_form_with_a_file_arrives(pool: urllib3.HTTPConnectionPool) -> None:
    answer = pool.request("POST", "/", fields={"note": "malt", "file": ("malt.bin", BLOCK)})
    assert answer.json()["size"] > len(BLOCK)


@pytest.mark.parametrize(("kind", "length"), [("sized", 4_000_000), ("streamed", 4_000_001)])
def test_a_download_can_be_streamed(
    pool: urllib3.HTTPConnectionPool, kind: str, length: int
) -> None:
    sha = hashlib.sha256()
    answer = pool.request("GET", f"/{kind}/{length}", preload_content=False)
    for block in answer.stream(100_000):
        sha.update(block)
    answer.release_conn()
    assert sha.hexdigest() == digest(length)
    assert pool.request("GET", "/").status == 200
    assert pool.num_connections == 1


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS", "DELETE", "PATCH", "REPORT"])
def test_other_methods_arrive(pool: urllib3.HTTPConnectionPool, method: str) -> None:
    answer = pool.request(method, "/")
    assert (answer.status, answer.headers["x-method"]) == (200, method)
