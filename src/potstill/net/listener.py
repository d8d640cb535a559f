"""Where connections come from: listening TCP sockets over IPv4, IPv6 or both."""

from __future__ import annotations

import errno
import socket
from collections.abc import Iterator

# accept(2): errors of the connection that was to be accepted, not of the listener.
_GONE_ALREADY = {errno.ECONNABORTED, errno.EPROTO, errno.EPERM, errno.ENETDOWN, errno.EHOSTDOWN}
OUT_OF_DESCRIPTORS = {errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM}


class Listener:
    """One listening socket, and how a client names it."""

    def __init__(self, sock: socket.socket) -> None:
        sock.setblocking(False)
        self.sock = sock
        self.fd = sock.fileno()
        host, port = sock.getsockname()[:2]
        self.host: str = host
        self.port: int = port
        self._names: tuple[str, str] | None = None
        if host not in ("0.0.0.0", "::"):  # noqa: S104 - asked, not given
            self._names = _server_names(host, port)

    def __str__(self) -> str:
        return "http://" + ":".join(_server_names(self.host, self.port))

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
            names = self._names or _server_names(*sock.getsockname()[:2])
            yield sock, (_plain_address(address[0]), str(address[1])), names

    def close(self) -> None:
        self.sock.close()


def listen(host: str, port: int, backlog: int) -> list[Listener]:
    """Listen on every address that `host` stands for; an empty host means all, of both families.

    Port 0 lets the kernel choose, the same port for all. OSError with the address in its message
    when one cannot be had.
    """
    listeners: list[Listener] = []
    try:
        for family, address in _addresses(host, port):
            wanted = (address[0], listeners[0].port if listeners else port, *address[2:])
            listeners.append(Listener(_listening(family, wanted, backlog)))
    except OSError:
        for listener in listeners:
            listener.close()
        raise
    return listeners


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
    family: socket.AddressFamily, address: tuple[str | int, ...], backlog: int
) -> socket.socket:
    sock = socket.socket(family, socket.SOCK_STREAM)
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        # Accepted sockets inherit it: small answers must not wait for an acknowledgement.
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if family == socket.AF_INET6:
            both = address[0] == "::" and socket.has_dualstack_ipv6()
            sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, not both)
        sock.bind(address)
        sock.listen(backlog)
    except OSError:
        sock.close()
        raise
    return sock


def _server_names(host: str, port: int) -> tuple[str, str]:
    """SERVER_NAME and SERVER_PORT (RFC 3875, 4.1.14 and 4.1.15)."""
    name = _plain_address(host)
    return (f"[{name}]" if ":" in name else name), str(port)


def _plain_address(host: str) -> str:
    """An IPv4 client of a dual-stack listener has its own address, not a mapped one."""
    return host.removeprefix("::ffff:") if "." in host else host
