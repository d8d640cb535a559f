"""RFC 9110, 14: which bytes a Range asks for, and what is said about them."""

from __future__ import annotations

import time
from email import message_from_bytes
from email.message import Message

import pytest
from hypothesis import given
from hypothesis import strategies as st

from potstill.web.errors import HTTPError
from potstill.web.files.ranges import MAX_RANGES, Part, Span, requested_part, spans_of

CONTENT = bytes(range(100))


def part_of(value: str, method: str = "GET", **fields: str) -> Part | None:
    environ = {"REQUEST_METHOD": method, "HTTP_RANGE": value}
    environ |= {f"HTTP_{name}": text for name, text in fields.items()}
    return requested_part(environ, len(CONTENT), "text/x-numbers", '"v1"', 784111777)


def body_of(part: Part) -> bytes:
    pieces = [
        CONTENT[piece.start : piece.end] if isinstance(piece, Span) else piece
        for piece in part.pieces
    ]
    return b"".join(pieces)


@pytest.mark.parametrize(
    ("value", "spans"),
    [
        ("bytes=0-0", [(0, 1)]),
        ("bytes=0-99", [(0, 100)]),
        ("bytes=10-19", [(10, 20)]),
        ("bytes=10-", [(10, 100)]),
        ("bytes=10-1000", [(10, 100)]),
        ("bytes=99-", [(99, 100)]),
        ("bytes=-1", [(99, 100)]),
        ("bytes=-100", [(0, 100)]),
        ("bytes=-1000", [(0, 100)]),
        ("bytes=0-0,-1", [(0, 1), (99, 100)]),
        ("bytes=50-59, 10-19", [(50, 60), (10, 20)]),
        ("bytes=0-9,10-19", [(0, 10), (10, 20)]),
        ("bytes= 0-9 ,\t20-29 ", [(0, 10), (20, 30)]),
        ("bytes=,0-9,,", [(0, 10)]),
        ("bytes=0-9,200-", [(0, 10)]),
        ("BYTES=0-9", [(0, 10)]),
        ("bytes=00000000000000000000000000-9", [(0, 10)]),
        (f"bytes=0-{'9' * 5000}", [(0, 100)]),
        # none of it is there
        ("bytes=100-", []),
        ("bytes=100-200", []),
        ("bytes=-0", []),
        ("bytes=100-,200-", []),
        (f"bytes={'9' * 5000}-", []),
        # to be ignored
        ("", None),
        ("bytes", None),
        ("bytes=", None),
        ("bytes=,", None),
        ("bytes=-", None),
        ("bytes=5-4", None),
        ("bytes=a-b", None),
        ("bytes=1-2-3", None),
        ("bytes=--1", None),
        ("bytes=1", None),
        ("bytes=+1-2", None),
        ("bytes=1 - 2", None),
        ("bytes=0x1-2", None),
        ("bytes=\u0661-\u0662", None),
        ("bytes=0-9;10-19", None),
        ("bytes=0-9,x", None),
        ("bytes: 0-9", None),
        ("items=0-9", None),
        ("bytes=0-9,5-14", None),  # they overlap
        ("bytes=0-,-1", None),
        ("bytes=0-9,0-9", None),
        ("bytes=" + ",".join(f"{n}-{n}" for n in range(0, 2 * MAX_RANGES + 2, 2)), None),
        ("bytes=" + "," * 5000 + "0-1", None),
    ],
)
def test_ranges_are_understood_or_ignored(value: str, spans: list[tuple[int, int]] | None) -> None:
    assert spans_of(value, 100) == spans


def test_nothing_of_nothing_is_not_there() -> None:
    assert spans_of("bytes=0-", 0) == []
    assert spans_of("bytes=-0", 0) == []


def test_the_last_bytes_of_nothing_are_all_of_it() -> None:
    assert spans_of("bytes=-5", 0) is None


@given(st.text(), st.integers(min_value=0, max_value=1000))
def test_no_range_is_an_error_or_outside(value: str, size: int) -> None:
    for text in (value, f"bytes={value}"):
        for start, end in spans_of(text, size) or ():
            assert 0 <= start < end <= size


