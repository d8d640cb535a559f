"""The ways to stand in front of a Potstill that are tested alike, whatever they are made of."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import NamedTuple

from tests.deploy import configs, files
from tests.deploy.guest import GUEST, Guest, visit
from tests.deploy.proxies import Doors, haproxy, nginx
from tests.support.server import RunningServer, potstill

APP = "tests.deploy.app:app"
Ports = dict[str, int]
"""Of a proxy, by the scheme that is spoken there."""
REDIRECTED = "redirected"


class Certificate(NamedTuple):
    """A PEM file with key and certificate for localhost, and a context that trusts it."""

    path: Path
    trusting: ssl.SSLContext


@dataclass(frozen=True, slots=True)
class Way:
    """A kind of proxy, Potstill's arguments for it, and what such a proxy can tell or do.

    `proxy` is given a directory, Potstill's address (as nginx writes it) and a certificate.
    """

    name: str
    proxy: Callable[[Path, str, Path], AbstractContextManager[Ports]]
    arguments: tuple[str, ...]
    unix: bool = False
    tells_scheme: bool = True
    is_shared: bool = True
    """Whether one connection to Potstill serves several clients."""
    paths: tuple[str, ...] = ("/",)
    """Where bodies are passed on, each in another manner."""

    @property
    def sends_header(self) -> bool:
        """Whether a connection begins with a PROXY header."""
        return "--proxy-protocol" in self.arguments


@dataclass(frozen=True, slots=True)
class Front:
    """A proxy with Potstill behind it."""

    way: Way
    server: RunningServer
    ports: Ports
    trusting: ssl.SSLContext

    def visit(self, scheme: str = "", source: str = GUEST, receive_buffer: int = 0) -> Guest:
        """A client of the proxy, over the first scheme it speaks unless one is named."""
        scheme = scheme or next(iter(self.ports))
        tls = self.trusting if scheme == "https" else None
        return visit(self.ports[scheme], source=source, tls=tls, receive_buffer=receive_buffer)

    def connections(self) -> set[str]:
        """Names of all sockets Potstill has open now."""
        links = Path(f"/proc/{self.server.pid}/fd").iterdir()
        return {name for name in map(_target, links) if name.startswith("socket:")}


@contextmanager
def standing(way: Way, folder: Path, certificate: Certificate) -> Iterator[Front]:
    """The proxy and its Potstill; neither has anything to complain about."""
    bind = f"unix:{folder}/app.sock" if way.unix else "127.0.0.1:0"
    with potstill(APP, *way.arguments, bind=bind) as server:
        address = bind if way.unix else f"127.0.0.1:{server.port}"
        with way.proxy(folder, address, certificate.path) as ports:
            yield Front(way, server, ports, certificate.trusting)
        assert server.stop() == 0
    for complaint in ("[WARNING]", "[ERROR]", "[CRITICAL]", "Traceback"):
        assert complaint not in server.output, server.output


@contextmanager
def by_nginx(folder: Path, address: str, certificate: Path) -> Iterator[Ports]:
    doors = Doors.opened()
    site = configs.nginx_site(address, certificate, doors)
    with nginx(folder, *doors, site=site):
        yield both(doors)


@contextmanager
def by_nginx_stream(folder: Path, address: str, certificate: Path) -> Iterator[Ports]:
    doors = Doors.opened()
    stream = configs.nginx_stream(address, certificate, doors)
    with nginx(folder, *doors, stream=stream):
        yield both(doors)


@contextmanager
def by_haproxy(folder: Path, address: str, certificate: Path, options: str = "") -> Iterator[Ports]:
    doors = Doors.opened()
    server = f"{address.replace('unix:', 'unix@')} {options}"
    added = ("", "http-reuse never") if options else (configs.FIELDS, "http-reuse always")
    config = configs.haproxy_config(server, certificate, doors, *added)
    with haproxy(folder, *doors, config=config):
        yield both(doors)


@contextmanager
def by_our_nginx(folder: Path, address: str, certificate: Path) -> Iterator[Ports]:
    """With deploy/nginx.conf."""
    doors = Doors.opened()
    site = files.nginx_site(address, certificate, doors)
    with nginx(folder, *doors, site=site):
        yield only_https(doors)


@contextmanager
def by_our_haproxy(folder: Path, address: str, certificate: Path, choice: str) -> Iterator[Ports]:
    """With deploy/haproxy.cfg."""
    doors = Doors.opened()
    server = address.replace("unix:", "unix@")
    config = files.haproxy_config(choice, server, certificate, doors)
    with haproxy(folder, *doors, config=config):
        yield only_https(doors)


def both(doors: Doors) -> Ports:
    return {"http": doors.http.port, "https": doors.https.port}


def only_https(doors: Doors) -> Ports:
    """Requests over plain http are redirected."""
    return {"https": doors.https.port, REDIRECTED: doors.http.port}


def _target(link: Path) -> str:
    try:
        return str(link.readlink())
    except FileNotFoundError:  # closed since it was listed
        return ""


FIELDS = ("--forwarded-allow-ips", "127.0.0.1")
UNIX_FIELDS = ("--forwarded-allow-ips", "unix")
HEADER = ("--proxy-protocol", "--proxy-allow-from", "127.0.0.1")
UNIX_HEADER = ("--proxy-protocol", "--proxy-allow-from", "unix")

BUFFERED = ("/", "/unbuffered/")
LIVE = (*FIELDS, "--request-buffering", "off")

_V1 = partial(by_haproxy, options="send-proxy")
_V2 = partial(by_haproxy, options="send-proxy-v2")
_V2_SSL = partial(by_haproxy, options="send-proxy-v2-ssl")

WAYS = (
    Way("nginx", by_nginx, FIELDS, paths=BUFFERED),
    Way("nginx-unix", by_nginx, UNIX_FIELDS, unix=True, paths=BUFFERED),
    Way("nginx-live", by_nginx, LIVE, paths=BUFFERED),
    Way("nginx-stream", by_nginx_stream, HEADER, tells_scheme=False, is_shared=False),
    Way("haproxy", by_haproxy, FIELDS),
    Way("haproxy-live", by_haproxy, LIVE),
    Way("haproxy-unix", by_haproxy, UNIX_FIELDS, unix=True),
    Way("haproxy-v1", _V1, HEADER, tells_scheme=False, is_shared=False),
    Way("haproxy-v2", _V2, HEADER, tells_scheme=False, is_shared=False),
    Way("haproxy-v2-ssl", _V2_SSL, HEADER, is_shared=False),
    Way("haproxy-v2-ssl-unix", _V2_SSL, UNIX_HEADER, unix=True, is_shared=False),
    Way("our-nginx", by_our_nginx, FIELDS),
    Way("our-nginx-unix", by_our_nginx, UNIX_FIELDS, unix=True),
    Way("our-haproxy", partial(by_our_haproxy, choice="tcp"), FIELDS),
    Way("our-haproxy-unix", partial(by_our_haproxy, choice="unix"), UNIX_FIELDS, unix=True),
    Way("our-haproxy-proxy", partial(by_our_haproxy, choice="proxy"), HEADER, is_shared=False),
)
