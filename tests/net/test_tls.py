"""A TLS wire alone, over a pair of sockets: the test says when each sealed byte moves."""

from __future__ import annotations

import select
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from tempfile import TemporaryFile

import pytest

from potstill.net.tls import PIECE, HandshakeError, PlainTextError, TLSWire
from tests.net.far_side import CIPHER, FarSide, key_update
from tests.net.pair import available, narrow, tcp
from tests.support.authority import Authority, Issued
from tests.support.wire import get

Ends = tuple[TLSWire, FarSide]
Open = Callable[..., Ends]

DATA = bytes(range(256)) * 2000
"""Some records, and far more than a narrow pair of sockets keeps on the way."""
PATIENCE = 10


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def issued(authority: Authority) -> Issued:
    return authority.issue("localhost")


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


def server_context(issued: Issued, version: ssl.TLSVersion) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.maximum_version = version
    context.load_cert_chain(*issued.names)
    return context


@pytest.fixture(params=[ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3], ids=lambda v: v.name)
def version(request: pytest.FixtureRequest) -> ssl.TLSVersion:
    chosen: ssl.TLSVersion = request.param
    return chosen


@pytest.fixture
def ends(authority: Authority, issued: Issued, version: ssl.TLSVersion, stack: ExitStack) -> Ends:
    """Both ends of a connection whose handshake is over; the kernel keeps little between."""
    return opened(authority.client(), server_context(issued, version), stack)


def fresh(client: ssl.SSLContext, server: ssl.SSLContext, stack: ExitStack) -> Ends:
    near, far = stack.enter_context(narrow())
    return TLSWire(near, server), FarSide(far, client)


def opened(client: ssl.SSLContext, server: ssl.SSLContext, stack: ExitStack) -> Ends:
    wire, far = fresh(client, server, stack)
    shake_hands(wire, far)
    return wire, far


def shake_hands(wire: TLSWire, far: FarSide, step: int = 65536) -> None:
    """Until it is over on both sides; what the client sends goes out in steps of so many bytes."""
    while not wire.is_open or far.tls.version() is None:
        sealed = far.shake_hands()
        for at in range(0, len(sealed), step):
            far.sock.sendall(sealed[at : at + step])
            advance(wire)
        if select.select([far.sock], [], [], 0)[0]:
            far.hear()


def advance(wire: TLSWire) -> None:
    """Once more; there may be nothing to do."""
    try:
        wire.shake_hands()
    except BlockingIOError:
        assert not wire.is_open


def stalled(wire: TLSWire, data: bytes) -> bytes:
    """Send until the kernel takes no more; what is to be offered again."""
    while True:
        try:
            data = data[wire.send(data) :]
        except BlockingIOError:
            return data


def send_all(wire: TLSWire, far: FarSide, data: bytes) -> bytes:
    """Send it all as an outbox would, and give what the client has opened of it meanwhile."""
    received, rest = b"", memoryview(data)
    while rest:
        try:
            rest = rest[wire.send(rest) :]
        except BlockingIOError:
            far.hear()
            received += far.opened()
    return received


def received(far: FarSide, size: int) -> bytes:
    """So many bytes, and no more, as the client opens them."""
    data = far.opened()
    while len(data) < size:
        far.hear()
        data += far.opened()
    assert not available(far.sock)
    return data


# -- the handshake -------------------------------------------------------------------------------


def test_a_handshake_may_come_byte_by_byte(
    authority: Authority, issued: Issued, version: ssl.TLSVersion, stack: ExitStack
) -> None:
    wire, far = fresh(authority.client(), server_context(issued, version), stack)
    shake_hands(wire, far, step=1)
    assert wire.facts()["SSL_PROTOCOL"] == far.tls.version() == version.name.replace("_", ".")


