from __future__ import annotations

import select
import selectors
import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import partial
from typing import Any

import pytest

from potstill.net.channel import Channel
from potstill.net.poller import EpollPoller, SelectorPoller
from tests.net.cramped import cramped
from tests.net.running import MakePoller, Running, running
from tests.net.service import MEBIBYTE, Handler, Service
from tests.support.wire import Client, get, post, until

POLLERS: dict[str, MakePoller] = {
    "poll": lambda: SelectorPoller(selectors.PollSelector()),
}
if hasattr(select, "epoll"):
    POLLERS["epoll"] = EpollPoller

Serving = Callable[..., AbstractContextManager[Running]]


@pytest.fixture(params=POLLERS)
def serving(request: pytest.FixtureRequest) -> Serving:
    """`running` with one of the pollers."""
    return partial(running, make_poller=POLLERS[request.param])


@pytest.fixture
def service() -> Service:
    return Service()


def ask(client: Client, path: str) -> bytes:
    client.send(get(path))
    return client.answer().body


def noting_busy(seen: list[bool]) -> Handler:
    """Answers at once, and notes whether its channel was lent before the call."""

    def handle(channel: Channel) -> bytes:
        seen.append(channel.busy)
        return b""

    return handle


# -- the baton ---------------------------------------------------------------------------------


def test_quick_requests_stay_on_one_thread(serving: Serving, service: Service) -> None:
    with serving(service, relay_after=10) as server, server.connect() as client:
        for number in range(300):
            assert ask(client, f"/{number}") == f"GET /{number}".encode()
        assert len(set(service.threads)) == 1


def test_a_call_that_blocks_holds_up_nobody(serving: Serving, service: Service) -> None:
    gates = [service.gate(f"/gate{number}") for number in range(3)]
    with serving(service) as server, server.connect() as quick:
        blocked = []
        for number, gate in enumerate(gates):
            blocked.append(server.connect())
            blocked[-1].send(get(f"/gate{number}"))
            assert gate.reached.wait(5)
            assert ask(quick, "/quick") == b"GET /quick"
        for number, gate in reversed(list(enumerate(gates))):
            gate.open()
            assert blocked[number].answer().body == f"/gate{number}".encode()
            assert ask(blocked[number], "/again") == b"GET /again"
            blocked[number].close()


def test_what_was_slow_passes_the_baton_on_before_the_call(
    serving: Serving, service: Service
) -> None:
    was_lent: list[bool] = []
    with serving(service, relay_after=0.05) as server, server.connect() as client:
        gate = service.gate("/orders/1")
        client.send(get("/orders/1"))
        until(lambda: server.board.out)
        gate.open()
        client.answer()
        for path in ("/orders/2", "/orders/3"):
            service.handlers[path] = noting_busy(was_lent)
            ask(client, path)
        assert was_lent == [True, False], "it is forgotten when a call was quick again"


def test_a_quick_call_keeps_the_baton(serving: Serving, service: Service) -> None:
    was_lent: list[bool] = []
    service.handlers["/"] = noting_busy(was_lent)
    with serving(service, relay_after=5) as server, server.connect() as client:
        for _ in range(100):
            ask(client, "/")
    assert not any(was_lent)


def test_requests_behind_a_slow_one_are_answered_in_order(
    serving: Serving, service: Service
) -> None:
    gate = service.gate("/slow")
    with serving(service) as server, server.connect() as client:
        client.send(get("/slow") + get("/b") + post("/c", b"body") + get("/d"))
        until(lambda: server.board.out)
        client.send(get("/e"))
        assert server.ask(get("/other")) == b"GET /other"
        gate.open()
        answers = [client.answer().body for _ in range(5)]
        assert answers == [b"/slow", b"GET /b", b"POST /c", b"GET /d", b"GET /e"]


def test_a_client_that_leaves_during_its_call_harms_nobody(
    serving: Serving, service: Service
) -> None:
    gate = service.gate("/slow")
    with serving(service) as server:
        with server.connect() as client:
            client.send(get("/slow"))
            until(lambda: server.board.out)
            client.reset()
        gate.open()
        until(lambda: not server.board.channels)
        assert server.board.out == 0
        assert server.ask(get("/next")) == b"GET /next"


# -- the doorman -------------------------------------------------------------------------------


