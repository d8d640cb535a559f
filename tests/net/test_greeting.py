"""What stands before the first request, byte by byte; the header's grammar has its own tests."""

from __future__ import annotations

import ssl
from collections.abc import Callable

import pytest

from potstill.http11.errors import ProtocolError
from potstill.net.greeting import Greeting, Manners
from potstill.net.tls import HandshakeError, PlainTextError, TLSWire
from potstill.net.wire import Wire
from tests.net.far_side import FarSide
from tests.net.pair import Pair, tcp
from tests.net.proxy_headers import (
    ADDRESSES4,
    FROM_HAPROXY,
    LOCAL,
    PROXY,
    SIGNATURE,
    TCP4,
    header,
)
from tests.support.authority import Authority, Issued
from tests.support.wire import get

VERSION_1 = b"PROXY TCP4 192.0.2.1 198.51.100.1 40000 443\r\n"
VERSION_2 = header(PROXY, TCP4, ADDRESSES4)
REQUEST = get("/")

MakeContext = Callable[[], ssl.SSLContext]


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def issued(authority: Authority) -> Issued:
    return authority.issue("localhost")


@pytest.fixture
def context(issued: Issued) -> MakeContext:
    def make() -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*issued.names)
        return context

    return make


def never() -> ssl.SSLContext:
    raise AssertionError("no handshake is due here")


def heard(greeting: Greeting, pair: Pair, pieces: list[bytes]) -> tuple[Wire, bytes]:
    """Send the pieces one by one; none but the last may end the greeting."""
    wire = Wire(pair[0])
    for piece in pieces[:-1]:
        pair[1].sendall(piece)
        with pytest.raises(BlockingIOError):
            greeting.proceed(wire)
    pair[1].sendall(pieces[-1])
    return greeting.proceed(wire)


# -- who greets how ------------------------------------------------------------------------------


def test_most_connections_begin_with_http() -> None:
    assert Manners().greeting(is_secure=False, address="192.0.2.1") is None
    assert Manners(context=never).greeting(is_secure=False, address="192.0.2.1") is None


def test_only_who_is_named_has_to_send_a_header() -> None:
    manners = Manners(sends_header=lambda address: address == "192.0.2.1")
    assert manners.greeting(is_secure=False, address="192.0.2.2") is None
    assert manners.greeting(is_secure=False, address="192.0.2.1") is not None


def test_tls_is_for_listeners_that_speak_it() -> None:
    greeting = Manners(context=never).greeting(is_secure=True, address="192.0.2.1")
    assert greeting is not None
    assert greeting.is_secure


# -- a PROXY header ------------------------------------------------------------------------------


@pytest.mark.parametrize("start", [VERSION_1, VERSION_2], ids=["version 1", "version 2"])
def test_a_header_may_come_byte_by_byte(start: bytes) -> None:
    greeting = Greeting(None, expects_header=True)
    with tcp() as pair:
        _, rest = heard(greeting, pair, [bytes((byte,)) for byte in start])
    assert rest == b""
    assert greeting.header is not None
    assert greeting.header.peer == ("192.0.2.1", "40000")
    assert greeting.header.server == ("198.51.100.1", "443")


@pytest.mark.parametrize("start", [VERSION_1, VERSION_2], ids=["version 1", "version 2"])
@pytest.mark.parametrize("behind", [b"G", REQUEST, REQUEST + VERSION_1])
def test_what_comes_with_a_header_is_not_lost(start: bytes, behind: bytes) -> None:
    greeting = Greeting(None, expects_header=True)
    with tcp() as pair:
        assert heard(greeting, pair, [start + behind])[1] == behind


@pytest.mark.parametrize("start", [VERSION_1, VERSION_2], ids=["version 1", "version 2"])
def test_at_every_cut_a_header_is_the_same(start: bytes) -> None:
    data = start + REQUEST
    for cut in range(1, len(start)):
        greeting = Greeting(None, expects_header=True)
        with tcp() as pair:
            assert heard(greeting, pair, [data[:cut], data[cut:]])[1] == REQUEST


