"""`adopt`: sockets that somebody else has opened."""

from __future__ import annotations

import errno
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from potstill.net.inherited import adopt
from potstill.net.listener import Listener


@contextmanager
def adopted(sock: socket.socket, *, secure: bool = False) -> Iterator[Listener]:
    """What becomes of a socket whose parent has nothing but its descriptor left."""
    os.set_inheritable(sock.fileno(), True)
    listener = adopt(sock.detach(), secure=secure)
    try:
        yield listener
    finally:
        listener.close()


def listening_at(address: str | bytes) -> socket.socket:
    sock = socket.socket(socket.AF_UNIX)
    sock.bind(address)
    sock.listen()
    return sock


def refused(sock: socket.socket, sentence: str) -> OSError:
    """Why it cannot be adopted; its owner must not notice the trial."""
    with sock:
        os.set_inheritable(sock.fileno(), True)
        with pytest.raises(OSError, match=f"descriptor {sock.fileno()} {sentence}") as error:
            adopt(sock.fileno())
        assert error.value.strerror
        assert os.get_inheritable(sock.fileno())
        assert os.get_blocking(sock.fileno())
    return error.value


def test_a_tcp_socket_serves_as_if_it_were_our_own() -> None:
    with adopted(socket.create_server(("127.0.0.1", 0))) as listener:
        host, port = listener.sock.getsockname()
        assert listener.server_address == (host, port) == ("127.0.0.1", port)
        assert str(listener) == f"http://127.0.0.1:{port}"
        with socket.create_connection((host, port), timeout=5) as client:
            ((sock, peer, server),) = listener.accept(10)
            with sock:
                assert not sock.getblocking()
                assert sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
            assert (peer[1], server) == (str(client.getsockname()[1]), (host, str(port)))


def test_an_ipv6_socket_is_one_of_tcp() -> None:
    with adopted(socket.create_server(("::1", 0), family=socket.AF_INET6)) as listener:
        assert listener.server_address == ("::1", listener.sock.getsockname()[1])


def test_it_speaks_tls_when_it_is_told_to() -> None:
    with adopted(socket.create_server(("127.0.0.1", 0)), secure=True) as listener:
        assert listener.is_secure
        assert str(listener).startswith("https://127.0.0.1:")


def test_it_blocks_nobody_and_children_do_not_get_it() -> None:
    with adopted(socket.create_server(("127.0.0.1", 0))) as listener:
        assert not os.get_inheritable(listener.fd)
        assert not os.get_blocking(listener.fd)
        assert list(listener.accept(10)) == []


def test_a_unix_socket_speaks_plain_http_and_its_file_stays(tmp_path: Path) -> None:
    path = str(tmp_path / "socket")
    with adopted(listening_at(path), secure=True) as listener:
        assert listener.server_address == path
        assert str(listener) == f"unix:{path}"
        assert not listener.is_secure
        with socket.socket(socket.AF_UNIX) as client:
            client.connect(path)
            ((sock, peer, server),) = listener.accept(10)
            sock.close()
            assert (peer, server) == (("", ""), ("localhost", "80"))
    assert Path(path).is_socket()


def test_an_abstract_socket_is_called_by_its_name() -> None:
    name = f"potstill-inherited-{os.getpid()}"
    with adopted(listening_at(f"\0{name}")) as listener:
        assert str(listener) == f"unix:@{name}"


def test_a_name_that_is_no_text_can_be_printed() -> None:
    with adopted(listening_at(b"\0\xff%d" % os.getpid())) as listener:
        assert str(listener) == f"unix:@\udcff{os.getpid()}"


def test_a_closed_descriptor_is_refused() -> None:
    number = os.open("/dev/null", os.O_RDONLY)
    os.close(number)
    with pytest.raises(OSError, match=f"descriptor {number} is not open") as error:
        adopt(number)
    assert error.value.errno == errno.EBADF


def test_a_descriptor_of_something_else_is_refused_and_stays_open() -> None:
    with Path("/dev/null").open() as file:
        with pytest.raises(OSError, match=f"descriptor {file.fileno()} is no socket"):
            adopt(file.fileno())
        assert file.read() == ""


def test_a_socket_that_does_not_listen_is_refused() -> None:
    refused(socket.socket(), "is a socket that does not listen")
    refused(socket.socket(socket.AF_UNIX), "is a socket that does not listen")


def test_a_connection_is_refused() -> None:
    near, far = socket.socketpair()
    with far:
        refused(near, "is a socket that does not listen")
        near.close()


@pytest.mark.parametrize(
    ("family", "kind"),
    [
        (socket.AF_INET, socket.SOCK_DGRAM),
        (socket.AF_UNIX, socket.SOCK_DGRAM),
        (socket.AF_UNIX, socket.SOCK_SEQPACKET),
    ],
)
def test_a_socket_without_streams_is_refused(
    family: socket.AddressFamily, kind: socket.SocketKind
) -> None:
    refused(socket.socket(family, kind), "is neither a TCP nor a Unix stream socket")
