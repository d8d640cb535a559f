"""The head of an answer: what is sent, and what an application is told about its mistakes."""

from __future__ import annotations

import calendar
import email.utils
from collections.abc import Sequence

import h11
import pytest

from potstill.http11.errors import ApplicationError
from potstill.http11.response import (
    CONTINUE,
    HOP_BY_HOP,
    LAST_CHUNK,
    REASONS,
    ResponseHead,
    ResponseHeads,
    Stamp,
    server_answer,
    shown,
)

PLAIN = ("Content-Type", "text/plain")
NOON = calendar.timegm((2026, 11, 22, 12, 0, 0))
STAMP = Stamp("potstill", NOON)


def read(status: str, *headers: tuple[str, str]) -> ResponseHead:
    return ResponseHeads().read(status, list(headers))


def complaint(status: object, headers: object, heads: ResponseHeads | None = None) -> str:
    with pytest.raises(ApplicationError) as error:
        (heads or ResponseHeads()).read(status, headers)  # type: ignore[arg-type] # the mistake
    return str(error.value)


def events(data: bytes, method: str = "GET") -> list[h11.Event]:
    """What h11, as a client, understands of an answer."""
    client = h11.Connection(h11.CLIENT)
    client.send(h11.Request(method=method, target="/", headers=[("Host", "a")]))
    client.send(h11.EndOfMessage())
    client.receive_data(data)
    seen: list[h11.Event] = []
    while not seen or not isinstance(seen[-1], h11.EndOfMessage):
        event = client.next_event()
        assert isinstance(event, h11.Event)
        seen.append(event)
    assert client.trailing_data[0] == b""
    return seen


def test_a_head_is_written_as_it_was_given() -> None:
    head = read(
        "200 Fine", PLAIN, ("X-A", "caf\xe9\t\x80"), ("set-cookie", "a"), ("Set-Cookie", "b")
    )
    assert head.start == (
        b"HTTP/1.1 200 Fine\r\nContent-Type: text/plain\r\nX-A: caf\xe9\t\x80\r\n"
        b"set-cookie: a\r\nSet-Cookie: b\r\n"
    )
    assert (head.status, head.content_length, head.has_content) == (200, None, True)
    assert head.fields == (
        PLAIN,
        ("X-A", "caf\xe9\t\x80"),
        ("set-cookie", "a"),
        ("Set-Cookie", "b"),
    )


def test_a_reason_may_be_empty_and_its_space_stays() -> None:
    assert read("204 ").start == b"HTTP/1.1 204 \r\n"


@pytest.mark.parametrize("status", [204, 205, 304])
def test_some_statuses_have_no_content(status: int) -> None:
    assert not read(f"{status} None").has_content


def test_no_content_has_no_length() -> None:
    head = read("204 No Content", ("content-LENGTH", "5"))
    assert head.start == b"HTTP/1.1 204 No Content\r\n"


def test_not_modified_keeps_the_length_of_what_was_not_sent() -> None:
    assert b"Content-Length: 5\r\n" in read("304 Not Modified", ("Content-Length", "5")).start


@pytest.mark.parametrize(("value", "length"), [("0", 0), ("5", 5), ("005", 5), ("9" * 18, None)])
def test_the_length_an_application_gives_is_known(value: str, length: int | None) -> None:
    assert read("200 OK", ("cOnTeNt-LeNgTh", value)).content_length == (length or int(value))


@pytest.mark.parametrize(
    ("headers", "supplied"),
    [((), 0), (("Date",), 1), (("SERVER",), 2), (("date", "server"), 3), (("X-Date",), 0)],
)
def test_what_the_application_stamps_itself_is_known(headers: Sequence[str], supplied: int) -> None:
    assert read("200 OK", *((name, "x") for name in headers)).supplied == supplied


@pytest.mark.parametrize(
    "status",
    [
        *["200", "200OK", " 200 OK", "20 OK", "2000 OK", "abc OK", "+20 OK", "200\tOK", ""],
        *["100 Continue", "101 X", "099 X", "199 X", "600 X", "999 X", "200 OK\r\n"],
        *["200 a\rb", "200 a\nb", "200 a\x00", "200 a\x7f", "200 \u20ac", "\u0662\u0660\u0660 OK"],
    ],
)
def test_a_status_is_three_digits_a_space_and_a_reason(status: str) -> None:
    assert complaint(status, [PLAIN]).startswith("start_response got the status")


@pytest.mark.parametrize("status", [200, b"200 OK", None, ("200 OK",), ["200 OK"]])
def test_a_status_is_a_str(status: object) -> None:
    assert complaint(status, [PLAIN]).startswith("start_response got the status")


