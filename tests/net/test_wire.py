from __future__ import annotations

import socket
import threading
from tempfile import TemporaryFile

import pytest

from potstill.net.wire import Wire
from tests.net.pair import available, narrow, tcp

PATIENCE = 10
DATA = bytes(range(256)) * 1000


def test_what_it_receives_and_sends_is_the_socket_s_own() -> None:
    with narrow() as (near, far):
        wire = Wire(near)
        far.sendall(b"hello")
        assert wire.recv(2) == b"he"
        assert wire.recv(100) == b"llo"
        assert wire.send(b"head") + wire.send(memoryview(b"body")) == 8
        assert available(far) == b"headbody"


def test_it_never_blocks() -> None:
    with narrow() as (near, _):
        wire = Wire(near)
        with pytest.raises(BlockingIOError):
            wire.recv(1)
        assert 0 < wire.send(DATA) < len(DATA)
        with pytest.raises(BlockingIOError):
            wire.send(DATA)


def test_a_piece_of_a_file_is_sent_as_far_as_the_kernel_takes_it() -> None:
    with tcp() as (near, far), TemporaryFile() as file:
        wire = Wire(near)
        file.write(DATA)
        file.flush()
        assert wire.send_file(file.fileno(), 256, 10) == 10
        assert far.recv(100) == DATA[:10]
        assert wire.send_file(file.fileno(), len(DATA) - 3, 100) == 3
        assert far.recv(100) == DATA[-3:]
        assert wire.send_file(file.fileno(), len(DATA), 100) == 0


def test_after_its_end_the_peer_is_still_heard() -> None:
    with tcp() as (near, far):
        wire = Wire(near)
        wire.send(b"all")
        wire.end()
        assert (far.recv(100), far.recv(100)) == (b"all", b"")
        far.sendall(b"anything")
        assert wire.wait_for_input(PATIENCE)
        assert wire.recv(100) == b"anything"


def test_to_close_is_an_orderly_end() -> None:
    with tcp() as (near, far):
        wire = Wire(near)
        wire.close()
        assert far.recv(100) == b""
        assert near.fileno() == -1


def test_a_reset_shows_the_peer_that_something_is_missing() -> None:
    with tcp() as (near, far):
        wire = Wire(near)
        wire.reset()
        wire.close()
        with pytest.raises(ConnectionResetError):
            far.recv(100)


def test_what_is_cut_carries_nothing_any_more() -> None:
    with tcp() as (near, far):
        wire = Wire(near)
        wire.cut()
        assert wire.recv(100) == b""
        with pytest.raises(BrokenPipeError):
            wire.send(b"x")
        assert far.recv(100) == b""


def test_nothing_is_known_of_a_plain_connection() -> None:
    with narrow() as (near, _):
        assert Wire(near).facts() == {}


# -- who has hung up -----------------------------------------------------------------------------


@pytest.mark.parametrize("unread", [b"", b"x", DATA[:1000]])
def test_a_peer_that_is_there_has_not_hung_up(unread: bytes) -> None:
    with tcp() as (near, far):
        wire = Wire(near)
        far.sendall(unread)
        assert not wire.is_hung_up()
        assert available(near) == unread, "asking took something away"


@pytest.mark.parametrize("unread", [b"", b"x"])
@pytest.mark.parametrize("way", [socket.SHUT_WR, socket.SHUT_RDWR])
def test_a_peer_that_has_closed_its_side_has(unread: bytes, way: int) -> None:
    with tcp() as (near, far):
        wire = Wire(near)
        far.sendall(unread)
        far.shutdown(way)
        assert wire.wait_for_input(PATIENCE)
        assert wire.is_hung_up()
        assert wire.recv(100) == unread


def test_a_peer_that_reset_the_connection_has() -> None:
    with tcp() as (near, far):
        other = Wire(far)
        other.reset()
        other.close()
        wire = Wire(near)
        assert wire.wait_for_input(PATIENCE)
        assert wire.is_hung_up()


def test_once_we_have_closed_nobody_is_there() -> None:
    with tcp() as (near, _):
        wire = Wire(near)
        wire.close()
        assert wire.is_hung_up()


# -- waiting -------------------------------------------------------------------------------------


def test_to_wait_is_to_wait_no_longer_than_said() -> None:
    with tcp() as (near, _):
        assert not Wire(near).wait_for_input(0)
        assert not Wire(near).wait_for_input(0.01)


def test_to_wait_ends_with_the_first_byte() -> None:
    with tcp() as (near, far):
        told: list[bool] = []
        waiting = threading.Thread(
            target=lambda: told.append(Wire(near).wait_for_input(PATIENCE)), daemon=True
        )
        waiting.start()
        far.sendall(b"x")
        waiting.join(PATIENCE)
        assert told == [True]


def test_to_wait_ends_when_another_thread_cuts_the_wire() -> None:
    with tcp() as (near, _):
        wire = Wire(near)
        told: list[bool] = []
        waiting = threading.Thread(
            target=lambda: told.append(wire.wait_for_input(PATIENCE)), daemon=True
        )
        waiting.start()
        wire.cut()
        waiting.join(PATIENCE)
        assert told == [True]


def test_who_waits_on_what_is_closed_is_sent_to_see_for_himself() -> None:
    with tcp() as (near, _):
        wire = Wire(near)
        wire.close()
        assert wire.wait_for_input(PATIENCE)
        with pytest.raises(OSError, match="Bad file descriptor"):
            wire.recv(1)