@given(st.integers(0, 120), st.integers(0, 120))
def test_a_range_is_a_slice(first: int, last: int) -> None:
    spans = spans_of(f"bytes={first}-{last}", 100)
    if last < first:
        assert spans is None
    else:
        assert [CONTENT[start:end] for start, end in spans or ()] == (
            [CONTENT[first : last + 1]] if first < 100 else []
        )


def test_one_range_is_sent_as_it_is() -> None:
    part = part_of("bytes=10-19")
    assert part is not None
    assert part.lines == [
        ("Content-Type", "text/x-numbers"),
        ("Content-Range", "bytes 10-19/100"),
    ]
    assert (part.length, body_of(part)) == (10, CONTENT[10:20])


def test_several_ranges_are_sent_as_multipart() -> None:
    part = part_of("bytes=50-59,0-4,-1")
    assert part is not None
    (line,) = part.lines
    body = body_of(part)
    assert part.length == len(body)
    message = message_from_bytes(f"Content-Type: {line[1]}\r\n\r\n".encode() + body)
    assert message.get_content_type() == "multipart/byteranges"
    parts = [inner for inner in message.walk() if not inner.is_multipart()]
    assert [inner["Content-Range"] for inner in parts] == [
        "bytes 50-59/100",
        "bytes 0-4/100",
        "bytes 99-99/100",
    ]
    assert [inner["Content-Type"] for inner in parts] == ["text/x-numbers"] * 3
    assert [_payload(inner) for inner in parts] == [CONTENT[50:60], CONTENT[0:5], CONTENT[99:]]


def test_one_range_of_several_that_is_there_is_sent_by_itself() -> None:
    part = part_of("bytes=500-600,10-19")
    assert part is not None
    assert ("Content-Range", "bytes 10-19/100") in part.lines


def test_what_is_not_there_is_416_with_the_size() -> None:
    with pytest.raises(HTTPError) as caught:
        part_of("bytes=100-")
    assert caught.value.status == 416
    assert caught.value.headers == (("Content-Range", "bytes */100"),)


@pytest.mark.parametrize("method", ["HEAD", "POST", "PUT"])
def test_only_a_get_asks_for_a_part(method: str) -> None:
    assert part_of("bytes=0-9", method) is None
    assert part_of("bytes=500-", method) is None


@pytest.mark.parametrize("value", ['"v0"', 'W/"v1"', "Sun, 06 Nov 1994 08:49:38 GMT", "x"])
@pytest.mark.parametrize("wanted", ["bytes=0-9", "bytes=500-"])
def test_of_content_that_has_changed_all_is_sent(value: str, wanted: str) -> None:
    assert part_of(wanted, IF_RANGE=value) is None


@pytest.mark.parametrize("value", ['"v1"', "Sun, 06 Nov 1994 08:49:37 GMT"])
def test_of_the_same_content_the_part_is_sent(value: str) -> None:
    assert part_of("bytes=0-9", IF_RANGE=value) is not None


def test_coded_content_is_never_sent_in_several_parts() -> None:
    environ = {"REQUEST_METHOD": "GET", "HTTP_RANGE": "bytes=0-0,5-5"}
    assert requested_part(environ, 100, "text/css", '"v1"', None, several=False) is None
    environ["HTTP_RANGE"] = "bytes=0-0"
    assert requested_part(environ, 100, "text/css", '"v1"', None, several=False) is not None


@pytest.mark.parametrize("element", ["0-0,", ",", " ", "-", "9", "0-"])
def test_time_for_a_range_grows_as_its_length(element: str) -> None:
    def seconds(count: int) -> float:
        value = "bytes=" + element * count
        best = float("inf")
        for _ in range(3):
            start = time.perf_counter()
            spans_of(value, 100)
            best = min(best, time.perf_counter() - start)
        return best

    assert seconds(16000) < 64 * seconds(1000) + 0.01  # 256 times, were it quadratic


def _payload(message: Message) -> bytes:
    payload = message.get_payload(decode=True)
    assert isinstance(payload, bytes)
    return payload
