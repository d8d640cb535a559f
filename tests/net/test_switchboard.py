from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from types import TracebackType

import pytest

from potstill.http11.limits import Limits
from potstill.net.channel import Channel
from potstill.net.poller import READ, WRITE, Poller, SelectorPoller, best_poller
from potstill.net.switchboard import Switchboard
from potstill.net.wiring import Phase
from tests.net.pair import available
from tests.net.running import MakePoller, board_of
from tests.net.service import MEBIBYTE, Plain, Service, wiring
from tests.support.wire import Client, get, post, until


class Desk:
    """A switchboard with one thread at it: the test."""

    def __init__(self, board: Switchboard, service: Service) -> None:
        self.board = board
        self.service = service
        self.port = board.listeners[0].sock.getsockname()[1]

    def turn(self) -> list[Channel]:
        """Deal once with what is ready; the channels on which a whole request has come."""
        whole = []
        for fd, _ in self.board.wait():
            channel = self.board.channels.get(fd)
            if channel is None or channel.busy or channel.phase >= Phase.WRITING:
                whole += list(self.board.attend(fd))
            elif channel.receive():
                whole.append(channel)
            else:
                self.board.settle(channel)
        return whole

    def turn_until(self, condition: Callable[[], object]) -> list[Channel]:
        """Turn until the condition holds; all the channels on which requests have come."""
        whole = []
        deadline = time.monotonic() + 5
        while not condition():
            assert time.monotonic() < deadline, "the awaited condition never came"
            whole += self.turn()
        return whole

    def request(self, client: Client, data: bytes) -> Channel:
        """Let a client ask, and turn until its request is there."""
        client.send(data)
        return self.next_request()

    def next_request(self) -> Channel:
        """Turn until a request is there."""
        deadline = time.monotonic() + 5
        while not (whole := self.turn()):
            assert time.monotonic() < deadline, "the request never came"
        return whole[0]

    def channel(self) -> Channel:
        """The only connection; waits for it."""
        self.turn_until(lambda: self.board.channels)
        (channel,) = self.board.channels.values()
        return channel

    def lend(self, channel: Channel) -> None:
        """Give a channel to a thread without the baton, as the relay does."""
        with self.board.lock:
            channel.busy = True
            self.board.out += 1


class Brisk:
    """A poller that never waits long, so that the test can look at what has become of it all."""

    def __init__(self, poller: Poller) -> None:
        self._poller = poller
        self.tells_gone = poller.tells_gone
        self.watch = poller.watch
        self.forget = poller.forget
        self.close = poller.close

    def wait(self, timeout: float) -> list[tuple[int, int]]:
        return self._poller.wait(0.02 if timeout < 0 else min(timeout, 0.02))


@contextmanager
def desk(
    capacity: int = 100, make_poller: MakePoller = best_poller, **durations: float
) -> Iterator[Desk]:
    service = Service()
    shared = wiring(service, Limits(body=10_000))
    board = board_of(shared, lambda: Brisk(make_poller()), capacity, **durations)
    try:
        yield Desk(board, service)
    finally:
        board.close()


def test_a_client_is_let_in_and_its_request_given() -> None:
    with desk() as here, Client(here.port) as client:
        channel = here.request(client, get("/x"))
        assert channel.line.target == "/x"
        assert channel.peer == ("127.0.0.1", str(client.sock.getsockname()[1]))
        assert channel.server == ("127.0.0.1", str(here.port))
        assert list(here.board.channels.values()) == [channel]


def test_who_comes_first_is_let_in_without_delay() -> None:
    with desk() as here, Client(here.port) as client:
        client.send(get("/"))
        began = time.monotonic()
        here.turn_until(lambda: here.board.channels)
        assert time.monotonic() - began < 0.5


def test_who_leaves_is_forgotten() -> None:
    with desk() as here:
        with Client(here.port):
            here.channel()
        here.turn_until(lambda: not here.board.channels)


# -- errands -----------------------------------------------------------------------------------


def test_an_errand_of_another_thread_is_done_at_once() -> None:
    with desk() as here:
        done: list[int] = []
        for number in range(3):
            errand = partial(done.append, number)
            threading.Thread(target=here.board.call_soon, args=(errand,)).start()
        here.turn_until(lambda: len(done) == 3)
        assert sorted(done) == [0, 1, 2]


# -- time --------------------------------------------------------------------------------------


def test_who_says_nothing_at_all_is_hung_up_on() -> None:
    with desk(head=0.05) as here, Client(here.port) as client:
        here.channel()
        here.turn_until(lambda: not here.board.channels)
        assert client.at_end()


@pytest.mark.parametrize(
    "beginning", [get("/")[:-1], post("/", b"body")[:-1], b"GET", b"\r\nGET / HTTP/1.1\r\n"]
)
def test_who_does_not_end_a_request_is_told_408(beginning: bytes) -> None:
    with desk(head=0.05, body=0.05) as here, Client(here.port) as client:
        client.send(beginning)
        channel = here.channel()
        here.turn_until(lambda: channel.phase is Phase.LINGERING)
        assert client.answer().status == 408
        assert client.at_end()