def test_what_was_read_before_the_handshake_is_its_beginning(
    authority: Authority, issued: Issued, version: ssl.TLSVersion, stack: ExitStack
) -> None:
    wire, far = fresh(authority.client(), server_context(issued, version), stack)
    with pytest.raises(BlockingIOError):
        wire.shake_hands(far.shake_hands())
    shake_hands(wire, far)
    wire.send(b"hello")
    assert received(far, 5) == b"hello"


def test_a_request_behind_the_end_of_the_handshake_is_not_lost(
    authority: Authority, issued: Issued, version: ssl.TLSVersion, stack: ExitStack
) -> None:
    wire, far = fresh(authority.client(), server_context(issued, version), stack)
    far.sock.sendall(far.shake_hands())
    advance(wire)
    far.hear()
    if version is ssl.TLSVersion.TLSv1_2:  # there the server has the last word
        far.sock.sendall(far.shake_hands())
        advance(wire)
        far.hear()
    end = far.shake_hands()
    far.sock.sendall(end + far.sealed(get("/")))
    advance(wire)
    assert wire.is_open
    assert wire.recv(65536) == get("/")


def test_plain_http_is_told_from_tls_and_can_be_answered_plainly(
    authority: Authority, issued: Issued, stack: ExitStack
) -> None:
    wire, far = fresh(authority.client(), server_context(issued, ssl.TLSVersion.TLSv1_3), stack)
    far.sock.sendall(get("/"))
    with pytest.raises(PlainTextError) as told:
        wire.shake_hands()
    assert told.value.data == get("/")
    assert not wire.is_open


def test_a_handshake_that_fails_tells_the_client_why(
    authority: Authority, issued: Issued, stack: ExitStack
) -> None:
    old = authority.client()
    old.maximum_version = ssl.TLSVersion.TLSv1_2
    strict = server_context(issued, ssl.TLSVersion.TLSv1_3)
    strict.minimum_version = ssl.TLSVersion.TLSv1_3
    wire, far = fresh(old, strict, stack)
    far.sock.sendall(far.shake_hands())
    with pytest.raises(HandshakeError, match=r"(?i)protocol"):
        wire.shake_hands()
    far.hear()
    with pytest.raises(ssl.SSLError, match=r"(?i)alert protocol version"):
        far.shake_hands()


def test_garbage_that_begins_as_tls_is_a_handshake_that_failed(
    authority: Authority, issued: Issued, stack: ExitStack
) -> None:
    wire, far = fresh(authority.client(), server_context(issued, ssl.TLSVersion.TLSv1_3), stack)
    far.sock.sendall(b"\x16" + bytes(range(200)))
    with pytest.raises(HandshakeError):
        wire.shake_hands()


@pytest.mark.parametrize("part", [0, 1, 100])
def test_a_client_that_leaves_in_the_handshake_has_left(
    authority: Authority, issued: Issued, stack: ExitStack, part: int
) -> None:
    wire, far = fresh(authority.client(), server_context(issued, ssl.TLSVersion.TLSv1_3), stack)
    far.sock.sendall(far.shake_hands()[:part])
    far.sock.close()
    with pytest.raises(ConnectionAbortedError):
        wire.shake_hands()


# -- in ------------------------------------------------------------------------------------------


def test_a_record_in_pieces_is_nothing_until_it_is_whole(ends: Ends) -> None:
    wire, far = ends
    *pieces, last = (bytes((byte,)) for byte in far.sealed(b"hello"))
    for piece in pieces:
        far.sock.sendall(piece)
        with pytest.raises(BlockingIOError):
            wire.recv(65536)
    far.sock.sendall(last)
    assert wire.recv(65536) == b"hello"
    with pytest.raises(BlockingIOError):
        wire.recv(65536)


def test_all_records_that_have_come_are_opened_at_once(ends: Ends) -> None:
    """The poller knows the socket only: nothing may wait behind it."""
    wire, far = ends
    words = [b"%d " % number for number in range(20)]
    far.sock.sendall(b"".join(far.sealed(word) for word in words))
    assert wire.recv(65536) == b"".join(words)
    assert not available(wire.sock)