def test_who_must_send_a_header_and_does_not_is_refused() -> None:
    for data in (REQUEST, b"\r", b"PROXY TCP5", SIGNATURE + b"\x31"):
        greeting = Greeting(None, expects_header=True)
        with tcp() as pair, pytest.raises(ProtocolError):
            heard(greeting, pair, [data] if data != b"\r" else [data, b"\nGET"])


@pytest.mark.parametrize("part", [b"", VERSION_1[:20], VERSION_2[:14]])
def test_a_proxy_that_leaves_before_its_header_is_whole_has_left(part: bytes) -> None:
    greeting = Greeting(None, expects_header=True)
    with tcp() as (near, far):
        wire = Wire(near)
        if part:
            heard_nothing(greeting, wire, far.sendall, part)
        far.close()
        with pytest.raises(ConnectionAbortedError):
            greeting.proceed(wire)


def heard_nothing(
    greeting: Greeting, wire: Wire, send: Callable[[bytes], None], part: bytes
) -> None:
    send(part)
    with pytest.raises(BlockingIOError):
        greeting.proceed(wire)


def test_a_proxy_that_asks_for_itself_changes_nothing() -> None:
    greeting = Greeting(None, expects_header=True)
    with tcp() as pair:
        assert heard(greeting, pair, [header(LOCAL, 0) + REQUEST])[1] == REQUEST
    assert greeting.header is not None
    assert (greeting.header.peer, greeting.header.server) == (None, None)
    assert not greeting.is_secure


def test_a_client_that_spoke_tls_to_the_proxy_is_secure() -> None:
    greeting = Greeting(None, expects_header=True)
    with tcp() as pair:
        wire, rest = heard(greeting, pair, [FROM_HAPROXY + REQUEST])
        assert wire.sock is pair[0]
    assert rest == REQUEST
    assert greeting.is_secure


# -- TLS -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("start", [b"", VERSION_1, VERSION_2], ids=["", "version 1", "version 2"])
@pytest.mark.parametrize("together", [True, False], ids=["in one segment", "one by one"])
def test_a_handshake_comes_behind_the_header(
    authority: Authority, context: MakeContext, start: bytes, together: bool
) -> None:
    greeting = Greeting(context, expects_header=bool(start))
    with tcp() as (near, sock):
        far = FarSide(sock, authority.client())
        hello = far.shake_hands()
        for piece in [start + hello] if together else filter(None, [start, hello]):
            heard_nothing(greeting, Wire(near), sock.sendall, piece)
        last = b""
        while not last:  # the server's flight may come in parts
            far.hear()
            last = far.shake_hands()
        sock.sendall(last + far.sealed(REQUEST))
        wire, rest = greeting.proceed(Wire(near))
        assert isinstance(wire, TLSWire)
        assert (rest, wire.recv(65536)) == (b"", REQUEST)
    assert greeting.is_secure
    assert (greeting.header is not None) is bool(start)


def test_the_certificate_is_chosen_when_the_handshake_begins(
    authority: Authority, context: MakeContext
) -> None:
    asked: list[ssl.SSLContext] = []

    def choose() -> ssl.SSLContext:
        asked.append(context())
        return asked[-1]

    greeting = Greeting(choose, expects_header=True)
    with tcp() as (near, sock):
        heard_nothing(greeting, Wire(near), sock.sendall, VERSION_1[:-1])
        assert asked == []
        far = FarSide(sock, authority.client())
        heard_nothing(greeting, Wire(near), sock.sendall, VERSION_1[-1:] + far.shake_hands())
        heard_nothing(greeting, Wire(near), lambda data: None, b"")
        assert len(asked) == 1


@pytest.mark.parametrize("start", [b"", VERSION_1], ids=["", "behind a header"])
def test_plain_http_where_tls_is_due_is_told_with_what_came(
    context: MakeContext, start: bytes
) -> None:
    greeting = Greeting(context, expects_header=bool(start))
    with tcp() as pair, pytest.raises(PlainTextError) as told:
        heard(greeting, pair, [start + REQUEST])
    assert told.value.data == REQUEST


def test_garbage_where_tls_is_due_is_a_handshake_that_failed(context: MakeContext) -> None:
    with tcp() as pair, pytest.raises(HandshakeError):
        heard(Greeting(context, expects_header=False), pair, [b"\x16" + bytes(100)])
