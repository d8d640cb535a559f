"""A switchboard with real sockets, and a relay that serves it on threads of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from potstill.http11.limits import Limits
from potstill.net.listener import listen
from potstill.net.poller import Poller, best_poller
from potstill.net.relay import Relay
from potstill.net.switchboard import Switchboard
from potstill.net.wiring import Phase, Wiring
from tests.net.service import MEBIBYTE, Service, wiring
from tests.support.wire import Client

LONG = 30.0
DURATIONS = dict.fromkeys(Phase, LONG)

MakePoller = Callable[[], Poller]


def board_of(
    shared: Wiring,
    make_poller: MakePoller = best_poller,
    capacity: int = 1000,
    **durations: float,
) -> Switchboard:
    """A switchboard that listens; `durations` by the names of the phases, the others are long."""
    chosen = DURATIONS | {Phase[name.upper()]: seconds for name, seconds in durations.items()}
    return Switchboard(listen("127.0.0.1", 0, 128), shared, make_poller(), chosen, capacity)


class Running:
    """A relay at work."""

    def __init__(self, relay: Relay, board: Switchboard, graceful_timeout: float) -> None:
        self.relay = relay
        self.board = board
        self.port = board.listeners[0].sock.getsockname()[1]
        self.in_time: bool | None = None
        """Once it has ended: could all that was begun be finished?"""
        self.failure: BaseException | None = None
        self._graceful_timeout = graceful_timeout
        self._thread = threading.Thread(target=self._run, name="keeper", daemon=True)
        self._thread.start()

    def _run(self) -> None:
        try:
            self.in_time = self.relay.run(self._graceful_timeout)
        except Exception as error:
            self.failure = error

    def connect(self, *, receive_buffer: int = 0) -> Client:
        return Client(self.port, receive_buffer=receive_buffer)

    def ask(self, request: bytes) -> bytes:
        """The body of the answer to a request on a connection of its own."""
        with self.connect() as client:
            client.send(request)
            return client.answer().body

    @property
    def has_ended(self) -> bool:
        return not self._thread.is_alive()

    def join(self) -> None:
        self._thread.join(15)
        assert self.has_ended, "the relay did not end"


@contextmanager
def running(
    service: Service,
    *,
    threads: int = 4,
    relay_after: float = 0.005,
    graceful_timeout: float = 10,
    make_poller: MakePoller = best_poller,
    capacity: int = 1000,
    limits: Limits | None = None,
    output_memory: int = MEBIBYTE,
    output_spill: int = 64 * MEBIBYTE,
    **durations: float,
) -> Iterator[Running]:
    """Serve until the end of the block. Nothing may have failed then."""
    shared = wiring(service, limits, output_memory=output_memory, output_spill=output_spill)
    board = board_of(shared, make_poller, capacity, **durations)
    relay = Relay(board, service, threads=threads, relay_after=relay_after)
    shared.before_waiting = relay.before_waiting
    server = Running(relay, board, graceful_timeout)
    try:
        yield server
    except BaseException:
        relay.abandon()
        raise
    else:
        relay.stop()
    finally:
        server.join()
    if server.failure:
        raise server.failure
    assert service.failures == []