def test_while_all_runners_are_busy_requests_wait_in_order(
    serving: Serving, service: Service
) -> None:
    gate = service.gate("/slow")
    with serving(service, threads=1) as server:
        clients = [server.connect() for _ in range(20)]
        clients[0].send(get("/slow"))
        assert gate.reached.wait(5)
        for number, client in enumerate(clients[1:], 1):
            client.send(get(f"/{number}"))
            until(lambda number=number: server.board.out == number + 1)
        gate.open()
        assert [client.answer().body for client in clients] == [
            b"/slow",
            *[f"GET /{number}".encode() for number in range(1, 20)],
        ]
        assert service.lines == ["GET /slow", *[f"GET /{number}" for number in range(1, 20)]]
        for client in clients:
            client.close()


def test_while_all_runners_are_busy_uploads_arrive_and_the_late_are_told(
    serving: Serving, service: Service
) -> None:
    gate = service.gate("/slow")
    with (
        serving(service, threads=1, head=0.1) as server,
        server.connect() as blocked,
        server.connect() as uploading,
        server.connect() as late,
        server.connect() as wrong,
    ):
        blocked.send(get("/slow"))
        assert gate.reached.wait(5)
        uploading.send(post("/", b"a" * 500_000)[:-1])
        late.send(b"GET")
        wrong.send(get("/", version="5.5"))
        assert late.answer().status == 408
        assert wrong.answer().status == 505
        uploading.send(b"a")
        until(lambda: server.board.out == 2)
        gate.open()
        assert blocked.answer().body == b"/slow"
        assert uploading.answer().body == b"POST /"
        assert service.bodies == [b"a" * 500_000]


def test_every_runner_takes_from_the_queue(serving: Serving, service: Service) -> None:
    gates = [service.gate(f"/gate{number}") for number in range(6)]
    with serving(service, threads=3) as server:
        clients = [server.connect() for _ in gates]
        for number, client in enumerate(clients):
            client.send(get(f"/gate{number}"))
            until(lambda number=number: server.board.out > number)
        for first in (0, 3):
            until(lambda first=first: all(gate.reached.is_set() for gate in gates[first:][:3]))
            for gate in gates[first : first + 3]:
                gate.open()
        for number, client in enumerate(clients):
            assert client.answer().body == f"/gate{number}".encode()
            client.close()


# -- clients that do not read ------------------------------------------------------------------


def large(channel: Channel) -> None:
    """More than the kernel and the outbox take."""
    channel.send(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % (16 * MEBIBYTE))
    for number in range(16):
        channel.send(bytes((number,)) * MEBIBYTE)


LARGE = b"".join(bytes((number,)) * MEBIBYTE for number in range(16))


@pytest.mark.parametrize("threads", [1, 3])
def test_a_client_that_does_not_read_holds_up_nobody(
    serving: Serving, service: Service, threads: int
) -> None:
    service.handlers["/large"] = large
    with (
        serving(
            service, threads=threads, relay_after=10, output_memory=1, output_spill=1
        ) as server,
        server.connect(receive_buffer=65536) as reluctant,
        server.connect() as other,
    ):
        reluctant.send(get("/large"))
        until(lambda: server.board.out)  # its runner waits, and has passed the baton on
        other.send(get("/other"))
        if threads > 1:
            assert other.answer().body == b"GET /other"
        assert reluctant.answer().body == LARGE
        if threads == 1:
            assert other.answer().body == b"GET /other"
        assert ask(reluctant, "/next") == b"GET /next"


def test_who_never_reads_is_cut_off_and_frees_its_runner(
    serving: Serving, service: Service
) -> None:
    service.handlers["/large"] = large
    with (
        serving(service, threads=1, output_memory=1, output_spill=1, writing=0.1) as server,
        server.connect(receive_buffer=65536) as reluctant,
    ):
        reluctant.send(get("/large"))
        until(lambda: service.lines == ["GET /large"])
        assert server.ask(get("/other")) == b"GET /other"
        with pytest.raises(ConnectionResetError):
            reluctant.rest()


def test_what_waits_in_memory_holds_no_runner(serving: Serving, service: Service) -> None:
    service.handlers["/large"] = large
    with (
        serving(service, threads=1, output_memory=32 * MEBIBYTE) as server,
        server.connect(receive_buffer=65536) as reluctant,
    ):
        reluctant.send(get("/large"))
        assert server.ask(get("/other")) == b"GET /other"
        assert reluctant.answer().body == LARGE


# -- time --------------------------------------------------------------------------------------


def test_a_connection_in_use_is_not_timed_by_its_first_head(
    serving: Serving, service: Service
) -> None:
    with serving(service, head=0.1) as server, server.connect() as client:
        until(lambda: server.board.channels)
        for piece in (get("/")[:5], get("/")[5:]):
            client.send(piece)
        client.answer()
        assert client.is_silent(0.3), "the connection was closed"
        assert ask(client, "/next") == b"GET /next"


