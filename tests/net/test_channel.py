from __future__ import annotations

import select
import socket
import tempfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest

from potstill.http11.errors import Disconnected
from potstill.http11.limits import Limits
from potstill.net.channel import LINGER_BYTES, Channel
from potstill.net.wiring import Phase, Refusal
from tests.net.pair import available, tcp
from tests.net.service import MEBIBYTE, MemorySink, Plain, Service, answer, wiring
from tests.support.wire import chunked, get, post

LIMITS = Limits(body=2000)


class Conversation:
    """A channel at one end of a connection, driven as the relay does, and a client at the other."""

    def __init__(self, near: socket.socket, client: socket.socket, **memory: int) -> None:
        self.service = Service()
        self.wiring = wiring(self.service, LIMITS, **memory)
        self.client = client
        self.channel = Channel(near, ("client", "1"), ("server", "2"), self.wiring)

    def arrives(self, data: bytes) -> bool:
        """The client sends, the server reads once; True when a whole request is there."""
        if data:
            self.client.sendall(data)
        return self.channel.receive()

    def serve(self) -> bool:
        """Answer the request that is there; True when the next one is, too."""
        self.channel.outcome = self.service.serve(self.channel)
        return self.channel.conclude(0.0)

    def keep_sending(self, data: bytes) -> None:
        """As an application does that has much to say."""
        for _ in range(3):
            self.channel.send(data)

    def said(self) -> bytes:
        """All that the client has got; waits for the end of the connection."""
        data = b""
        while more := self.client.recv(65536):
            data += more
        return data


@pytest.fixture
def talk() -> Iterator[Conversation]:
    with tcp() as (near, far):
        conversation = Conversation(near, far)
        yield conversation
        conversation.channel.close()


REQUESTS = {
    "plain": (get("/x"), b""),
    "sized": (post("/x", b"body"), b"body"),
    "large": (post("/x", bytes(1500)), bytes(1500)),
    "empty": (post("/x", b""), b""),
    "chunked": (chunked("/x", b"3\r\nbod\r\n1\r\ny\r\n0\r\n\r\n"), b"body"),
    "trailers": (chunked("/x", b"4;a=b\r\nbody\r\n0\r\nA: b\r\n\r\n"), b"body"),
}


