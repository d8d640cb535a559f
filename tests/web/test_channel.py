"""A channel of events on real servers: with `potstill.push`, and with a thread for each tab."""

from __future__ import annotations

import gc
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from io import StringIO
from itertools import count
from socketserver import ThreadingMixIn
from types import TracebackType
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import pytest

from potstill.web import App
from potstill.web.errors import HTTPError
from potstill.web.request import Request
from potstill.web.response import Response
from potstill.web.sse.channel import Channel
from potstill.web.sse.event import Event
from potstill.web.sse.history import MAX_BYTES
from potstill.web.sse.subscribers import MAX_LAG, Inbox
from potstill.web.testing import Client
from tests.server.serving import serving
from tests.support.wire import until
from tests.web.eventsource import Heard, understood
from tests.web.support import environ

SOON = 10.0


class Tab:
    """A browser's tab: what it has heard, from one connection or several."""

    def __init__(self, port: int, last_id: str = "", *, receive_buffer: int = 0) -> None:
        self.last_id = last_id
        self.stream = b""
        self.head = b""
        self._socket = socket.socket()
        if receive_buffer:
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self._socket.settimeout(SOON)
        self._socket.connect(("127.0.0.1", port))
        said = f"Last-Event-ID: {last_id}\r\n" if last_id else ""
        self._socket.sendall(f"GET /events HTTP/1.0\r\nHost: a\r\n{said}\r\n".encode())
        while b"\r\n\r\n" not in self.stream:
            assert self._receive()
        self.head, _, self.stream = self.stream.partition(b"\r\n\r\n")

    @property
    def status(self) -> int:
        return int(self.head.split()[1])

    def hear(self, number: int) -> list[Heard]:
        """The first so many events, as soon as they have come."""
        while len(heard := understood(self.stream)) < number:
            assert self._receive(), f"the stream ended behind {heard}"
        self.last_id = heard[-1].last_id if heard else self.last_id
        return heard

    def hear_data(self, number: int) -> list[str]:
        return [heard.data for heard in self.hear(number)]

    def hear_bytes(self, data: bytes) -> None:
        """Wait until these have come."""
        while data not in self.stream:
            assert self._receive()

    def hear_all(self) -> list[Heard]:
        """All events until the stream ends."""
        while self._receive():
            pass
        return understood(self.stream)

    def _receive(self) -> bool:
        data = self._socket.recv(1 << 16)
        self.stream += data
        return bool(data)

    def __enter__(self) -> Tab:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._socket.close()


def application(channel: Channel) -> WSGIApplication:
    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        try:
            response = channel.subscribe(Request(environ))
        except HTTPError as error:
            response = Response(error.detail, error.status, error.headers)
        return response(environ, start_response)

    return app


@contextmanager
def pushing(channel: Channel, **settings: Any) -> Iterator[int]:
    """A port where a Potstill serves the channel."""
    with serving(application(channel), **settings) as server:
        yield server.port


