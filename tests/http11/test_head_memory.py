"""What the parser remembers makes it quicker and nothing else, and stays small."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor

import pytest

from potstill.http11.head import HeadParser
from tests.support.wire import get
from tests.wire import corpus

from .reading import Outcome, outcome

MEGABYTE = 1 << 20
ALL = [recipe.data for recipe in [*corpus.accepted(), *corpus.refused()]]


def test_a_worn_parser_reads_what_a_new_one_reads() -> None:
    worn = HeadParser()
    fresh = [outcome([data]) for data in ALL]
    assert [outcome([data], worn) for data in ALL] == fresh
    assert [outcome([data], worn) for data in reversed(ALL)] == fresh[::-1]
    assert [outcome([data], worn) for data in ALL] == fresh


def test_parts_remembered_apart_are_read_together_as_if_new() -> None:
    worn = HeadParser()
    lines = [b"GET /x HTTP/1.1", b"GET /x HTTP/1.0", b"GET http://b/ HTTP/1.1", b"PUT * HTTP/1.1"]
    blocks = [
        b"Host: a",
        b"Host: b\r\nX-A: 1",
        b"X-A: 1",
        b"X-A: 1\r\nHost: b",
        b"Host: a\r\nHost: b",
        b"Host: a\r\nX-A : 1",
        b"Host: a\r\nX_A: 1",
        b"Host: a\r\nContent-Length: 2",
        b"Host: a\r\nContent-Length: 3\r\nContent-Length: 2",
        b"Host: a\r\nTransfer-Encoding: chunked",
        b"Host: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 2",
        b"Connection: close\r\nHost: a",
        b"Expect: x\r\nHost: a",
        b"Host: a\r\nX-A",
        b"Host: a\r\nX-A \r\nX-A: 1",
        b"Host: a\r\nTransfer-Encoding",
        b"Host: a\r\nX-A:",
        b"Host: a\r\nX-A:\t1\t",
        b"Host: a\r\nX-A:1 2 ",
    ]
    heads = [line + b"\r\n" + block + b"\r\n\r\nhi" for line in lines for block in blocks]
    for data in heads * 2:
        assert outcome([data], worn) == outcome([data])


def test_a_field_block_that_has_come_twice_is_not_understood_again() -> None:
    parser = HeadParser()
    heads = [parser.read(get(path, "Accept: */*")) for path in ("/w", "/x", "/y", "/z")]
    _, second, third, fourth = (head[1] for head in heads if head)
    assert second is third is fourth
    assert len({head[0].target for head in heads if head}) == 4


def test_a_refused_head_is_refused_again() -> None:
    parser = HeadParser()
    for recipe in corpus.refused():
        first, second = (outcome([recipe.data], parser) for _ in range(2))
        assert first == second


def test_a_head_says_the_same_after_a_million_bytes_of_others() -> None:
    parser = HeadParser()
    data = get("/x?y", "Accept: */*", "X-A: b")
    before = outcome([data], parser)
    for number in range(10_000):
        outcome([get(f"/{number}", f"X-A: {number}")], parser)
    assert outcome([data], parser) == before


@pytest.mark.parametrize(
    ("kind", "bound"),
    [
        ("short lines", 24 * MEGABYTE),
        ("long targets", 2 * MEGABYTE),
        ("long fields", 2 * MEGABYTE),
        ("large blocks of short lines", 24 * MEGABYTE),
        ("dropped names", 24 * MEGABYTE),
    ],
)
def test_the_memory_stays_small_whatever_is_sent(kind: str, bound: int) -> None:
    assert remembered(hostile(kind)) < bound


def hostile(kind: str) -> Iterable[bytes]:
    """Heads that never repeat, to fill each part of the memory."""
    for number in range(6000):
        match kind:
            case "short lines":
                yield get(f"/{in_letters(number)}{'p' * 480}", f"X-A: {number}{'b' * 490}")
            case "long targets":
                yield get(f"/{in_letters(number)}{'p' * 8000}")
            case "long fields":
                yield get("/x", f"X-A: {number}{'b' * 8000}")
            case "large blocks of short lines":
                yield get("/x", *(f"X-{line}: {number}{'b' * 480}" for line in range(8)))
            case _:
                yield get("/x", *(f"X_{line}: {number}{'b' * 80}" for line in range(8)))


def in_letters(number: int) -> str:
    """The number without digits, which are what a shape leaves out."""
    return str(number).translate(str.maketrans("0123456789", "abcdefghij"))


def remembered(heads: Iterable[bytes]) -> int:
    """The most bytes that a parser holds while it reads these heads."""
    parser = HeadParser()
    tracemalloc.start()
    try:
        for data in heads:
            assert parser.read(data) is not None
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_threads_share_a_parser_and_read_what_is_theirs() -> None:
    parser = HeadParser()

    def differences(thread: int) -> list[Outcome]:
        heads = [get(f"/{number}/{thread}", f"X-A: {number}") for number in range(3000)]
        return [
            reading for data in heads if (reading := outcome([data], parser)) != outcome([data])
        ]

    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(differences, range(4))) == [[], [], [], []]
