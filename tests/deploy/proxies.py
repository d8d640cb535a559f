"""Debian's nginx and HAProxy as processes of a test: in the foreground, in a directory of its own.

A proxy is handed sockets that listen already, so no port is guessed and nobody waits for a start:
who connects early waits in the backlog, and is refused once a proxy that failed has ended.
"""

from __future__ import annotations

import grp
import os
import pwd
import shutil
import socket
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

NGINX = """
daemon off;
user {user} {group};
worker_processes 1;
pid nginx.pid;
{preamble}
events {{}}
"""
NGINX_HTTP = """
http {{
    access_log off;
    client_body_temp_path client_body;
    proxy_temp_path proxy;
    fastcgi_temp_path fastcgi;
    uwsgi_temp_path uwsgi;
    scgi_temp_path scgi;
    {site}
}}
"""
NGINX_STREAM = "load_module /usr/lib/nginx/modules/ngx_stream_module.so;"


class Door:
    """A listening socket on a port the kernel picks; a proxy takes it over."""

    def __init__(self, host: str = "127.0.0.1") -> None:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self.sock = socket.create_server((host, 0), family=family, backlog=511)  # nginx's own
        self.port: int = self.sock.getsockname()[1]
        self._host = f"[{host}]" if ":" in host else host

    @property
    def address(self) -> str:
        """As nginx calls it, which finds the socket by that."""
        return f"{self._host}:{self.port}"

    @property
    def descriptor(self) -> str:
        """As HAProxy calls it."""
        return f"fd@{self.sock.fileno()}"


class Doors(NamedTuple):
    """The two of a proxy that ends TLS."""

    http: Door
    https: Door

    @classmethod
    def opened(cls, host: str = "127.0.0.1") -> Doors:
        return cls(Door(host), Door(host))


@contextmanager
def nginx(folder: Path, *doors: Door, site: str = "", stream: str = "") -> Iterator[None]:
    """nginx with `site` inside its http block, or `stream` beside it."""
    user, group = pwd.getpwuid(os.geteuid()).pw_name, grp.getgrgid(os.getegid()).gr_name
    preamble = NGINX_STREAM if stream else ""
    config = NGINX.format(user=user, group=group, preamble=preamble) + stream
    if site:
        config += NGINX_HTTP.format(site=site)
    (folder / "nginx.conf").write_text(config)
    command = [found("nginx"), "-e", "stderr", "-p", f"{folder}/", "-c", f"{folder}/nginx.conf"]
    inherited = "".join(f"{door.sock.fileno()};" for door in doors)
    with _running(command, folder / "nginx.err", doors, {"NGINX": inherited}):
        yield


@contextmanager
def haproxy(folder: Path, *doors: Door, config: str) -> Iterator[None]:
    """HAProxy with this configuration."""
    path = folder / "haproxy.cfg"
    path.write_text(config)
    command = [found("haproxy"), "-db", "-q", "-f", str(path)]
    with _running(command, folder / "haproxy.err", doors, {}):
        yield


def found(name: str) -> str:
    """The path of a command that Debian keeps where only the superuser looks."""
    path = shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin")
    assert path, f"there is no {name}: `make test` installs it"
    return path


@contextmanager
def _running(
    command: Sequence[str], errors: Path, doors: Sequence[Door], env: Mapping[str, str]
) -> Iterator[None]:
    with errors.open("wb") as stderr:
        process = subprocess.Popen(
            command,
            cwd=errors.parent,
            env={**os.environ, **env},
            stdin=subprocess.DEVNULL,
            stdout=stderr,
            stderr=stderr,
            pass_fds=[door.sock.fileno() for door in doors],
        )
    for door in doors:
        door.sock.close()
    try:
        yield
        assert process.poll() is None, f"{command[0]} ended early: {errors.read_text()}"
    except BaseException as error:
        error.add_note(f"{command[0]} has written: {errors.read_text()}")
        raise
    finally:
        process.terminate()
        process.wait(20)