def test_each_head_has_its_own_time_even_if_none_ends_where_a_packet_does(
    serving: Serving, service: Service
) -> None:
    with serving(service, head=0.3) as server, server.connect() as client:
        request = get("/")
        client.send(request[:5])
        deadline = time.monotonic() + 0.7
        while time.monotonic() < deadline:
            client.send(request[5:] + request[:5])
            assert client.answer().status == 200
            client.is_silent(0.02)
        client.send(request[5:])
        assert client.answer().status == 200


def test_a_connection_is_kept_from_the_end_of_a_long_call_on(
    serving: Serving, service: Service
) -> None:
    gate = service.gate("/slow")
    with serving(service, idle=0.2) as server, server.connect() as client:
        ask(client, "/first")
        client.send(get("/slow"))
        until(lambda: server.board.out)
        assert client.is_silent(0.3)
        gate.open()
        assert client.answer().body == b"/slow"
        assert client.is_silent(0.05)
        assert client.at_end()


# -- the end -----------------------------------------------------------------------------------


def test_to_stop_an_idle_relay_takes_no_time(serving: Serving, service: Service) -> None:
    with serving(service) as server, server.connect() as idle:
        ask(idle, "/")
        server.relay.stop()
        server.join()
        assert idle.at_end()
    assert server.in_time


def test_a_relay_that_is_stopped_before_it_runs_ends_at_once(service: Service) -> None:
    with running(service) as server:
        server.relay.stop()
        server.relay.stop()
    assert server.in_time


@pytest.mark.parametrize("threads", [1, 3])
def test_a_stop_finishes_what_was_begun(serving: Serving, service: Service, threads: int) -> None:
    gate = service.gate("/slow")
    service.handlers["/large"] = large
    with (
        serving(service, threads=threads, output_memory=32 * MEBIBYTE) as server,
        server.connect(receive_buffer=65536) as downloading,
        server.connect() as blocked,
        server.connect() as queued,
        server.connect() as uploading,
        server.connect() as idle,
    ):
        assert ask(idle, "/") == b"GET /"
        downloading.send(get("/large"))
        until(lambda: "GET /large" in service.lines)
        blocked.send(get("/slow"))
        assert gate.reached.wait(5)
        until(lambda: server.board.out)
        uploading.send(post("/upload", b"body")[:-1])
        queued.send(get("/queued"))
        until(lambda: threads > 1 or server.board.out == 2)

        server.relay.stop()
        assert idle.at_end()
        gate.open()
        uploading.send(b"y")
        for client, body in (
            (blocked, b"/slow"),
            (queued, b"GET /queued"),
            (uploading, b"POST /upload"),
        ):
            answer = client.answer()
            assert answer.body == body
            assert client.at_end()
        assert not server.has_ended
        assert downloading.answer().body == LARGE
        assert downloading.at_end()
    assert server.in_time


def test_who_waits_in_the_backlog_is_served_before_the_end(
    serving: Serving, service: Service
) -> None:
    gate = service.gate("/slow")
    with serving(service, threads=1, capacity=1) as server, server.connect() as inside:
        inside.send(get("/slow"))
        assert gate.reached.wait(5)
        with server.connect() as waiting:
            waiting.send(get("/waiting"))
            server.relay.stop()
            gate.open()
            assert inside.answer().body == b"/slow"
            answer = waiting.answer()
            assert answer.body == b"GET /waiting"
            assert answer.closes
    assert server.in_time


def test_after_the_graceful_timeout_what_is_left_is_cut_off(
    serving: Serving, service: Service
) -> None:
    gate = service.gate("/slow")
    with serving(service, graceful_timeout=0.1) as server, server.connect() as client:
        client.send(get("/slow"))
        until(lambda: server.board.out)
        server.relay.stop()
        server.join()
        gate.open()
        assert client.at_end()
    assert server.in_time is False


def test_a_relay_can_be_abandoned_at_once(serving: Serving, service: Service) -> None:
    gates = [service.gate(f"/gate{number}") for number in range(8)]
    with serving(service, threads=8) as server:
        clients = [server.connect() for _ in gates]
        for number, client in enumerate(clients):
            client.send(get(f"/gate{number}"))
        until(lambda: server.board.out == 8)
        server.relay.stop()
        server.relay.abandon()
        until(lambda: server.has_ended, timeout=2)
        for gate, client in zip(gates, clients, strict=True):
            gate.open()
            client.close()
    assert server.in_time is False


