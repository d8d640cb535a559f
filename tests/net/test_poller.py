from __future__ import annotations

import select
import selectors
import socket
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from potstill.net.poller import READ, WRITE, EpollPoller, Poller, SelectorPoller, Waker, best_poller
from tests.net.pair import Pair, narrow

KINDS: dict[str, Callable[[], Poller]] = {
    "poll": lambda: SelectorPoller(selectors.PollSelector()),
    "select": lambda: SelectorPoller(selectors.SelectSelector()),
    "default": SelectorPoller,
}
if hasattr(select, "epoll"):
    KINDS["epoll"] = EpollPoller
    KINDS["epoll selector"] = lambda: SelectorPoller(selectors.EpollSelector())


@pytest.fixture(params=KINDS)
def poller(request: pytest.FixtureRequest) -> Iterator[Poller]:
    made = KINDS[request.param]()
    yield made
    made.close()


@pytest.fixture
def pair() -> Iterator[Pair]:
    with narrow() as pair:
        yield pair


PATIENCE = 1.0


class Waiting:
    """A thread that waits until something is ready."""

    def __init__(self, poller: Poller) -> None:
        self._poller = poller
        self._told: list[tuple[int, int]] = []
        self._began = time.monotonic()
        self._thread = threading.Thread(target=self._wait, daemon=True)
        self._thread.start()

    def _wait(self) -> None:
        while not self._told and time.monotonic() < self._began + 2 * PATIENCE:
            self._told.extend(self._poller.wait(PATIENCE))

    def told(self) -> list[tuple[int, int]]:
        """What it was told at once, rather than when its patience had ended."""
        self._thread.join()
        assert time.monotonic() < self._began + PATIENCE, "the change was held up"
        return self._told


def test_nothing_is_ready_when_nothing_is_watched(poller: Poller) -> None:
    assert poller.wait(0) == []


def test_a_wait_ends_when_its_time_is_up(poller: Poller, pair: Pair) -> None:
    poller.watch(pair[0].fileno(), READ, known=False)
    assert poller.wait(0.01) == []


def test_what_can_be_read_is_told_until_it_is_read(poller: Poller, pair: Pair) -> None:
    near, far = pair
    poller.watch(near.fileno(), READ, known=False)
    far.send(b"a")
    assert [poller.wait(-1) for _ in range(2)] == [[(near.fileno(), READ)]] * 2
    near.recv(1)
    assert poller.wait(0) == []


def test_the_end_of_input_can_be_read(poller: Poller, pair: Pair) -> None:
    near, far = pair
    poller.watch(near.fileno(), READ, known=False)
    far.shutdown(socket.SHUT_WR)
    assert poller.wait(-1) == [(near.fileno(), READ)]


def test_a_client_that_has_gone_is_told_to_who_wants_to_write(poller: Poller, pair: Pair) -> None:
    near, far = pair
    poller.watch(near.fileno(), WRITE, known=False)
    far.close()
    assert [fd for fd, _ in poller.wait(-1)] == [near.fileno()]


def test_room_to_write_is_told_when_there_is_some(poller: Poller, pair: Pair) -> None:
    near, far = pair
    poller.watch(near.fileno(), WRITE, known=False)
    assert poller.wait(-1) == [(near.fileno(), WRITE)]
    while select.select([], [near], [], 0)[1]:
        near.send(bytes(1000))
    assert poller.wait(0) == []
    while not select.select([], [near], [], 0)[1]:
        far.recv(65536)
    assert poller.wait(-1) == [(near.fileno(), WRITE)]


def test_an_interest_can_change(poller: Poller, pair: Pair) -> None:
    near, far = pair
    far.send(b"a")
    for known, interest in enumerate((READ, WRITE, READ)):
        poller.watch(near.fileno(), interest, known=bool(known))
        assert poller.wait(-1) == [(near.fileno(), interest)]


def test_what_is_forgotten_is_not_told(poller: Poller, pair: Pair) -> None:
    near, far = pair
    far.send(b"a")
    poller.watch(near.fileno(), READ, known=False)
    poller.forget(near.fileno())
    assert poller.wait(0) == []
    poller.watch(near.fileno(), READ, known=False)
    assert poller.wait(-1) == [(near.fileno(), READ)]


def test_many_are_told_of_at_once(poller: Poller) -> None:
    pairs = [socket.socketpair() for _ in range(50)]
    for near, far in pairs:
        poller.watch(near.fileno(), READ, known=False)
        far.send(b"a")
    assert sorted(poller.wait(-1)) == sorted((near.fileno(), READ) for near, _ in pairs)
    for near, far in pairs:
        near.close()
        far.close()


def test_a_new_interest_reaches_a_thread_that_waits(poller: Poller, pair: Pair) -> None:
    waiting = Waiting(poller)
    poller.watch(pair[0].fileno(), WRITE, known=False)
    assert waiting.told() == [(pair[0].fileno(), WRITE)]


def test_a_changed_interest_reaches_a_thread_that_waits(poller: Poller, pair: Pair) -> None:
    poller.watch(pair[0].fileno(), READ, known=False)
    waiting = Waiting(poller)
    poller.watch(pair[0].fileno(), WRITE, known=True)
    assert waiting.told() == [(pair[0].fileno(), WRITE)]


def test_a_thread_that_waits_is_not_told_of_what_is_forgotten(poller: Poller, pair: Pair) -> None:
    with narrow() as (other, _):
        poller.watch(pair[0].fileno(), READ, known=False)
        waiting = Waiting(poller)
        poller.forget(pair[0].fileno())
        pair[1].send(b"a")
        poller.watch(other.fileno(), WRITE, known=False)
        assert waiting.told() == [(other.fileno(), WRITE)]


def test_changes_never_wait_for_something_to_happen(poller: Poller, pair: Pair) -> None:
    """However often: a thread that waits must not win the race for the next wait for ever."""
    stop = threading.Event()

    def wait() -> None:
        while not stop.is_set():
            poller.wait(1)

    def change() -> None:
        for _ in range(500):
            poller.watch(pair[0].fileno(), READ, known=False)
            poller.forget(pair[0].fileno())

    threads = [threading.Thread(target=each, daemon=True) for each in (wait, change)]
    for thread in threads:
        thread.start()
    threads[1].join(PATIENCE)
    is_held_up = threads[1].is_alive()
    stop.set()
    for thread in threads:
        thread.join(5)
    assert not is_held_up


def test_the_best_poller_is_the_one_that_threads_may_change() -> None:
    poller = best_poller()
    assert isinstance(poller, EpollPoller if hasattr(select, "epoll") else SelectorPoller)
    poller.close()


def test_a_waker_is_readable_from_its_ring_to_its_silence() -> None:
    waker = Waker()
    for _ in range(2):
        assert not select.select([waker.fd], [], [], 0)[0]
        waker.wake()
        assert select.select([waker.fd], [], [], 0)[0]
        waker.clear()
    waker.clear()  # nothing to read any more
    waker.close()


def test_a_waker_never_blocks_however_often_it_rings() -> None:
    waker = Waker()
    for _ in range(10_000):
        waker.wake()
    while select.select([waker.fd], [], [], 0)[0]:
        waker.clear()
    waker.wake()
    assert select.select([waker.fd], [], [], 0)[0]
    waker.close()