@pytest.mark.parametrize("kind", REQUESTS)
def test_a_request_in_two_pieces_is_whole_with_the_second(kind: str) -> None:
    request, body = REQUESTS[kind]
    for cut in range(1, len(request), 1 + len(request) // 150):
        with tcp() as (near, far):
            talk = Conversation(near, far)
            assert not talk.arrives(request[:cut])
            assert talk.arrives(request[cut:])
            assert not talk.serve()
            assert talk.service.bodies == ([body] if body else [])
            assert talk.channel.phase is Phase.IDLE
            talk.channel.close()


@pytest.mark.parametrize("kind", REQUESTS)
def test_a_request_byte_by_byte_is_whole_with_the_last(kind: str, talk: Conversation) -> None:
    request, body = REQUESTS[kind]
    for at in range(len(request) - 1):
        assert not talk.arrives(request[at : at + 1])
    assert talk.arrives(request[-1:])
    talk.serve()
    assert talk.service.bodies == ([body] if body else [])


def test_pipelined_requests_come_one_after_the_other(talk: Conversation) -> None:
    requests = [request for request, _ in REQUESTS.values()]
    assert talk.arrives(b"".join(requests) + get("/last")[:10])
    served = 1
    while talk.serve():
        served += 1
    assert served == len(requests)
    assert talk.channel.phase is Phase.HEAD
    assert talk.arrives(get("/last")[10:])
    assert not talk.serve()
    assert talk.service.lines[-1] == "GET /last"
    assert talk.service.bodies == [body for _, body in REQUESTS.values() if body]


def test_a_body_ends_where_the_next_request_begins(talk: Conversation) -> None:
    assert not talk.arrives(post("/x", b"body")[:-2])
    talk.client.sendall(b"dy" + get("/next"))
    assert talk.arrives(b"")
    assert not talk.serve()
    assert talk.service.bodies == [b"body"]
    assert talk.arrives(b"")
    assert talk.channel.line.target == "/next"


@pytest.mark.parametrize("data", [b"\0", b"\0\0", b"\n", b" "])
def test_a_byte_that_begins_no_request_is_none(talk: Conversation, data: bytes) -> None:
    assert not talk.arrives(data)
    assert not talk.arrives(data)
    assert talk.service.failures == []


def test_a_request_that_is_repeated_is_served_again(talk: Conversation) -> None:
    for _ in range(3):
        assert talk.arrives(get("/x", "X-A: 1"))
        assert not talk.serve()
    assert talk.service.lines == ["GET /x"] * 3


@pytest.mark.parametrize("body", [b"", get("/x")])
def test_what_was_a_request_before_is_none_inside_another(talk: Conversation, body: bytes) -> None:
    """Neither as the value of a field nor as a body is it known again."""
    assert talk.arrives(get("/x"))
    assert not talk.serve()
    if body:
        assert not talk.arrives(post("/y", body)[: -len(body)])
    else:
        assert not talk.arrives(b"POST /y HTTP/1.1\r\nX-A: ")
    assert talk.arrives(get("/x"))
    assert talk.channel.line.target == "/y"
    assert not talk.serve()
    assert talk.service.bodies == ([body] if body else [])


def test_what_was_a_request_before_is_none_behind_one_that_was_not_plain(
    talk: Conversation,
) -> None:
    for request in (get("/x"), post("/y", b"body"), get("/x"), get("/z"), get("/x")):
        assert talk.arrives(request)
        assert not talk.serve()
    assert talk.service.lines == ["GET /x", "POST /y", "GET /x", "GET /z", "GET /x"]


def test_nothing_there_is_no_request(talk: Conversation) -> None:
    assert not talk.arrives(b"")
    assert talk.channel.phase is Phase.HEAD


def test_only_who_has_begun_a_request_is_not_silent(talk: Conversation) -> None:
    silences = [talk.channel.is_silent]
    for piece in (b"\r\n", get("/")[:5], get("/")[5:], post("/", b"body")[:-1]):
        if talk.arrives(piece):
            talk.serve()
        silences.append(talk.channel.is_silent)
    assert silences == [True, True, False, True, False]


def test_a_client_that_closes_between_requests_is_let_go(talk: Conversation) -> None:
    talk.client.shutdown(socket.SHUT_WR)
    assert not talk.channel.receive()
    assert talk.channel.phase is Phase.CLOSED


def test_a_reset_is_the_end(talk: Conversation) -> None:
    talk.arrives(get("/")[:5])
    talk.client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    talk.client.close()
    assert not talk.channel.receive()
    assert talk.channel.phase is Phase.CLOSED


def test_what_the_client_closes_in_the_middle_of_is_refused() -> None:
    for request, _ in REQUESTS.values():
        with tcp() as (near, far):
            talk = Conversation(near, far)
            talk.arrives(request[:-1])
            far.shutdown(socket.SHUT_WR)
            while not talk.channel.receive() and talk.channel.phase < Phase.WRITING:
                pass
            assert talk.channel.phase is Phase.LINGERING
            assert talk.said().startswith(b"HTTP/1.1 400 ")
            assert not talk.service.lines
            talk.channel.close()


# -- 100 Continue ------------------------------------------------------------------------------

EXPECTS = "Expect: 100-continue"
CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"


@pytest.mark.parametrize(
    "request_", [post("/", b"body", EXPECTS), chunked("/", b"4\r\nbody\r\n0\r\n\r\n", EXPECTS)]
)
def test_a_client_that_waits_is_invited_once(talk: Conversation, request_: bytes) -> None:
    head = request_[: request_.index(b"\r\n\r\n") + 4]
    assert not talk.arrives(head)
    assert talk.client.recv(1000) == CONTINUE
    assert talk.arrives(request_[len(head) :])
    talk.serve()
    assert talk.client.recv(1000) == answer(b"POST /")


@pytest.mark.parametrize(
    "request_",
    [
        post("/", b"body", EXPECTS)[:-3],
        post("/", b"body", EXPECTS).replace(b"HTTP/1.1", b"HTTP/1.0")[:-4],
    ],
)
def test_who_has_begun_to_send_or_speaks_1_0_is_not_invited(
    talk: Conversation, request_: bytes
) -> None:
    assert not talk.arrives(request_)
    assert available(talk.client) == b""


def test_a_body_too_large_is_refused_instead_of_invited(talk: Conversation) -> None:
    assert not talk.arrives(post("/", bytes(3000), EXPECTS)[:-3000])
    assert talk.said().startswith(b"HTTP/1.1 413 ")


# -- refusals ----------------------------------------------------------------------------------

REFUSED = {
    400: b"GET / HTTP/1.1\r\n\r\n",
    413: post("/", bytes(2001)),
    414: get("/" + "a" * 9000),
    431: get("/", *["A: b"] * 101),
    501: get("/", "Transfer-Encoding: gzip, chunked", method="POST"),
    505: get("/", version="2.0"),
}


@pytest.mark.parametrize("status", REFUSED)
def test_what_is_wrong_is_refused_and_nothing_read_behind_it(
    talk: Conversation, status: int
) -> None:
    assert not talk.arrives(REFUSED[status] + get("/smuggled"))
    assert talk.channel.phase is Phase.LINGERING
    head, _, body = talk.said().partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 %d " % status)
    assert b"\r\nConnection: close" in head
    assert body.endswith(b".\n")
    assert talk.service.journaled == [(status, len(body))]
    assert talk.service.lines == []


@pytest.mark.parametrize("status", REFUSED)
def test_a_refusal_is_the_same_at_every_cut(status: int) -> None:
    request = REFUSED[status]
    for cut in range(1, len(request), 1 + len(request) // 40):
        with tcp() as (near, far):
            talk = Conversation(near, far)
            if not talk.arrives(request[:cut]) and talk.channel.phase < Phase.WRITING:
                assert not talk.arrives(request[cut:])
            assert talk.said().startswith(b"HTTP/1.1 %d " % status)
            talk.channel.close()


@pytest.mark.parametrize("status", REFUSED)
def test_a_refused_head_request_gets_a_head_only(talk: Conversation, status: int) -> None:
    request = REFUSED[status].replace(b"GET", b"HEAD").replace(b"POST", b"HEAD")
    talk.arrives(request)
    said = talk.said()
    assert said.startswith(b"HTTP/1.1 %d " % status)
    assert said.endswith(b"\r\n\r\n")
    assert talk.service.journaled == [(status, 0)]


def test_a_pipelined_request_that_is_wrong_is_refused_after_the_answer_before(
    talk: Conversation,
) -> None:
    assert talk.arrives(get("/") + get("/", version="3.0"))
    assert not talk.serve()
    before, refusal = talk.said().split(b"GET /")
    assert before == answer(b"GET /")[: -len(b"GET /")]
    assert refusal.startswith(b"HTTP/1.1 505 ")


def test_five_empty_lines_are_too_many_and_harm_nobody(talk: Conversation) -> None:
    assert not talk.arrives(b"\r\n" * 5)
    assert talk.said().startswith(b"HTTP/1.1 400 ")
    assert talk.service.failures == []


class FullSink(MemorySink):
    """A disk without room: it cannot even write what it has buffered when it is closed."""

    def write(self, data: bytes) -> None:
        raise OSError("no space left on device")

    def finish(self) -> BytesIO:
        raise OSError("no space left on device")

    def close(self) -> None:
        super().close()
        raise OSError("no space left on device")


class FullService(Service):
    def open_body(self, length: int | None) -> MemorySink:
        return FullSink()


@pytest.mark.parametrize(
    "pieces",
    [
        (post("/", b"body")[:-4], b"body"),
        (post("/", b"body")[:-2], b""),
        (chunked("/", b""), b"4\r\nbody\r\n"),
        (chunked("/", b"4\r\nbody\r\n"), b""),
        (chunked("/", b""), b"0\r\n\r\n"),
    ],
)
def test_a_body_without_room_is_answered_503(pieces: tuple[bytes, bytes]) -> None:
    with tcp() as (near, far):
        talk = Conversation(near, far)
        talk.wiring.service = FullService()
        for piece in pieces:
            if piece and talk.channel.phase < Phase.WRITING:
                assert not talk.arrives(piece)
        assert talk.said().startswith(b"HTTP/1.1 503 ")
        talk.channel.close()


def test_a_body_that_cannot_be_opened_is_answered_503(talk: Conversation) -> None:
    class NoService(Service):
        def open_body(self, length: int | None) -> MemorySink:
            raise OSError("too many open files")

    talk.wiring.service = NoService()
    assert not talk.arrives(post("/", b"body")[:-1])
    assert talk.said().startswith(b"HTTP/1.1 503 ")


# -- the phases of an answer -------------------------------------------------------------------


def test_an_answer_the_kernel_takes_is_over_at_once(talk: Conversation) -> None:
    talk.arrives(get("/"))
    assert not talk.serve()
    assert talk.channel.phase is Phase.IDLE
    assert talk.service.journaled == [(200, 5)]
    assert talk.client.recv(1000) == answer(b"GET /")


def large(channel: Channel) -> bytes:
    return bytes(8 * MEBIBYTE)


def test_an_answer_the_kernel_does_not_take_is_over_when_it_is_flushed(talk: Conversation) -> None:
    talk.service.handlers["/large"] = large
    assert talk.arrives(get("/large") + get("/next"))
    assert not talk.serve()
    assert talk.channel.phase is Phase.WRITING
    assert talk.service.journaled == []
    received = 0
    while not talk.channel.flush():
        received += len(available(talk.client))
    assert talk.channel.answered(0.0)
    assert talk.channel.line.target == "/next"
    assert talk.service.journaled == [(200, 8 * MEBIBYTE)]


def test_a_reader_is_watched_for_when_its_outbox_begins_to_fill(talk: Conversation) -> None:
    asked: list[Channel] = []
    talk.wiring.want_output = asked.append
    talk.arrives(get("/"))
    for _ in range(3):
        talk.channel.send(bytes(8 * MEBIBYTE))
    assert asked == [talk.channel]


def test_a_runner_says_so_before_it_waits_for_its_client() -> None:
    with tcp() as (near, far):
        talk = Conversation(near, far, output_memory=1, output_spill=1)

        def give_up(channel: Channel) -> None:
            channel.give_up()  # so that it need not wait

        talk.wiring.before_waiting = give_up
        talk.arrives(get("/"))
        with pytest.raises(Disconnected):
            talk.keep_sending(bytes(8 * MEBIBYTE))
        talk.channel.close()


def test_a_file_is_sent_behind_what_waits(talk: Conversation, tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"0123456789" * 400_000)
    talk.arrives(get("/"))
    with path.open("rb") as file:
        talk.channel.send_file(file.fileno(), 10, 3_999_990)
        talk.channel.send(b"end")
    received = b""
    while not talk.channel.flush():
        received += available(talk.client)
    while len(received) < 3_999_993:
        received += talk.client.recv(MEBIBYTE)
    assert received == path.read_bytes()[10:] + b"end"


def test_to_send_to_who_has_gone_is_disconnected(talk: Conversation) -> None:
    talk.arrives(get("/"))
    talk.client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    talk.client.close()
    with pytest.raises(Disconnected):
        talk.keep_sending(b"late")


def test_a_given_up_answer_is_never_continued(talk: Conversation) -> None:
    talk.arrives(get("/"))
    talk.channel.send(bytes(8 * MEBIBYTE))
    talk.channel.give_up()
    with pytest.raises(Disconnected):
        talk.channel.send(b"after a gap")
    assert talk.channel.flush()
    talk.channel.outcome = Plain(200, 0)
    talk.channel.conclude(0.0)
    assert talk.channel.phase is Phase.CLOSED
    talk.channel.close()
    with pytest.raises(ConnectionResetError):
        talk.said()


def test_an_answer_that_cannot_be_kept_is_never_continued(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Even if the application takes no notice: behind a gap, bytes would mean something else."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "no such directory"))
    with tcp() as (near, far):
        talk = Conversation(near, far, output_memory=1)
        talk.arrives(get("/"))
        with pytest.raises((OSError, Disconnected)):
            talk.channel.send(bytes(16 * MEBIBYTE))
        while select.select([far], [], [], 0.05)[0]:
            far.recv(MEBIBYTE)
        with pytest.raises(Disconnected):
            talk.channel.send(b"behind a gap")
        assert not talk.channel.persists
        talk.channel.close()


# -- the end -----------------------------------------------------------------------------------


def test_after_connection_close_the_socket_is_closed(talk: Conversation) -> None:
    talk.arrives(get("/", "Connection: close"))
    assert not talk.serve()
    assert talk.channel.phase is Phase.CLOSED
    talk.channel.close()
    assert talk.said() == answer(b"GET /", closes=True)


def test_while_more_may_come_an_end_is_made_in_two_steps(talk: Conversation) -> None:
    talk.arrives(get("/", "Connection: close") + b"unread")
    talk.serve()
    assert talk.channel.phase is Phase.LINGERING
    assert talk.said() == answer(b"GET /", closes=True)
    talk.client.sendall(bytes(1000))
    assert talk.channel.waste()
    assert talk.channel.waste()  # nothing there
    talk.client.close()
    assert not talk.channel.waste()


def test_no_more_than_so_much_is_wasted(talk: Conversation) -> None:
    talk.arrives(get("/", version="9.9"))
    wasted = 0
    while talk.channel.waste():
        if select.select([], [talk.client], [], 0)[1]:
            wasted += talk.client.send(bytes(10_000))
        assert wasted < LINGER_BYTES + 16 * MEBIBYTE


def test_an_answer_can_be_broken_off_visibly(talk: Conversation) -> None:
    talk.arrives(get("/"))
    talk.channel.send(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nhalf of")
    assert talk.client.recv(1000).endswith(b"half of")
    talk.channel.break_off(visibly=True)
    talk.channel.conclude(0.0)
    assert talk.channel.phase is Phase.CLOSED
    talk.channel.close()
    with pytest.raises(ConnectionResetError):
        talk.client.recv(1000)


def test_an_answer_can_be_broken_off_so_that_its_framing_shows_it(talk: Conversation) -> None:
    talk.arrives(get("/"))
    talk.channel.send(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf of")
    talk.channel.break_off(visibly=False)
    talk.channel.conclude(0.0)
    assert talk.channel.phase is Phase.LINGERING
    assert talk.said().endswith(b"half of")


def test_a_channel_closes_the_body_it_was_reading(talk: Conversation) -> None:
    sinks: list[MemorySink] = []

    class Keeping(Service):
        def open_body(self, length: int | None) -> MemorySink:
            sinks.append(MemorySink())
            return sinks[-1]

    talk.wiring.service = Keeping()
    talk.arrives(post("/", b"body")[:-1])
    talk.channel.close()
    with pytest.raises(ValueError, match="closed"):
        sinks[0].write(b"y")


def test_a_body_that_the_application_holds_on_to_costs_nobody_else_anything(
    talk: Conversation,
) -> None:
    assert talk.arrives(post("/", b"body") + get("/next"))
    body = talk.channel.body
    assert isinstance(body, BytesIO)
    view = body.getbuffer()  # a BytesIO cannot be closed while somebody looks into it
    assert talk.serve()
    assert talk.channel.line.target == "/next"
    assert bytes(view) == b"body"


def test_a_body_that_cannot_be_closed_costs_nobody_else_anything(talk: Conversation) -> None:
    class Stuck(BytesIO):
        def close(self) -> None:
            raise OSError("no space left on device")

    assert talk.arrives(post("/", b"body") + get("/next"))
    talk.channel.body = Stuck()
    assert talk.serve()
    assert talk.channel.line.target == "/next"


def test_while_draining_each_connection_ends_with_its_next_answer(talk: Conversation) -> None:
    talk.wiring.draining = True
    talk.arrives(get("/"))
    talk.serve()
    assert talk.channel.phase is Phase.LINGERING
    assert talk.said() == answer(b"GET /", closes=True)


def test_a_refusal_is_told_with_the_line_if_it_was_understood(talk: Conversation) -> None:
    seen: list[Refusal] = []

    class Listening(Service):
        def journal(self, channel: Channel, outcome: object, now: float) -> None:
            assert isinstance(outcome, Refusal)
            seen.append(outcome)

    talk.wiring.service = Listening()
    talk.arrives(post("/known", bytes(3000)))
    assert [refusal.line and refusal.line.target for refusal in seen] == ["/known"]