class ThreadedServer(ThreadingMixIn, WSGIServer):
    daemon_threads = True
    request_queue_size = 64

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.errors = StringIO()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that leaves is none."""


class Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *arguments: Any) -> None:
        """Say nothing."""

    def get_stderr(self) -> Any:
        assert isinstance(self.server, ThreadedServer)
        return self.server.errors


@contextmanager
def threaded(channel: Channel) -> Iterator[int]:
    """A port where a server that knows no push does, with a thread for each connection."""
    with ThreadedServer(("127.0.0.1", 0), Quiet) as server:
        server.set_app(application(channel))
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield server.server_port
        finally:
            channel.close()
            server.shutdown()
            thread.join(SOON)
        assert server.errors.getvalue() == ""


Serve = Callable[[Channel], Any]
BOTH = pytest.mark.parametrize("serve", [pushing, threaded])


@BOTH
def test_all_who_listen_are_told(serve: Serve) -> None:
    channel = Channel()
    with serve(channel) as port, Tab(port) as one, Tab(port) as two:
        until(lambda: channel.subscribers == 2)
        assert channel.publish("first") == 2
        assert channel.publish(Event({"n": 2}, name="tick", id="b")) == 2
        for tab in (one, two):
            first, second = tab.hear(2)
            assert (first.data, first.name) == ("first", "message")
            assert first.last_id
            assert second == Heard('{"n":2}', "tick", "b")
            assert b"text/event-stream" in tab.head


@BOTH
def test_who_comes_back_is_told_what_he_missed_and_nothing_twice(serve: Serve) -> None:
    channel = Channel()
    with serve(channel) as port:
        channel.publish("before anybody came")
        with Tab(port) as tab:
            until(lambda: channel.subscribers == 1)
            channel.publish("1")
            channel.publish("2")
            assert tab.hear_data(2) == ["1", "2"]
        channel.publish("3")
        channel.publish("4")
        with Tab(port, tab.last_id) as again:
            assert again.hear_data(2) == ["3", "4"]
            channel.publish("5")
            assert again.hear_data(3) == ["3", "4", "5"]


@BOTH
def test_who_was_away_too_long_is_told_so(serve: Serve) -> None:
    channel = Channel(keep=2, missed=Event("reload", name="missed"))
    with serve(channel) as port:
        for number in range(5):
            channel.publish(Event(str(number), id=number))
        with Tab(port, "2") as tab:
            assert tab.hear_data(2) == ["3", "4"]
        with Tab(port, "1") as tab:
            assert tab.hear_data(3) == ["reload", "3", "4"]
        with Tab(port, "of another process") as tab:
            assert tab.hear_data(3) == ["reload", "3", "4"]


@BOTH
def test_who_leaves_is_noticed(serve: Serve) -> None:
    channel = Channel(heartbeat=0.02)
    with serve(channel) as port:
        with Tab(port) as tab:
            until(lambda: channel.subscribers == 1)
            tab.hear_bytes(b":\n\n:\n\n:\n\n")
        until(lambda: channel.subscribers == 0)


@BOTH
def test_closing_the_channel_ends_all_answers(serve: Serve) -> None:
    channel = Channel(retry=700)
    with serve(channel) as port, Tab(port) as one, Tab(port) as two:
        until(lambda: channel.subscribers == 2)
        channel.publish("last")
        channel.close()
        for tab in (one, two):
            assert [heard.data for heard in tab.hear_all()] == ["last"]
            assert tab.stream.startswith(b"retry: 700\n\n")
        assert channel.subscribers == 0
        assert channel.publish("nobody hears it") == 0
        with Tab(port) as late:
            assert late.status == 503
            assert b"Retry-After: " in late.head


@BOTH
def test_nothing_is_lost_or_doubled_between_what_was_missed_and_what_is_new(serve: Serve) -> None:
    channel = Channel(keep=10_000, max_threads=10_000, heartbeat=0.05)
    writers, each, readers = 4, 150, 6
    total = writers * each
    published: list[str] = []
    turn = threading.Lock()

    def write(writer: int) -> None:
        for number in range(each):
            channel.publish(f"{writer}:{number}")

    def read(reader: int) -> None:
        heard: list[str] = []
        last_id = "0"  # known to nobody, so all is sent
        while len(heard) < total:
            with Tab(port, last_id) as tab:
                more = tab.hear(min(1 + reader * 7, total - len(heard)))
            heard += [event.data for event in more]
            last_id = more[-1].last_id
        with turn:
            published.append("\n".join(heard))

    with serve(channel) as port:
        threads = [threading.Thread(target=write, args=(number,)) for number in range(writers)]
        threads += [threading.Thread(target=read, args=(number,)) for number in range(readers)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
    assert len(published) == readers
    assert len(set(published)) == 1, "readers have heard different things"
    heard = published[0].split("\n")
    assert len(set(heard)) == len(heard) == total
    for writer in range(writers):
        own = [event for event in heard if event.startswith(f"{writer}:")]
        assert own == [f"{writer}:{number}" for number in range(each)]


def test_hundreds_listen_on_two_threads() -> None:
    channel = Channel()
    with pushing(channel, threads=2) as port, ExitStack() as stack:
        before = threading.active_count()
        tabs = [stack.enter_context(Tab(port)) for _ in range(400)]
        until(lambda: channel.subscribers == 400)
        assert channel.publish("hello") == 400
        assert all(tab.hear_data(1) == ["hello"] for tab in tabs)
        assert threading.active_count() < before + 10


def heart_beats() -> bool:
    return any(thread.name == "channels" for thread in threading.enumerate())


def test_one_thread_beats_for_all_channels_each_in_its_own_time() -> None:
    until(lambda: not heart_beats())
    quick, slow, idle = (Channel(heartbeat=seconds) for seconds in (0.02, 0.05, 100))
    with pushing(quick) as one, pushing(slow) as two, pushing(idle) as three:
        with Tab(one) as first, Tab(two) as second, Tab(three) as third:
            for tab in (first, second):
                tab.hear_bytes(b":\n\n" * 4)
            assert sum(thread.name == "channels" for thread in threading.enumerate()) == 1
            assert third.stream in (b"", b":\n\n")
        until(lambda: not heart_beats())


def test_the_thread_of_the_heartbeat_lives_while_somebody_listens() -> None:
    until(lambda: not heart_beats())
    channel = Channel(heartbeat=100)
    with pushing(channel) as port:
        for _ in range(2):
            with Tab(port):
                until(heart_beats)
            until(lambda: not heart_beats())
        with Tab(port):
            until(heart_beats)
            channel.close()
            until(lambda: not heart_beats())


def test_without_push_only_so_many_are_let_in() -> None:
    channel = Channel(max_threads=1, heartbeat=0.02)
    with threaded(channel) as port:
        with Tab(port) as first, Tab(port) as second:
            assert (first.status, second.status) == (200, 503)
            assert b"Retry-After: " in second.head
        until(lambda: channel.subscribers == 0)
        with Tab(port) as third:
            assert third.status == 200


def test_a_slow_listener_is_cut_off_and_the_others_hear_on() -> None:
    channel = Channel(keep=1)
    with (
        pushing(channel, output_memory=65536) as port,
        Tab(port, receive_buffer=4096),
        Tab(port) as quick,
    ):
        until(lambda: channel.subscribers == 2)
        for number in count(1):
            channel.publish(Event("x" * 30_000, id=number))
            quick.hear_bytes(b"id: %d\n" % number)
            quick.stream = b""
            if channel.subscribers == 1:
                break
            assert number < 5000


def test_an_inbox_that_lags_is_ended_at_once() -> None:
    left: list[Inbox] = []
    inbox = Inbox(0.01, left.append)
    assert inbox.send(b"x" * MAX_LAG)
    assert not inbox.send(b"y")
    assert list(inbox) == []
    inbox.close()
    assert left == [inbox]


def test_an_inbox_gives_all_that_waits_in_one_block() -> None:
    inbox = Inbox(0.01, lambda _: None)
    inbox.send(b"a")
    inbox.send(b"b")
    assert next(inbox) == b"ab"
    assert next(inbox) == b":\n\n"
    inbox.send(b"c")
    inbox.end()
    assert not inbox.send(b"d")
    assert list(inbox) == [b"c"]


def test_head_is_answered_without_a_subscription() -> None:
    channel = Channel()
    response = channel.subscribe(Request(environ(REQUEST_METHOD="HEAD")))
    assert response.content_type == "text/event-stream"
    assert (response.body, channel.subscribers) == (b"", 0)


def test_a_response_that_is_never_sent_leaves_its_place() -> None:
    channel = Channel(max_threads=1)
    for _ in range(3):
        response = channel.subscribe(Request(environ()))
        assert channel.subscribers == 1
        del response
        gc.collect()
    assert channel.subscribers == 0


def first_block(channel: Channel, after: str | None = None, **more: Any) -> bytes:
    response = channel.subscribe(Request(environ(**more)), after=after)
    assert isinstance(response.body, Inbox)
    block = next(response.body)
    response.body.close()
    return block


def test_a_page_can_say_which_event_it_was_made_after() -> None:
    channel = Channel()
    for number in range(3):
        channel.publish(Event(str(number), id=f"é{number}"))
    assert understood(first_block(channel)) == []
    assert understood(first_block(channel, "")) == []
    assert [heard.data for heard in understood(first_block(channel, "é1"))] == ["2"]
    sent = "é0".encode().decode("latin-1")
    block = first_block(channel, "é1", HTTP_LAST_EVENT_ID=sent)
    assert [heard.data for heard in understood(block)] == ["1", "2"]


def test_one_client_can_be_told_something_first() -> None:
    channel = Channel(max_threads=2)
    channel.publish(Event("1", id=1))
    channel.publish(Event("2", id=2))
    request, first = Request(environ()), [Event("missed", id="1b"), Event("more", id="1c")]
    one = channel.subscribe(request, after="1", first=first)
    other = channel.subscribe(Request(environ()), after="1")
    channel.publish("3")
    heard = []
    for response in (one, other):
        assert isinstance(response.body, Inbox)
        heard.append([event.data for event in understood(next(response.body))])
    assert heard == [["missed", "more", "2", "3"], ["2", "3"]]


def test_what_is_kept_is_bounded_in_bytes() -> None:
    channel = Channel(keep=1000)
    for _ in range(100):
        channel.publish("x" * (MAX_BYTES // 10))
    assert MAX_BYTES // 2 < len(first_block(channel, "unknown")) < MAX_BYTES + 100


def test_numbers_of_one_channel_mean_nothing_to_another() -> None:
    ids = []
    for _ in range(2):
        channel = Channel()
        channel.publish("a")
        ids.append(understood(first_block(channel, "unknown"))[0].last_id)
    assert ids[0] != ids[1]
    assert all(event_id.endswith("-1") for event_id in ids)


def test_an_application_hands_a_channel_to_the_server_and_keeps_its_threads() -> None:
    app = App()
    channel = Channel()
    closed: list[int] = []

    @app.get("/events")
    def listen(request: Request) -> Response:
        request.on_close(lambda: closed.append(1))
        return channel.subscribe(request)

    with serving(app, threads=2) as server, ExitStack() as stack:
        tabs = [stack.enter_context(Tab(server.port)) for _ in range(20)]
        until(lambda: channel.subscribers == 20)
        assert len(closed) == 20, "what the call has opened is closed with the call"
        channel.publish("hello")
        assert all(tab.hear_data(1) == ["hello"] for tab in tabs)


FORKED = """
import os, sys, threading
from io import BytesIO
from potstill.web import Channel, Request