@pytest.mark.parametrize(
    "headers",
    [
        *[None, (PLAIN,), {"A": "b"}, "A: b", iter([PLAIN]), [["A", "b"]], [("A",)], [None]],
        *[[("A", "b", "c")], ["ab"], [(b"A", "b")], [("A", b"b")], [("A", 5)], [("A", None)]],
    ],
)
def test_headers_are_a_list_of_tuples_of_two_str(headers: object) -> None:
    assert "PEP 3333" in complaint("200 OK", headers)


@pytest.mark.parametrize(
    "name", ["", "A B", "A:", "A\r\nB", "A\n", "\xdcn\xef", "A\x00", "(A)", "A\t", " A", "A/B"]
)
def test_a_name_is_a_token(name: str) -> None:
    assert "RFC 9110, 5.1" in complaint("200 OK", [(name, "b")])


@pytest.mark.parametrize(
    "value", ["a\r\nb", "a\nb", "a\rb", "a\x00", "\x1b", "\x7f", "\u20ac", "a\r\n", "\x0b"]
)
def test_a_value_has_no_controls_and_nothing_beyond_latin_1(value: str) -> None:
    message = complaint("200 OK", [("X-A", value)])
    assert message.startswith("the value of the header X-A is ")
    assert "\n" not in message
    assert "\x1b" not in message


@pytest.mark.parametrize("name", sorted(HOP_BY_HOP | {"TRANSFER-encoding", "Connection"}))
def test_what_speaks_of_the_connection_is_the_server_s(name: str) -> None:
    assert "server's business" in complaint("200 OK", [(name, "close")])


@pytest.mark.parametrize(
    "values",
    [
        *[("a",), ("-5",), ("5 ",), (" 5",), ("",), ("+5",), ("5, 5",), ("\xb2",), ("5.0",)],
        *[("0x5",), ("9" * 19,), ("5", "5"), ("5", "6")],
    ],
)
def test_a_length_is_given_once_as_a_number(values: tuple[str, ...]) -> None:
    headers = [("Content-Length", value) for value in values]
    assert "RFC 9110, 8.6" in complaint("200 OK", headers)


def test_the_same_head_is_understood_once_and_a_refused_one_never() -> None:
    heads = ResponseHeads()
    assert heads.read("200 OK", [PLAIN]) is heads.read("200 OK", [PLAIN])
    assert heads.read("200 OK", [PLAIN]) is not heads.read("201 OK", [PLAIN])
    for _ in range(2):
        complaint("200 OK", (PLAIN,), heads)
        complaint("200 OK", [("A", "b\n")], heads)


def test_the_application_s_list_is_neither_changed_nor_kept() -> None:
    heads = ResponseHeads()
    headers = [PLAIN]
    first = heads.read("200 OK", headers)
    headers.append(("X-A", "b"))
    assert first.fields == (PLAIN,)
    assert heads.read("200 OK", headers).fields == (PLAIN, ("X-A", "b"))


def test_a_stamp_has_a_line_for_each_case_and_keeps_the_time() -> None:
    stamp = Stamp("potstill", NOON)
    date, server = b"Date: Sun, 22 Nov 2026 12:00:00 GMT\r\n", b"Server: potstill\r\n"
    assert stamp.lines == [server + date, server, date, b""]
    stamp.renew(NOON + 0.9)
    assert stamp.lines[2] == date
    stamp.renew(NOON + 1)
    assert stamp.lines[2] == b"Date: Sun, 22 Nov 2026 12:00:01 GMT\r\n"


def test_a_stamp_may_name_no_server() -> None:
    assert Stamp(None, NOON).lines[0] == Stamp(None, NOON).lines[2]


@pytest.mark.parametrize("status", sorted(REASONS))
def test_the_server_s_own_answers_are_whole(status: int) -> None:
    response, data, _ = events(server_answer(status, "A sentence.", STAMP))
    assert isinstance(response, h11.Response)
    assert isinstance(data, h11.Data)
    assert (response.status_code, response.reason) == (status, REASONS[status].encode())
    fields = dict(response.headers)
    assert fields[b"content-type"] == b"text/plain; charset=utf-8"
    assert fields[b"connection"] == b"close"
    assert email.utils.parsedate_to_datetime(fields[b"date"].decode()).timestamp() == NOON
    assert data.data == b"A sentence.\n"


def test_a_server_s_answer_may_be_empty_and_leave_the_connection_open() -> None:
    response, _ = events(server_answer(200, "", STAMP, persists=True))
    assert isinstance(response, h11.Response)
    fields = dict(response.headers)
    assert fields[b"content-length"] == b"0"
    assert b"connection" not in fields
    assert b"content-type" not in fields


def test_the_constants_are_what_a_client_understands() -> None:
    chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    interim, response, *_ = events(CONTINUE + chunked + LAST_CHUNK)
    assert isinstance(interim, h11.InformationalResponse)
    assert isinstance(response, h11.Response)


def test_what_an_application_passed_is_shown_short_and_with_its_type() -> None:
    assert shown(b"\n") == "b'\\n' (bytes)"
    assert len(shown("x" * 1000)) < 100
