"""Where connections come from: listening sockets, and how a client names them.

This module opens TCP sockets, over IPv4, IPv6 or both; `unix_listener` opens Unix sockets and
`inherited` takes over what another process has opened. Bytes are never read here.
"""

from __future__ import annotations

import errno
import socket
from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import Any

# accept(2): errors of the connection that was to be accepted, not of the listener.
_GONE_ALREADY = {errno.ECONNABORTED, errno.EPROTO, errno.EPERM, errno.ENETDOWN, errno.EHOSTDOWN}
OUT_OF_DESCRIPTORS = {errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM}

Ends = tuple[tuple[str, str], tuple[str, str]]
"""The client's address and port, and the server's name and port as that client reached it."""


class Listener(ABC):
    """One listening socket."""

    is_secure = False
    """Is TLS spoken to those who connect?"""

    def __init__(self, sock: socket.socket) -> None:
        sock.setblocking(False)
        self.sock = sock
        self.fd = sock.fileno()

    @property
    @abstractmethod
    def server_address(self) -> tuple[str, int] | str:
        """Host and port, or the path of a Unix socket ("@name" when it is abstract)."""

    @abstractmethod
    def __str__(self) -> str:
        """How the log names it, and a client would."""

    @abstractmethod
    def _ends(self, sock: socket.socket, address: Any) -> Ends:
        """Name both ends of a connection; `address` is what accept(2) said of the client."""

    def accept(self, most: int) -> Iterator[tuple[socket.socket, tuple[str, str], tuple[str, str]]]:
        """Sockets of those who wait, at most so many; never blocks.

        Each comes with the client's address and port, and with the server's name and port as
        that client reached it.

        OSError when there is no descriptor or memory left for another connection.
        """
        for _ in range(most):
            try:
                sock, address = self.sock.accept()
            except BlockingIOError:
                return
            except OSError as error:
                if error.errno in _GONE_ALREADY:
                    continue
                raise
            sock.setblocking(False)
            peer, server = self._ends(sock, address)
            yield sock, peer, server

    def close(self) -> None:
        """Refuse whoever comes, and whoever still waits to be accepted."""
        self.sock.close()


class TCPListener(Listener):
    """A listening TCP socket."""

    def __init__(self, sock: socket.socket, *, secure: bool = False) -> None:
        super().__init__(sock)
        host, port = sock.getsockname()[:2]
        self.host: str = host
        self.port: int = port
        self.is_secure = secure
        self._names: tuple[str, str] | None = None
        if host not in ("0.0.0.0", "::"):  # noqa: S104 - asked, not given
            self._names = _server_names(host, port)

    @property
    def server_address(self) -> tuple[str, int]:
        return self.host, self.port

    def __str__(self) -> str:
        scheme = "https" if self.is_secure else "http"
        return f"{scheme}://" + ":".join(_server_names(self.host, self.port))

    def _ends(self, sock: socket.socket, address: Any) -> Ends:
        names = self._names or _server_names(*sock.getsockname()[:2])
        return (_plain_address(address[0]), str(address[1])), names


def listen(
    host: str, port: int, backlog: int, *, secure: bool = False, reuse_port: bool = False
) -> list[Listener]:
    """Listen on every address that `host` stands for; an empty host means all, of both families.

    Port 0 lets the kernel choose, the same port for all. `reuse_port` shares the port with other
    processes of this user that ask for the same; the kernel spreads connections among them.

    OSError when one of the addresses cannot be had; then none is kept.
    """
    listeners: list[TCPListener] = []
    try:
        for family, address in _addresses(host, port):
            wanted = (address[0], listeners[0].port if listeners else port, *address[2:])
            sock = _listening(family, wanted, backlog, reuse_port)
            listeners.append(TCPListener(sock, secure=secure))
    except OSError:
        for listener in listeners:
            listener.close()
        raise
    return [*listeners]


def _addresses(host: str, port: int) -> list[tuple[socket.AddressFamily, tuple[str, int]]]:
    if not host:
        if socket.has_dualstack_ipv6():
            return [(socket.AF_INET6, ("::", port))]
        return [(socket.AF_INET, ("0.0.0.0", port))]  # noqa: S104 - asked for
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    unique = dict.fromkeys((family, address) for family, _, _, _, address in found)
    # TCP addresses only: typeshed cannot know.
    return [(family, address) for family, address in unique]  # type: ignore[misc]


def _listening(
    family: socket.AddressFamily, address: tuple[str | int, ...], backlog: int, reuse_port: bool
) -> socket.socket:
    sock = socket.socket(family, socket.SOCK_STREAM)
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if reuse_port:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        if family == socket.AF_INET6:
            both = address[0] == "::" and socket.has_dualstack_ipv6()
            sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, not both)
        send_at_once(sock)
        sock.bind(address)
        sock.listen(backlog)
    except OSError:
        sock.close()
        raise
    return sock


def send_at_once(sock: socket.socket) -> None:
    """Let no small answer wait for an acknowledgement; accepted sockets inherit it."""
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


def _server_names(host: str, port: int) -> tuple[str, str]:
    """SERVER_NAME and SERVER_PORT (RFC 3875, 4.1.14 and 4.1.15)."""
    name = _plain_address(host)
    return (f"[{name}]" if ":" in name else name), str(port)


def _plain_address(host: str) -> str:
    """An IPv4 client of a dual-stack listener has its own address, not a mapped one."""
    return host.removeprefix("::ffff:") if "." in host else host