def test_empty_lines_are_no_request() -> None:
    with desk(head=0.05) as here, Client(here.port) as client:
        client.send(b"\r\n")
        here.channel()
        here.turn_until(lambda: not here.board.channels)


def test_the_time_for_a_head_is_the_same_in_however_many_pieces() -> None:
    with desk(head=0.2) as here, Client(here.port) as client:
        channel = here.channel()
        client.send(b"GET /")
        began = time.monotonic()
        while channel.phase is not Phase.LINGERING:
            client.send(b"a")
            here.turn_until(partial(has_come, time.monotonic() + 0.03))
        assert time.monotonic() - began < 0.9
        assert client.answer().status == 408


def test_the_time_for_a_body_begins_anew_with_each_piece() -> None:
    with desk(head=0.1, body=0.15) as here, Client(here.port) as client:
        client.send(post("/", b"")[:-4].replace(b": 0", b": 9") + b"\r\n\r\n")
        channel = here.channel()
        began = time.monotonic()
        here.turn_until(lambda: channel.phase is Phase.BODY)
        for _ in range(8):
            next_at = time.monotonic() + 0.03
            here.turn_until(partial(has_come, next_at))
            client.send(b"a")
            here.turn()
        assert time.monotonic() - began > 0.2
        assert channel.phase is Phase.BODY
        here.turn_until(lambda: channel.phase is Phase.LINGERING)
        assert client.answer().status == 408


def has_come(moment: float) -> bool:
    return time.monotonic() > moment


def test_who_does_not_take_his_answer_is_cut_off() -> None:
    with desk(writing=0.05) as here, Client(here.port) as client:
        channel = here.request(client, get("/"))
        channel.send(bytes(16 * MEBIBYTE))
        channel.outcome = Plain(200, 16 * MEBIBYTE)
        assert not channel.conclude(0.0)
        here.board.settle(channel)
        here.turn_until(lambda: not here.board.channels)
        with pytest.raises(ConnectionResetError):
            client.rest()
        assert here.service.journaled == [(200, 16 * MEBIBYTE)]


def test_who_lingers_is_left_in_the_end() -> None:
    with desk(lingering=0.05) as here, Client(here.port) as client:
        client.send(get("/", version="7.0"))
        here.channel()
        here.turn_until(lambda: not here.board.channels)
        assert client.answer().status == 505


def test_time_that_ran_before_a_request_was_lent_does_not_count_afterwards() -> None:
    """Else the answer on its way would be followed by a 408, or the connection be closed."""
    with desk(head=0.1) as here, Client(here.port) as client:
        client.send(get("/")[:5])
        channel = here.channel()
        client.send(get("/")[5:])
        here.turn_until(lambda: channel.phase is Phase.HEAD and channel.receive())
        here.lend(channel)
        channel.send(bytes(16 * MEBIBYTE))
        assert not channel.conclude(0.0)
        moment = time.monotonic() + 0.15
        until(lambda: has_come(moment))  # its time for the head has passed, and nobody has looked
        here.board.bring_back(channel)
        received = 0
        while channel.phase is not Phase.IDLE:
            assert channel.persists
            here.turn()
            received += len(available(client.sock))
        while received < 16 * MEBIBYTE:
            received += len(client.sock.recv(MEBIBYTE))
        assert client.is_silent(0)


# -- channels that are lent --------------------------------------------------------------------


@pytest.mark.parametrize("size", [10, 16 * MEBIBYTE])
def test_a_channel_that_is_brought_back_goes_on(size: int) -> None:
    with desk() as here, Client(here.port) as client:
        channel = here.request(client, get("/"))
        here.lend(channel)
        channel.send(bytes(size))
        assert not channel.conclude(0.0)
        here.board.bring_back(channel)
        assert here.board.out == 0
        received = 0
        while received < size:
            here.turn()
            received += len(available(client.sock))
        here.turn_until(lambda: channel.phase is Phase.IDLE)
        assert here.request(client, get("/next")) is channel


def test_a_channel_that_is_brought_back_closed_is_gone() -> None:
    with desk() as here, Client(here.port) as client:
        channel = here.request(client, get("/", "Connection: close"))
        here.lend(channel)
        assert not channel.conclude(0.0)
        here.board.bring_back(channel)
        assert here.board.channels == {}
        assert client.at_end()
        here.turn()


def test_what_a_client_says_during_its_call_waits_until_it_ends() -> None:
    with desk() as here, Client(here.port) as client:
        channel = here.request(client, get("/"))
        here.lend(channel)
        client.send(get("/next"))
        here.turn_until(lambda: channel.interest == 0)
        assert here.turn() == []
        assert not channel.conclude(0.0)
        here.board.bring_back(channel)
        whole = here.turn_until(lambda: channel.line.target == "/next")
        assert whole == [channel]


def test_what_a_lent_channel_cannot_send_is_sent_by_whoever_has_the_baton() -> None:
    with desk() as here, Client(here.port) as client:
        channel = here.request(client, get("/"))
        here.lend(channel)
        channel.send(bytes(16 * MEBIBYTE))
        assert channel.interest == WRITE
        received = 0
        while received < 16 * MEBIBYTE:
            here.turn()
            received += len(available(client.sock))
        here.turn_until(lambda: channel.interest == 0)