def test_a_runner_that_fails_ends_the_relay_loudly(service: Service) -> None:
    def fail(channel: Channel) -> bytes:
        raise MemoryError("no service ever raises")

    service.handlers["/fail"] = fail
    with pytest.raises(RuntimeError, match="failed") as failed, running(service) as server:
        fail_with(server)
    assert isinstance(failed.value.__cause__, MemoryError)


def fail_with(server: Running) -> None:
    with server.connect() as client:
        client.send(get("/fail"))
        server.join()


# -- many at once ------------------------------------------------------------------------------


def test_no_more_connections_are_taken_than_allowed(serving: Serving, service: Service) -> None:
    with serving(service, capacity=3) as server:
        inside = [server.connect() for _ in range(3)]
        for client in inside:
            ask(client, "/")
        waiting = [server.connect() for _ in range(3)]
        for client in waiting:
            client.send(get("/waiting"))
        assert all(client.is_silent(0.02) for client in waiting)
        assert len(server.board.channels) == 3
        for client in inside:
            client.close()
        for client in waiting:
            assert client.answer().body == b"GET /waiting"
            client.close()


class Visitor(threading.Thread):
    """A client that asks for all kinds of things, and looks closely at what it gets."""

    def __init__(self, server: Running, seed: int, rounds: int) -> None:
        super().__init__()
        self._server = server
        self._seed = seed
        self._rounds = rounds
        self.failure: BaseException | None = None

    def run(self) -> None:
        try:
            for number in range(self._rounds):
                self._visit((self._seed * 7 + number) % 11, f"{self._seed}-{number}")
        except BaseException as error:
            self.failure = error

    def _visit(self, kind: int, name: str) -> None:
        with self._server.connect(receive_buffer=0 if kind % 2 else 65536) as client:
            if kind == 0:
                client.send(get("/large"))
                client.reset()
                return
            requests = [get(f"/quick/{name}"), get(f"/block/{name}"), post(f"/up/{name}", b"b" * 9)]
            if kind > 3:
                requests = requests[kind % 3 :]
            pieces = b"".join(requests)
            client.send_in_pieces([pieces[: kind * 9], pieces[kind * 9 :]])
            for request in requests:
                method, target, _ = request.split(b" ", 2)
                assert client.answer().body == method + b" " + target
            if kind == 1:
                client.send(get("/large"))
                assert client.answer().body == LARGE
            elif kind == 2:
                client.send(get(f"/last/{name}", "Connection: close"))
                assert client.answer().closes
                assert client.at_end()


def test_whatever_comes_at_once_everybody_is_answered(
    serving: Serving, service: Service, restless: None
) -> None:
    waits = threading.Event()

    def block(channel: Channel) -> bytes:
        waits.wait(0.004)
        return f"{channel.line.method} {channel.line.target}".encode()

    class Blocking(dict[str, Handler]):
        def get(self, path: str, default: Any = None) -> Any:
            return block if path.startswith("/block") else super().get(path, default)

    service.handlers = Blocking({"/large": large})
    with serving(
        service, threads=3, relay_after=0.001, output_memory=4096, output_spill=MEBIBYTE
    ) as server:
        visitors = [Visitor(server, seed, rounds=12) for seed in range(12)]
        for visitor in visitors:
            visitor.start()
        for visitor in visitors:
            visitor.join(30)
            assert visitor.failure is None, repr(visitor.failure)
        until(lambda: not server.board.channels)
        assert server.board.out == 0
        assert server.ask(get("/afterwards")) == b"GET /afterwards"
    assert server.in_time


# -- without descriptors -----------------------------------------------------------------------


def connect_many(port: int) -> list[Client]:
    """More connections than the process can take, each with a request."""
    clients = [Client(port) for _ in range(40)]
    for client in clients:
        client.send(get("/"))
    return clients


def is_answered(client: Client) -> bool:
    return bool(select.select([client.sock], [], [], 0)[0])


def test_without_descriptors_the_others_wait_until_some_are_free() -> None:
    with cramped(descriptors=30) as (port, process):
        clients = connect_many(port)
        until(lambda: any(is_answered(client) for client in clients))
        inside = [client for client in clients if is_answered(client)]
        assert len(inside) < len(clients)
        for client in sorted(clients, key=lambda client: client not in inside):
            assert client.answer().body == b"GET /"
            client.close()
        assert process.poll() is None


def test_a_stop_without_descriptors_is_a_stop() -> None:
    with cramped(descriptors=30) as (port, process):
        clients = connect_many(port)
        until(lambda: any(is_answered(client) for client in clients))
        assert process.stdin is not None
        process.stdin.close()
        assert process.wait(10) == 0
        for client in clients:
            client.close()