@pytest.mark.parametrize("most", [1, 7, 1000])
def test_however_little_is_asked_for_records_come_whole(ends: Ends, most: int) -> None:
    wire, far = ends
    far.sock.sendall(far.sealed(b"hello"))
    assert wire.recv(most) == b"hello"


def test_a_goodbye_ends_what_can_be_read_and_not_what_can_be_sent(ends: Ends) -> None:
    wire, far = ends
    far.sock.sendall(far.sealed(b"last words") + far.goodbye())
    assert wire.recv(65536) == b"last words"
    assert wire.recv(65536) == b""
    assert wire.recv(65536) == b""
    assert wire.send(b"answer") == 6
    assert received(far, 6) == b"answer"


def test_a_goodbye_is_seen_by_whoever_watches_the_socket(ends: Ends) -> None:
    wire, far = ends
    far.sock.sendall(far.sealed(b"last words") + far.goodbye())
    assert wire.recv(65536) == b"last words"
    assert wire.wait_for_input(0)
    assert wire.is_hung_up()


def test_an_end_without_a_goodbye_is_an_end(ends: Ends) -> None:
    wire, far = ends
    far.sock.sendall(far.sealed(b"all of it") + far.sealed(b"never whole")[:-1])
    far.sock.shutdown(socket.SHUT_WR)
    assert wire.recv(65536) == b"all of it"
    assert wire.recv(65536) == b""


def test_a_forged_record_is_an_error_and_nothing_of_it_is_told(ends: Ends) -> None:
    wire, far = ends
    sealed = far.sealed(b"hello")
    far.sock.sendall(sealed[:-1] + bytes((sealed[-1] ^ 1,)))
    with pytest.raises(ssl.SSLError):
        wire.recv(65536)


# -- out -----------------------------------------------------------------------------------------


def test_what_is_sent_arrives(ends: Ends) -> None:
    wire, far = ends
    assert wire.send(b"head") == 4
    assert wire.send(memoryview(b"body")) == 4
    assert received(far, 8) == b"headbody"


def test_what_was_not_taken_is_offered_again_and_arrives_once(ends: Ends) -> None:
    wire, far = ends
    data = send_all(wire, far, DATA)
    assert data + received(far, len(DATA) - len(data)) == DATA


def test_when_nothing_is_taken_it_says_so(ends: Ends) -> None:
    wire, far = ends
    rest = stalled(wire, DATA)
    for _ in range(2):
        with pytest.raises(BlockingIOError):
            wire.send(rest)
    data = send_all(wire, far, rest)
    assert data + received(far, len(DATA) - len(data)) == DATA


def test_more_may_be_offered_than_the_last_time(ends: Ends) -> None:
    """A file that spills grows behind what was offered of it."""
    wire, far = ends
    rest, data, grown = memoryview(DATA), b"", 5000
    while rest:
        try:
            rest = rest[wire.send(rest[:grown]) :]
        except BlockingIOError:
            far.hear(1000)
            data += far.opened()
        grown += 1000
    assert data + received(far, len(DATA) - len(data)) == DATA


def test_pieces_of_a_file_are_sealed_and_its_end_is_told(ends: Ends) -> None:
    wire, far = ends
    with TemporaryFile() as file:
        file.write(DATA)
        file.flush()
        offset, data = 1000, b""
        while offset < len(DATA):
            try:
                sent = wire.send_file(file.fileno(), offset, len(DATA) - offset)
                assert 0 < sent <= PIECE
                offset += sent
            except BlockingIOError:
                far.hear()
                data += far.opened()
        assert wire.send_file(file.fileno(), len(DATA), 1) == 0
    data += received(far, len(DATA) - 1000 - len(data))
    assert data == DATA[1000:]


def test_a_file_is_sent_no_farther_than_asked(ends: Ends) -> None:
    wire, far = ends
    with TemporaryFile() as file:
        file.write(DATA)
        file.flush()
        assert wire.send_file(file.fileno(), 10, 5) == 5
    assert received(far, 5) == DATA[10:15]


