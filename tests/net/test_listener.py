from __future__ import annotations

import errno
import socket
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from potstill.net.listener import Listener, listen
from tests.net.pair import descriptors

Accepted = tuple[socket.socket, tuple[str, str], tuple[str, str]]


@contextmanager
def listening(
    host: str, port: int = 0, *, secure: bool = False, reuse_port: bool = False
) -> Iterator[list[Listener]]:
    listeners = listen(host, port, 16, secure=secure, reuse_port=reuse_port)
    try:
        yield listeners
    finally:
        for listener in listeners:
            listener.close()


def host_of(listener: Listener) -> str:
    return str(listener.server_address[0])


def port_of(listener: Listener) -> int:
    return int(listener.server_address[1])


@contextmanager
def accepted(listener: Listener, host: str) -> Iterator[tuple[socket.socket, Accepted]]:
    """A client that has connected to `host`, and what the listener makes of it."""
    with socket.create_connection((host, port_of(listener)), timeout=5) as client:
        (connection,) = listener.accept(10)
        with connection[0]:
            yield client, connection


def test_it_listens_at_an_address_and_a_port_that_the_kernel_chooses() -> None:
    with listening("127.0.0.1") as (listener,):
        host, port = listener.sock.getsockname()
        assert port > 0
        assert listener.server_address == (host, port) == ("127.0.0.1", port)
        assert str(listener) == f"http://127.0.0.1:{port}"


def test_a_listener_that_speaks_tls_is_named_by_https() -> None:
    with listening("127.0.0.1", secure=True) as (secure,), listening("127.0.0.1") as (plain,):
        assert secure.is_secure
        assert not plain.is_secure
        assert str(secure) == f"https://127.0.0.1:{port_of(secure)}"


def test_it_listens_over_ipv6() -> None:
    with listening("::1") as (listener,):
        assert str(listener) == f"http://[::1]:{port_of(listener)}"
        with accepted(listener, "::1") as (client, (_, peer, server)):
            assert peer == ("::1", str(client.getsockname()[1]))
            assert server == ("[::1]", str(port_of(listener)))


def test_the_other_side_and_the_own_name_come_with_each_connection() -> None:
    with (
        listening("127.0.0.1") as (listener,),
        accepted(listener, "127.0.0.1") as (client, (_, peer, server)),
    ):
        assert peer == ("127.0.0.1", str(client.getsockname()[1]))
        assert server == ("127.0.0.1", str(port_of(listener)))


def test_a_listener_of_all_addresses_names_the_one_that_was_called() -> None:
    with listening("0.0.0.0") as (listener,):
        for host in ("127.0.0.1", "127.0.0.2"):
            with accepted(listener, host) as (_, (_, _, server)):
                assert server == (host, str(port_of(listener)))


def test_an_empty_host_is_all_addresses_of_both_families() -> None:
    with listening("") as listeners:
        assert len({port_of(listener) for listener in listeners}) == 1
        (listener,) = listeners
        for host, name in (("127.0.0.1", "127.0.0.1"), ("::1", "[::1]")):
            with accepted(listener, host) as (_, (_, peer, server)):
                assert peer[0] == host
                assert server == (name, str(port_of(listener)))


def test_an_ipv6_address_alone_leaves_ipv4_to_others() -> None:
    with (
        listening("::1") as (six,),
        listening("127.0.0.1", port_of(six)) as (four,),
        accepted(six, "::1"),
        accepted(four, "127.0.0.1"),
    ):
        assert port_of(six) == port_of(four)


def test_a_name_is_every_address_it_has_with_one_port_for_all() -> None:
    infos = socket.getaddrinfo("localhost", 0, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    expected = {info[4][0] for info in infos}
    with listening("localhost") as listeners:
        assert {host_of(listener) for listener in listeners} == expected
        assert len({port_of(listener) for listener in listeners}) == 1


def test_an_address_that_is_taken_is_an_error_and_leaves_nothing_behind() -> None:
    with listening("127.0.0.1") as (listener,):
        before = descriptors()
        with pytest.raises(OSError, match="in use") as refused:
            listen("127.0.0.1", port_of(listener), 16)
        assert refused.value.errno == errno.EADDRINUSE
        assert descriptors() == before


def test_a_port_is_shared_by_those_who_all_ask_for_it() -> None:
    with (
        listening("127.0.0.1", reuse_port=True) as (first,),
        listening("127.0.0.1", port_of(first), reuse_port=True) as (second,),
    ):
        assert second.server_address == first.server_address
        with pytest.raises(OSError, match="in use"):
            listen("127.0.0.1", port_of(first), 16)


def test_a_port_taken_alone_is_shared_with_nobody() -> None:
    with listening("127.0.0.1") as (alone,), pytest.raises(OSError, match="in use"):
        listen("127.0.0.1", port_of(alone), 16, reuse_port=True)


def test_a_name_that_nobody_has_is_an_error() -> None:
    with pytest.raises(OSError, match=r"."):
        listen("no-such-host.invalid", 0, 16)


def test_nobody_there_is_nobody_accepted() -> None:
    with listening("127.0.0.1") as (listener,):
        assert list(listener.accept(5)) == []


def test_no_more_are_accepted_than_asked_for() -> None:
    with listening("127.0.0.1") as (listener,):
        address = ("127.0.0.1", port_of(listener))
        clients = [socket.create_connection(address, timeout=5) for _ in range(3)]
        batches = [list(listener.accept(most)) for most in (0, -1, 2, 2, 2)]
        assert [len(batch) for batch in batches] == [0, 0, 2, 1, 0]
        for batch in batches:
            for sock, _, _ in batch:
                sock.close()
        for client in clients:
            client.close()


def test_an_accepted_socket_never_blocks_nor_holds_back_small_answers() -> None:
    with (
        listening("127.0.0.1") as (listener,),
        accepted(listener, "127.0.0.1") as (_, (sock, _, _)),
    ):
        assert not sock.getblocking()
        assert sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_a_client_that_has_gone_already_harms_nobody() -> None:
    with listening("127.0.0.1") as (listener,):
        address = ("127.0.0.1", port_of(listener))
        gone = socket.create_connection(address)
        gone.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        gone.close()
        with socket.create_connection(address, timeout=5) as client:
            batch = list(listener.accept(5))
            assert batch[-1][1][1] == str(client.getsockname()[1])
            for sock, _, _ in batch:
                sock.close()


def test_a_closed_listener_refuses_connections() -> None:
    with listening("127.0.0.1") as (listener,):
        pass
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port_of(listener)), timeout=5)