class Overtaken:
    """A lock before which something else happens first, as if its thread had been slow."""

    def __init__(self, lock: threading.Lock, first: Callable[[], None]) -> None:
        self._lock = lock
        self._first: Callable[[], None] | None = first

    def __enter__(self) -> None:
        first, self._first = self._first, None
        if first is not None:
            first()
        self._lock.acquire()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._lock.release()


def test_to_ignore_a_client_that_speaks_does_not_forget_one_that_reads(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Its runner begins to need room in the very moment in which its client says something."""
    with desk() as here, Client(here.port) as client:
        channel = here.request(client, get("/"))
        here.board.settle(channel)
        here.lend(channel)
        assert channel.interest == READ
        client.send(b"more")
        (fd,) = [fd for fd, _ in here.board.wait()]

        def runner_sends() -> None:
            channel.send(bytes(16 * MEBIBYTE))

        monkeypatch.setattr(here.board, "lock", Overtaken(here.board.lock, runner_sends))
        assert list(here.board.attend(fd)) == []
        assert channel.interest == WRITE


def test_a_channel_can_be_brought_back_closed_while_its_last_bytes_are_flushed() -> None:
    """The order of locks is outbox, switchboard: the other way round both threads would wait."""
    with desk() as here, Client(here.port) as client:
        channel = here.request(client, get("/", "Connection: close"))
        here.lend(channel)
        channel.send(bytes(16 * MEBIBYTE))

        def bring_back() -> None:
            channel.conclude(0.0)
            here.board.bring_back(channel)

        runner = threading.Thread(target=bring_back, daemon=True)
        free: list[bool] = []

        def emptied(channel: Channel) -> None:
            runner.start()  # it finds the outbox empty, and its lock taken
            until(lambda: here.board.lock.locked() or channel.fd not in here.board.channels)
            free.append(here.board.lock.acquire(timeout=1))
            if free[0]:
                here.board.lock.release()

        reader = threading.Thread(target=client.rest)
        reader.start()
        while not channel.flush(emptied):
            pass
        runner.join(5)
        reader.join(5)
        assert free == [True]


# -- doors -------------------------------------------------------------------------------------


def test_no_more_are_let_in_than_there_is_room_for_and_the_next_at_once_when_one_leaves() -> None:
    with desk(capacity=2) as here, Client(here.port) as first, Client(here.port):
        here.turn_until(lambda: len(here.board.channels) == 2)
        with Client(here.port) as third:
            third.send(get("/"))
            assert here.turn() == []
            began = time.monotonic()
            first.close()
            (channel,) = here.turn_until(lambda: third_is_in(here, third))
            assert channel.line.target == "/"
            assert time.monotonic() - began < 0.5
            assert len(here.board.channels) == 2


def third_is_in(here: Desk, client: Client) -> bool:
    name = str(client.sock.getsockname()[1])
    return any(channel.peer[1] == name for channel in here.board.channels.values())


# -- the end -----------------------------------------------------------------------------------


def test_to_drain_is_to_take_who_waits_and_to_let_nobody_else_in() -> None:
    with desk() as here, Client(here.port) as client:
        client.send(get("/"))
        here.board.drain()
        with pytest.raises(ConnectionRefusedError):
            Client(here.port)
        assert not here.board.is_deserted
        channel = here.next_request()
        channel.outcome = here.service.serve(channel)
        channel.conclude(0.0)
        here.board.settle(channel)
        assert client.answer().closes
        client.close()
        here.turn_until(lambda: here.board.is_deserted)


def test_to_drain_is_to_hang_up_on_who_is_silent() -> None:
    with desk() as here, Client(here.port) as silent:
        channel = here.request(silent, get("/"))
        channel.conclude(0.0)
        here.board.settle(channel)
        here.board.drain()
        here.turn_until(lambda: here.board.is_deserted)
        assert silent.at_end()


def test_a_channel_may_come_back_while_the_others_are_drained() -> None:
    """Whoever goes through all channels must not stumble when one of them leaves the table."""
    with desk() as here, Client(here.port) as first, Client(here.port) as second:
        here.turn_until(lambda: len(here.board.channels) == 2)
        drained, lent = here.board.channels.values()
        here.lend(lent)
        lent.phase = Phase.CLOSED

        class Interrupted(Channel):
            __slots__ = ()

            def __setattr__(self, name: str, value: object) -> None:
                super().__setattr__(name, value)
                if name == "persists" and lent.busy:
                    here.board.bring_back(lent)  # as another thread may do now

        drained.__class__ = Interrupted
        here.board.drain()
        first.close()
        second.close()
        here.turn_until(lambda: here.board.is_deserted)


def test_to_close_is_to_close_everything() -> None:
    with desk() as here, Client(here.port) as client:
        here.channel()
        here.board.close()
        assert client.at_end()
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", here.port), timeout=5)


def test_it_works_with_the_selectors_module_too() -> None:
    with desk(make_poller=SelectorPoller) as here, Client(here.port) as client:
        assert here.request(client, get("/x")).line.target == "/x"
