"""What goes wrong in Potstill or its application is told to the client as it is by a proxy."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from pathlib import Path

import pytest

from tests.deploy.guest import Guest, visit
from tests.deploy.ways import APP, Certificate, Ports, by_haproxy, by_nginx
from tests.support.server import potstill
from tests.support.wire import WireError, get

PIECE = bytes(100_000)
PIECES = 80

Proxy = Callable[[Path, str, Path], AbstractContextManager[Ports]]
BOTH = pytest.mark.parametrize("proxy", [by_nginx, by_haproxy])


@pytest.mark.parametrize("buffering", ["on", "off"])
@pytest.mark.parametrize(
    ("proxy", "path"), [(by_nginx, "/"), (by_nginx, "/unbuffered/"), (by_haproxy, "/")]
)
def test_a_body_that_is_too_large_is_answered_413(
    tmp_path: Path, certificate: Certificate, proxy: Proxy, path: str, buffering: str
) -> None:
    limits = ("--limit-request-body", "1MiB", "--request-buffering", buffering)
    with (
        potstill(APP, *limits) as server,
        proxy(tmp_path, f"127.0.0.1:{server.port}", certificate.path) as ports,
    ):
        for send in (send_sized, send_chunked):
            with visit(ports["http"]) as guest:
                with suppress(ConnectionError):  # who is refused need not be listened to
                    send(guest, path)
                assert guest.answer().status == 413


@BOTH
@pytest.mark.parametrize("path", ["/broken/sized", "/broken/streamed"])
def test_an_answer_that_breaks_off_does_not_look_complete(
    tmp_path: Path, certificate: Certificate, proxy: Proxy, path: str
) -> None:
    with (
        potstill(APP) as server,
        proxy(tmp_path, f"127.0.0.1:{server.port}", certificate.path) as ports,
        visit(ports["http"]) as guest,
    ):
        guest.send(get(path))
        with pytest.raises((WireError, ConnectionError)):
            guest.answer()
        server.wait_for("malted too long")


@BOTH
def test_an_application_that_fails_is_answered_500(
    tmp_path: Path, certificate: Certificate, proxy: Proxy
) -> None:
    with (
        potstill(APP) as server,
        proxy(tmp_path, f"127.0.0.1:{server.port}", certificate.path) as ports,
        visit(ports["http"]) as guest,
    ):
        for _ in range(3):
            guest.send(get("/sized/many"))
            assert guest.answer().status == 500
            assert guest.told()["PATH_INFO"] == "/"


def send_sized(guest: Guest, path: str) -> None:
    guest.send(get(path, f"Content-Length: {PIECES * len(PIECE)}", method="POST"))
    guest.send_in_pieces(PIECE for _ in range(PIECES))


def send_chunked(guest: Guest, path: str) -> None:
    guest.send(get(path, "Transfer-Encoding: chunked", method="POST"))
    chunk = b"%x\r\n%b\r\n" % (len(PIECE), PIECE)
    guest.send_in_pieces([chunk] * PIECES)
    guest.send(b"0\r\n\r\n")