def test_new_keys_between_two_sends_of_the_same_data_double_nothing(
    authority: Authority, issued: Issued, stack: ExitStack, tmp_path: Path
) -> None:
    client = authority.client()
    client.keylog_filename = str(tmp_path / "secrets")
    wire, far = opened(client, server_context(issued, ssl.TLSVersion.TLSv1_3), stack)
    cipher = far.tls.cipher()
    assert cipher is not None
    assert cipher[0] == CIPHER
    rest = stalled(wire, DATA)
    far.sock.sendall(key_update(tmp_path / "secrets"))
    far.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, len(DATA))
    wire.sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, len(DATA))  # now there is room
    with pytest.raises(BlockingIOError):
        wire.recv(65536)
    data = send_all(wire, far, rest)
    assert data + received(far, len(DATA) - len(data)) == DATA


def test_two_threads_may_send_and_receive_at_once(ends: Ends, restless: None) -> None:
    """One reads a body while the other flushes an answer: both are whole."""
    wire, far = ends
    heard: list[bytes] = []
    listener = threading.Thread(target=hear_all, args=(wire, heard), daemon=True)
    listener.start()
    upward = memoryview(
        b"".join(far.sealed(DATA[at : at + 3000]) for at in range(0, len(DATA), 3000))
    )
    downward, data = memoryview(DATA), b""
    while upward or downward or len(data) < len(DATA):
        if select.select([], [far.sock], [], 0)[1]:
            upward = upward[far.sock.send(upward[:4096]) :]
        with suppress(BlockingIOError):
            downward = downward[wire.send(downward) :]
        if select.select([far.sock], [], [], 0)[0]:
            far.hear()
            data += far.opened()
    listener.join(PATIENCE)
    assert b"".join(heard) == DATA
    assert data == DATA


def hear_all(wire: TLSWire, heard: list[bytes]) -> None:
    while sum(map(len, heard)) < len(DATA):
        if wire.wait_for_input(PATIENCE):
            with suppress(BlockingIOError):
                heard.append(wire.recv(65536))


# -- the end -------------------------------------------------------------------------------------


def test_an_end_is_announced_and_the_client_still_heard(ends: Ends) -> None:
    wire, far = ends
    wire.send(b"all")
    wire.end()
    assert received(far, 3) == b"all"
    far.hear()
    assert far.tls.read(10) == b""  # a goodbye, and no mere end
    far.sock.sendall(b"anything")
    assert wire.sock.recv(100) == b"anything"


def test_to_close_is_to_say_goodbye(ends: Ends) -> None:
    wire, far = ends
    wire.close()
    far.hear()
    assert far.tls.read(10) == b""
    assert wire.sock.fileno() == -1


def test_after_a_goodbye_from_both_sides_all_is_well(ends: Ends) -> None:
    wire, far = ends
    far.sock.sendall(far.goodbye())
    assert wire.recv(65536) == b""
    wire.close()
    far.hear()
    far.tls.unwrap()


def test_before_the_handshake_is_over_there_is_nothing_to_say(
    authority: Authority, issued: Issued, stack: ExitStack
) -> None:
    wire, far = fresh(authority.client(), server_context(issued, ssl.TLSVersion.TLSv1_3), stack)
    wire.close()
    assert far.sock.recv(100) == b""


def test_a_reset_says_no_goodbye(
    authority: Authority, issued: Issued, version: ssl.TLSVersion, stack: ExitStack
) -> None:
    near, other = stack.enter_context(tcp())
    wire = TLSWire(near, server_context(issued, version))
    far = FarSide(other, authority.client())
    shake_hands(wire, far)
    wire.reset()
    wire.close()
    with pytest.raises(ConnectionResetError):
        far.hear()


def test_whoever_has_left_is_no_obstacle_to_closing(ends: Ends) -> None:
    wire, far = ends
    far.sock.close()
    wire.close()
    assert wire.sock.fileno() == -1
