"""Stopping a Potstill behind a proxy loses no request: neither those under way nor the next."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack, contextmanager
from itertools import count
from pathlib import Path

import pytest

from tests.clients.target import BLOCK
from tests.deploy import configs
from tests.deploy.guest import visit, visit_unix
from tests.deploy.proxies import Doors, haproxy, nginx
from tests.deploy.ways import APP, Certificate, Ports, by_haproxy, by_nginx
from tests.support.load import Exchange, Lane, drive
from tests.support.server import RunningServer, potstill
from tests.support.wire import get, until

SIZE = 1000
ENOUGH = 300
"""Requests seen in the access log before and after the change."""
SECOND_TRY = """
    http-reuse always
    retry-on conn-failure empty-response
    option redispatch 1
"""

NUMBERS = count()

Proxy = Callable[[Path, str, Path], AbstractContextManager[Ports]]
Balancer = Callable[[Path, list[str], Path], AbstractContextManager[int]]


@contextmanager
def balancing_nginx(folder: Path, addresses: list[str], certificate: Path) -> Iterator[int]:
    doors = Doors.opened()
    servers = "; server ".join(addresses)
    with nginx(folder, *doors, site=configs.nginx_site(servers, certificate, doors)):
        yield doors.http.port


@contextmanager
def balancing_haproxy(folder: Path, addresses: list[str], certificate: Path) -> Iterator[int]:
    doors = Doors.opened()
    one, other = (address.replace("unix:", "unix@") for address in addresses)
    servers = f"{one}\n    server other {other}"
    config = configs.haproxy_config(servers, certificate, doors, backend=SECOND_TRY)
    with haproxy(folder, *doors, config=config):
        yield doors.http.port


@pytest.mark.parametrize("unix", [False, True], ids=["tcp", "unix"])
@pytest.mark.parametrize("proxy", [by_nginx, by_haproxy])
def test_requests_under_way_are_answered(
    tmp_path: Path, certificate: Certificate, proxy: Proxy, unix: bool
) -> None:
    with running(tmp_path, unix) as (server, address), ExitStack() as stack:
        ports = stack.enter_context(proxy(tmp_path, address, certificate.path))
        guests = [stack.enter_context(visit(ports["http"])) for _ in range(4)]
        for guest in guests:
            guest.send(get(f"/gate?{tmp_path}/open"))
        until(lambda: server.output.count("waiting") == len(guests), timeout=20)
        server.process.send_signal(signal.SIGTERM)
        until(lambda: refuses(address))
        (tmp_path / "open").touch()
        for guest in guests:
            assert guest.environ()["PATH_INFO"] == "/gate"
        assert server.process.wait(10) == 0


@pytest.mark.parametrize("unix", [False, True], ids=["tcp", "unix"])
@pytest.mark.parametrize("proxy", [balancing_nginx, balancing_haproxy])
def test_a_second_server_takes_over_without_a_failure(
    tmp_path: Path, certificate: Certificate, proxy: Balancer, unix: bool
) -> None:
    over = threading.Event()
    lane = Lane(8, requests(over))
    with (
        running(tmp_path, unix) as (old, old_address),
        running(tmp_path, unix) as (new, new_address),
        proxy(tmp_path, [old_address, new_address], certificate.path) as port,
        ThreadPoolExecutor() as pool,
    ):
        load = pool.submit(drive, port, lane)
        try:
            until(lambda: load.done() or answered(old) > ENOUGH, timeout=20)
            assert old.stop() == 0
            before = answered(new)
            until(lambda: load.done() or answered(new) > before + ENOUGH, timeout=20)
        finally:
            over.set()
        load.result()
    assert lane.answered > 2 * ENOUGH


@contextmanager
def running(folder: Path, unix: bool) -> Iterator[tuple[RunningServer, str]]:
    """A Potstill, and its address as nginx writes it."""
    bind = f"unix:{folder}/{next(NUMBERS)}.sock" if unix else "127.0.0.1:0"
    with potstill(APP, bind=bind) as server:
        yield server, bind if unix else f"127.0.0.1:{server.port}"


def requests(over: threading.Event) -> Iterator[Exchange]:
    """The same question until it is over."""
    exchange = Exchange(get(f"/sized/{SIZE}"), BLOCK[:SIZE])
    while not over.is_set():
        yield exchange


def answered(server: RunningServer) -> int:
    return server.output.count(f'"GET /sized/{SIZE} HTTP/1.1" 200 ')


def refuses(address: str) -> bool:
    """Whether nobody listens there any more."""
    try:
        if address.startswith("unix:"):
            visit_unix(address.removeprefix("unix:")).close()
        else:
            visit(int(address.rpartition(":")[2])).close()
    except (ConnectionRefusedError, FileNotFoundError):
        return True
    except ConnectionResetError:  # it is being closed with this connection in its backlog
        return False
    return False
