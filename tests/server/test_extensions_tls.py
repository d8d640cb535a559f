"""The extensions over TLS, where what the kernel tells and what the client says are two things."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from typing import Any, TypeVar
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import pytest

from tests.server.pushing import Pushing
from tests.server.serving import Listener, Serving, serving
from tests.support.authority import Authority, Issued
from tests.support.wire import get, until

T = TypeVar("T")


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def issued(authority: Authority) -> Issued:
    return authority.issue("localhost")


class Secure:
    """Serves an application over TLS and makes clients that speak it."""

    def __init__(self, authority: Authority, issued: Issued) -> None:
        self._context = authority.client()
        self._files = dict(zip(("certfile", "keyfile"), issued.names, strict=True))

    def serving(self, app: WSGIApplication, **settings: Any) -> AbstractContextManager[Serving]:
        return serving(app, **(self._files | settings))

    @contextmanager
    def client(self, server: Serving) -> Iterator[Listener]:
        with server.client() as client:
            client.sock = self._context.wrap_socket(client.sock, server_hostname="localhost")
            yield client

    def by_hand(self, client: Listener) -> ByHand:
        """TLS on a plain connection; the test decides how sealed bytes are cut."""
        return ByHand(client, self._context)


class ByHand:
    """A client whose records can be sent in pieces."""

    def __init__(self, client: Listener, context: ssl.SSLContext) -> None:
        self._client = client
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._incoming, self._outgoing, server_hostname="localhost")
        self._repeat(self._tls.do_handshake)
        client.send(self._outgoing.read())

    def seal(self, data: bytes) -> bytes:
        self._tls.write(data)
        return self._outgoing.read()

    def read(self) -> bytes:
        """What comes next."""
        return self._repeat(self._tls.read)

    def _repeat(self, step: Callable[[], T]) -> T:
        while True:
            try:
                return step()
            except ssl.SSLWantReadError:
                self._client.send(self._outgoing.read())
                self._incoming.write(self._client.sock.recv(65536))


@pytest.fixture
def secure(authority: Authority, issued: Issued) -> Secure:
    return Secure(authority, issued)


def leave(client: Listener, *, says_goodbye: bool) -> None:
    """Hang up, as TLS wants it or as a process that dies does it."""
    assert isinstance(client.sock, ssl.SSLSocket)
    if says_goodbye:
        client.sock.setblocking(False)
        with suppress(ssl.SSLError):  # the server's own goodbye is not waited for
            client.sock.unwrap()
    client.sock.close()


def test_what_many_threads_push_arrives_whole_while_the_client_talks(secure: Secure) -> None:
    app = Pushing()
    with secure.serving(app, output_memory=8 << 20) as server, secure.client(server) as client:
        client.send(get("/"))
        push = app.detached_push()

        def talk(name: int) -> None:
            for number in range(100):
                assert push.send(b"%d:%d:%b\n" % (name, number, b"x" * 3000))

        threads = [threading.Thread(target=talk, args=(name,)) for name in range(4)]
        for thread in threads:
            thread.start()
        client.send(get("/quick"))
        for thread in threads:
            thread.join()
        push.close()
        lines = [line.split(b":") for line in client.answer().body.splitlines()]
        assert client.answer().body == b"quick"
    for name in range(4):
        assert [int(line[1]) for line in lines if int(line[0]) == name] == list(range(100))
    assert all(len(line[2]) == 3000 for line in lines)


@pytest.mark.parametrize("says_goodbye", [True, False], ids=["with close_notify", "without"])
def test_who_leaves_a_push_is_noticed(secure: Secure, says_goodbye: bool) -> None:
    app = Pushing()
    with secure.serving(app) as server, secure.client(server) as client:
        client.send(get("/"))
        push = app.push()
        assert client.head()[0] == 200
        leave(client, says_goodbye=says_goodbye)
        until(lambda: len(app.ended) == 1, timeout=2)
        assert not push.send(b"nobody hears")


def test_an_application_learns_that_its_client_has_gone(secure: Secure) -> None:
    asked: list[bool] = []

    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        asked.append(environ["potstill.client_gone"]())
        until(environ["potstill.client_gone"])
        asked.append(True)
        start_response("200 OK", [])
        return []

    with secure.serving(app) as server, secure.client(server) as client:
        client.send(get("/") + get("/"))
        until(lambda: asked == [False])
        client.sock.close()
        until(lambda: asked[:2] == [False, True])


def echo(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """The first five bytes in capitals as soon as they have come, then the rest."""
    stream = environ["wsgi.input"]
    first: bytes = stream.read(5)
    start_response("200 OK", [])
    yield first.upper()
    yield stream.read()


def test_a_body_is_read_while_it_comes(secure: Secure) -> None:
    with (
        secure.serving(echo, request_buffering=False) as server,
        secure.client(server) as client,
    ):
        client.send(get("/", "Content-Length: 11", method="POST"))
        client.send(b"hello")
        assert client.head()[0] == 200
        assert client.hear(5) == b"HELLO"
        client.send(b" world")
        assert client.hear(6) == b" world"


def test_half_a_record_does_not_tell_a_client_to_continue_twice(secure: Secure) -> None:
    with secure.serving(echo, request_buffering=False) as server, server.client() as client:
        hand = secure.by_hand(client)
        expecting = get("/", "Content-Length: 11", "Expect: 100-continue", method="POST")
        client.send(hand.seal(expecting))
        told = hand.read()
        body = hand.seal(b"hello world")
        client.send_in_pieces(body[at : at + 1] for at in range(len(body)))
        while not told.endswith(b"0\r\n\r\n"):
            told += hand.read()
    assert told.count(b"HTTP/1.1 100 ") == 1


@pytest.mark.parametrize("says_goodbye", [True, False], ids=["with close_notify", "without"])
def test_a_body_that_was_cut_off_never_looks_whole(secure: Secure, says_goodbye: bool) -> None:
    told: list[BaseException] = []

    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        try:
            environ["wsgi.input"].read()
        except OSError as error:
            told.append(error)
        start_response("200 OK", [])
        return []

    with secure.serving(app, request_buffering=False) as server, secure.client(server) as client:
        client.send(get("/", "Content-Length: 100", method="POST") + b"half of it")
        leave(client, says_goodbye=says_goodbye)
        until(lambda: len(told) == 1)


def test_hints_go_ahead_of_the_answer(secure: Secure) -> None:
    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        environ["wsgi.early_hints"]([("Link", "</style.css>; rel=preload; as=style")])
        start_response("200 OK", [])
        return [b"page"]

    with secure.serving(app) as server, secure.client(server) as client:
        client.send(get("/"))
        assert client.head()[0] == 103
        assert client.answer().body == b"page"
