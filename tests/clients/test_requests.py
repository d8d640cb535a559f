"""requests: sessions, forms, uploads, streams."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

import pytest
import requests

from tests.support.server import RunningServer

from .target import BLOCK, digest


@pytest.fixture
def session() -> Iterator[requests.Session]:
    with requests.Session() as opened:
        opened.trust_env = False
        yield opened


def test_a_session_keeps_its_connection(target: RunningServer, session: requests.Session) -> None:
    ports = set()
    for number in range(50):
        seen = session.get(f"{target.url}/{number}", params={"q": "ä b"}, timeout=10).json()
        assert (seen["path"], seen["query"]) == (f"/{number}", "q=%C3%A4+b")
        ports.add(seen["port"])
    assert len(ports) == 1


@pytest.mark.parametrize("size", [0, 1, 65_536, 3_000_001])
def test_a_body_of_known_length_arrives(
    target: RunningServer, session: requests.Session, size: int
) -> None:
    body = (BLOCK * 46)[:size]
    seen = session.post(target.url, data=body, timeout=10).json()
    assert (seen["size"], seen["sha256"]) == (size, hashlib.sha256(body).hexdigest())


def test_a_generator_is_sent_in_chunks(target: RunningServer, session: requests.Session) -> None:
    seen = session.put(target.url, data=(BLOCK for _ in range(40)), timeout=10).json()
    assert seen["sha256"] == hashlib.sha256(BLOCK * 40).hexdigest()


def test_a_download_can_be_streamed(target: RunningServer, session: requests.Session) -> None:
    sha = hashlib.sha256()
    with session.get(f"{target.url}/streamed/5000000", stream=True, timeout=10) as answer:
        assert answer.headers["Transfer-Encoding"] == "chunked"
        for block in answer.iter_content(100_000):
            sha.update(block)
    assert sha.hexdigest() == digest(5_000_000)


def test_a_download_may_be_given_up(target: RunningServer, session: requests.Session) -> None:
    with session.get(f"{target.url}/sized/50000000", stream=True, timeout=10) as answer:
        next(answer.iter_content(1000))
    assert session.get(target.url, timeout=10).status_code == 200


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS", "DELETE", "PATCH", "REPORT"])
def test_other_methods_arrive(
    target: RunningServer, session: requests.Session, method: str
) -> None:
    answer = session.request(method, target.url, timeout=10)
    assert (answer.status_code, answer.headers["X-Method"]) == (200, method)