class Push(list):
    def __init__(self):
        self.has_beaten = threading.Event()
    def __hash__(self):
        return id(self)
    def send(self, data):
        self.append(data)
        if self[-1] == b":\\n\\n" and len(self) > 1:
            self.has_beaten.set()
        return True
    def close(self):
        pass

def listen():
    push = Push()
    channel.subscribe(Request({"REQUEST_METHOD": "GET", "potstill.push": lambda _: push}))
    return push

channel = Channel(heartbeat=0.01)
channel.publish("before")
of_parent = listen()
assert of_parent.has_beaten.wait(10)
with channel._turn:  # another thread of the parent publishes at this moment
    child = os.fork()
    if not child:
        told = len(of_parent)
        assert channel.subscribers == 0
        own = listen()
        assert channel.publish("of the child") == 1
        assert len(of_parent) == told
        assert own.has_beaten.wait(10)
        print(b"".join(own).decode(), flush=True)
        os._exit(0)
assert os.waitpid(child, 0)[1] == 0
assert channel.publish("of the parent") == 1
print(b"".join(of_parent).decode())
"""


def test_a_forked_process_has_no_listeners_but_its_own_and_its_own_numbers() -> None:
    ran = subprocess.run(
        [sys.executable, "-c", FORKED], capture_output=True, text=True, timeout=60, check=False
    )
    assert ran.returncode == 0, ran.stderr
    ids = [heard.last_id for heard in understood(ran.stdout.encode())]
    assert len(set(ids)) == len(ids) == 2


def test_a_page_listens_behind_what_it_shows() -> None:
    app, channel = App(), Channel(max_threads=1)

    @app.get("/page")
    def page() -> str:
        return channel.last_id

    @app.get("/events")
    def events(request: Request, after: str) -> Response:
        return channel.subscribe(request, after=after)

    client = Client(app)
    for between in ("first", "second"):
        seen = client.get("/page").text
        channel.publish(between)  # after the page was made, before it listens
        with client.stream("GET", "/events", query={"after": seen}) as answer:
            heard = next(answer)
            while b"data:" not in heard:
                heard += next(answer)
            assert f"data: {between}".encode() in heard


def test_a_channel_that_was_closed_may_be_opened_again() -> None:
    app, channel = App(), Channel(max_threads=1)
    app.on_start(channel.open)
    app.on_stop(channel.close)

    @app.get("/events")
    def events(request: Request) -> Response:
        return channel.subscribe(request)

    for _ in range(2):
        with Client(app) as client, client.stream("GET", "/events") as answer:
            assert answer.status == 200
    assert Client(app).get("/events").status == 503
