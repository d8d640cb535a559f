"""curl, as a person types it."""

from __future__ import annotations

import hashlib
import json
import subprocess
from pathlib import Path

import pytest

from tests.support.server import RunningServer

from .target import BLOCK, digest

METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND", "M-SEARCH", "purge"]


def curl(*arguments: str, stdin: bytes = b"") -> str:
    """What curl prints; AssertionError when it is not content."""
    command = ["curl", "--silent", "--show-error", "--noproxy", "*", "--max-time", "30"]
    done = subprocess.run([*command, *arguments], input=stdin, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode()


def trace(*arguments: str) -> str:
    """What curl tells of the conversation with --verbose."""
    return curl("--verbose", "--output", "/dev/null", "--stderr", "-", *arguments)


@pytest.fixture
def upload(tmp_path: Path) -> Path:
    file = tmp_path / "upload.bin"
    file.write_bytes(BLOCK * 48)  # 3 MiB: past what is kept in memory
    return file


@pytest.mark.parametrize("method", METHODS)
def test_each_method_arrives_as_it_was_sent(target: RunningServer, method: str) -> None:
    seen = json.loads(curl("--request", method, f"{target.url}/a%20b?c=%20d"))
    assert (seen["method"], seen["path"], seen["query"]) == (method, "/a b", "c=%20d")


def test_two_requests_share_one_connection(target: RunningServer) -> None:
    told = trace(f"{target.url}/one", "--next", "--verbose", f"{target.url}/two")
    assert "Re-using existing connection" in told
    assert told.count("< HTTP/1.1 200 OK") == 2


def test_many_requests_go_through_one_connection(target: RunningServer) -> None:
    wanted = ["--write-out", "%{num_connects}\n", "--output", "/dev/null"]
    told = curl(*wanted, f"{target.url}/n/[1-200]")
    assert [int(line) for line in told.split()] == [1] + [0] * 199


def test_an_upload_waits_for_100_continue(target: RunningServer, upload: Path) -> None:
    expect = ["--header", "Expect: 100-continue", "--expect100-timeout", "20"]
    told = trace(*expect, "--upload-file", str(upload), f"{target.url}/")
    assert told.index("> Expect: 100-continue") < told.index("< HTTP/1.1 100 Continue")
    assert told.index("< HTTP/1.1 100 Continue") < told.index("< HTTP/1.1 200 OK")


def test_an_upload_arrives_whole(target: RunningServer, upload: Path) -> None:
    seen = json.loads(curl("--data-binary", f"@{upload}", f"{target.url}/"))
    assert seen["length"] == str(seen["size"]) == str(len(BLOCK) * 48)
    assert seen["sha256"] == hashlib.sha256(upload.read_bytes()).hexdigest()


def test_an_upload_in_chunks_arrives_whole(target: RunningServer, upload: Path) -> None:
    chunked = ["--header", "Transfer-Encoding: chunked", "--upload-file", "-"]
    seen = json.loads(curl(*chunked, f"{target.url}/", stdin=upload.read_bytes()))
    assert (seen["method"], seen["size"]) == ("PUT", len(BLOCK) * 48)
    assert seen["sha256"] == hashlib.sha256(upload.read_bytes()).hexdigest()


def test_a_form_with_a_file_arrives(target: RunningServer, upload: Path) -> None:
    form = ["--form", "note=malt", "--form", f"file=@{upload}"]
    assert json.loads(curl(*form, f"{target.url}/"))["size"] > upload.stat().st_size


def test_head_shows_the_fields_of_get(target: RunningServer) -> None:
    told = curl("--head", f"{target.url}/sized/5000")
    assert told.startswith("HTTP/1.1 200 OK\r\n")
    assert "content-length: 5000" in told.lower()
    assert told.endswith("\r\n\r\n")


@pytest.mark.parametrize("kind", ["sized", "streamed"])
def test_a_large_download_is_the_same_to_the_last_byte(
    target: RunningServer, tmp_path: Path, kind: str
) -> None:
    length = 40_000_001
    file = tmp_path / "download.bin"
    curl("--output", str(file), f"{target.url}/{kind}/{length}")
    assert file.stat().st_size == length
    assert hashlib.sha256(file.read_bytes()).hexdigest() == digest(length)


@pytest.mark.parametrize("kind", ["sized", "streamed"])
def test_http_1_0_is_answered_and_the_connection_closed(target: RunningServer, kind: str) -> None:
    told = trace("--http1.0", f"{target.url}/{kind}/100000")
    assert "< Connection: close" in told
    assert "Transfer-Encoding" not in told
    assert "Closing connection" in told


def test_the_version_that_was_sent_reaches_the_application(target: RunningServer) -> None:
    assert json.loads(curl("--http1.0", f"{target.url}/"))["protocol"] == "HTTP/1.0"
    assert json.loads(curl("--http1.1", f"{target.url}/"))["protocol"] == "HTTP/1.1"
