"""A body that is read while it arrives, from a connection that does nothing else."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterator
from functools import partial
from io import BufferedReader

import pytest

from potstill.http11.errors import BodyError
from potstill.http11.framing import CHUNKED
from potstill.http11.limits import Limits
from potstill.net.live_body import LiveBody
from potstill.net.pace import Rate
from potstill.net.wire import Wire
from tests.net.pair import Pair, available, tcp

PATIENCE = 10.0
DATA = bytes(range(256)) * 1000
CHUNKS = b"5;a=b\r\nhello\r\n6\r\n world\r\n0\r\nX-T: 1\r\n\r\n"
BEHIND = b"GET /next HTTP/1.1\r\n"


class Connection:
    """What a live body asks of its channel."""

    def __init__(self, pair: Pair) -> None:
        self.wire = Wire(pair[0])
        self.client = pair[1]
        self.invitations = 0
        self.waits = 0
        self.rests: list[bytes] = []
        """What came behind each body, once that was whole."""
        self._steps: deque[Callable[[], object]] = deque()

    def invite(self) -> None:
        self.invitations += 1

    def before_waiting(self) -> None:
        self.waits += 1
        if self._steps:
            self._steps.popleft()()

    def end_body(self, rest: bytes) -> None:
        self.rests.append(rest)

    def body(
        self,
        length: int,
        *,
        limits: Limits | None = None,
        timeout: float = PATIENCE,
        rate: Rate | None = None,
    ) -> LiveBody:
        return LiveBody(self, length, limits or Limits(), timeout, rate or Rate())

    def when_awaited(self, *pieces: bytes, closes: bool = False) -> None:
        """Have the client send a piece each time that it is waited for, and close at the end."""
        self._steps.extend(partial(self.client.sendall, piece) for piece in pieces)
        if closes:
            self._steps.append(self.client.close)


@pytest.fixture
def connection() -> Iterator[Connection]:
    with tcp() as pair:
        yield Connection(pair)


# -- whole bodies --------------------------------------------------------------------------------


def test_what_has_come_is_read_without_waiting(connection: Connection) -> None:
    body = connection.body(11)
    body.take(b"hello world")
    assert body.is_whole
    assert (body.read(5), body.read()) == (b"hello", b" world")
    assert (connection.waits, connection.invitations) == (0, 0)


@pytest.mark.parametrize(
    ("length", "data"), [(11, b"hello world"), (CHUNKED, CHUNKS)], ids=["sized", "chunked"]
)
@pytest.mark.parametrize("behind", [b"", BEHIND])
def test_at_every_cut_it_is_the_same_and_leaves_what_is_behind(
    connection: Connection, length: int, data: bytes, behind: bytes
) -> None:
    for cut in range(1, len(data)):
        body = connection.body(length)
        body.take(data[:cut])
        connection.client.sendall(data[cut:] + behind)
        assert body.read() == b"hello world"
        assert body.is_whole
        assert body.read() == b""
        assert connection.rests == [behind] * cut


@pytest.mark.parametrize(
    ("length", "data"), [(11, b"hello world"), (CHUNKED, CHUNKS)], ids=["sized", "chunked"]
)
def test_byte_by_byte_it_waits_for_each(connection: Connection, length: int, data: bytes) -> None:
    connection.when_awaited(*(bytes((byte,)) for byte in data))
    assert connection.body(length).read() == b"hello world"
    assert connection.rests == [b""]
    assert connection.waits == len(data)


def test_a_read_gives_what_there_is(connection: Connection) -> None:
    body = connection.body(10)
    connection.client.sendall(b"hello")
    assert body.read(100) == b"hello"
    assert not body.is_whole


def test_as_a_file_it_has_lines(connection: Connection) -> None:
    connection.client.sendall(b"one\ntwo\nthree")
    lines = BufferedReader(connection.body(13))
    assert [*lines] == [b"one\n", b"two\n", b"three"]


def test_a_body_of_many_pieces_is_whole(connection: Connection) -> None:
    sender = threading.Thread(target=connection.client.sendall, args=(DATA + BEHIND,), daemon=True)
    sender.start()
    assert BufferedReader(connection.body(len(DATA))).read() == DATA
    sender.join(PATIENCE)
    [rest] = connection.rests
    assert rest + available(connection.wire.sock) == BEHIND


def test_to_read_nothing_is_not_to_wait(connection: Connection) -> None:
    body = connection.body(5)
    assert body.read(0) == b""
    assert (connection.waits, connection.invitations) == (0, 0)


# -- 100 Continue --------------------------------------------------------------------------------


def test_the_first_wait_invites_the_client_and_no_other(connection: Connection) -> None:
    body = connection.body(3)
    assert connection.invitations == 0
    connection.when_awaited(b"a", b"b", b"c")
    assert body.read() == b"abc"
    assert (connection.invitations, connection.waits) == (1, 3)


def test_who_sends_by_himself_is_not_invited(connection: Connection) -> None:
    body = connection.body(5)
    connection.client.sendall(b"he")
    assert body.read(2) == b"he"
    connection.when_awaited(b"llo")
    assert body.read() == b"llo"
    assert connection.invitations == 0


def test_half_a_record_is_not_invited_for_the_rest(connection: Connection) -> None:
    """Over TLS a wait may end with bytes on the socket and none of the body."""

    class Sealed(Wire):
        """Opens what it gets three bytes at a time."""

        def __init__(self, wire: Wire) -> None:
            super().__init__(wire.sock)
            self._kept = b""
            self.recv = self._recv

        def _recv(self, most: int) -> bytes:
            self._kept += self.sock.recv(most)
            if len(self._kept) < 3:
                raise BlockingIOError
            return self._kept

    connection.wire = Sealed(connection.wire)
    connection.when_awaited(b"a", b"b", b"c")
    assert connection.body(3).read() == b"abc"
    assert (connection.invitations, connection.waits) == (1, 3)


# -- what never becomes whole --------------------------------------------------------------------


def fails(body: LiveBody, status: int, message: str) -> None:
    """Reading raises, and raises again; it never looks like the end."""
    for _ in range(2):
        with pytest.raises(BodyError, match=message) as raised:
            body.read()
        assert raised.value.error.status == status
    assert not body.is_whole


@pytest.mark.parametrize("data", [b"", b"half of"])
@pytest.mark.parametrize("length", [11, CHUNKED])
def test_a_client_that_leaves_early_leaves_an_error(
    connection: Connection, data: bytes, length: int
) -> None:
    framed = b"%x\r\n%b\r\n" % (len(data), data) if length == CHUNKED and data else data
    connection.client.sendall(framed)
    connection.client.close()
    body = connection.body(length)
    if data:
        assert body.read(100) == data
    fails(body, 400, "ended early")
    assert connection.rests == []


def test_a_client_that_leaves_while_it_is_waited_for_leaves_an_error(
    connection: Connection,
) -> None:
    connection.when_awaited(b"half", closes=True)
    body = connection.body(11)
    assert body.read(4) == b"half"
    fails(body, 400, "ended early")


def test_a_reset_is_an_early_end(connection: Connection) -> None:
    other = Wire(connection.client)
    other.reset()
    other.close()
    fails(connection.body(5), 400, "ended early")


def test_damage_in_the_framing_is_an_error_behind_what_was_sound(connection: Connection) -> None:
    body = connection.body(CHUNKED)
    connection.client.sendall(b"5\r\nhello\r\n")
    assert body.read(5) == b"hello"
    connection.client.sendall(b"X\r\n" + BEHIND)
    fails(body, 400, "chunk")
    assert connection.rests == []


def test_a_body_in_chunks_may_not_grow_beyond_the_limit(connection: Connection) -> None:
    connection.client.sendall(b"b\r\nhello world\r\n")
    fails(connection.body(CHUNKED, limits=Limits(body=10)), 413, "too large")


def test_a_client_that_falls_silent_is_late(connection: Connection) -> None:
    connection.client.sendall(b"half")
    body = connection.body(11, timeout=0.02)
    assert body.read(4) == b"half"
    fails(body, 408, "in time")


def test_a_client_that_trickles_is_too_slow(connection: Connection) -> None:
    connection.when_awaited(*[b"x"] * 1000)
    body = connection.body(1000, rate=Rate(least=10**9, grace=0.0))
    fails(body, 408, "too slowly")


def test_an_application_that_takes_its_time_does_not_make_its_client_slow(
    connection: Connection,
) -> None:
    """Only the time in which the client was waited for is his."""
    connection.client.sendall(b"hello")
    body = connection.body(11, rate=Rate(least=10**9, grace=0.0))
    assert body.read(5) == b"hello"
    connection.client.sendall(b" world")
    assert body.read() == b" world"


def test_the_last_byte_may_be_late(connection: Connection) -> None:
    """Nothing is gained by refusing what is complete."""
    connection.when_awaited(b"x")
    assert connection.body(1, rate=Rate(least=10**9, grace=0.0)).read() == b"x"


def test_to_close_it_is_not_to_close_the_connection(connection: Connection) -> None:
    body = connection.body(5)
    body.close()
    connection.client.sendall(b"hello")
    assert connection.wire.wait_for_input(PATIENCE)
    assert connection.wire.recv(100) == b"hello"
