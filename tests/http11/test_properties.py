"""Whatever is valid is understood as it was meant, at any cut; nothing else does any harm."""

from __future__ import annotations

from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from potstill.http11.head import HeadParser
from tests.fuzz.invariants import check
from tests.fuzz.mutation import cuts, mutated

from .oracle import difference
from .reading import Reading, cut, outcome
from .strategies import Chunked, Field, Head, chunked, fields, heads, places

many = settings(deadline=None, max_examples=300)
WORN = HeadParser()


@many
@given(heads(), st.binary(max_size=30), places)
def test_a_head_is_understood_as_it_was_meant(head: Head, rest: bytes, at: list[int]) -> None:
    data = head.data + rest
    reading = outcome(cut(data, at))
    assert isinstance(reading, Reading)
    assert (reading.method, reading.target) == (head.method, head.target)
    assert (reading.path, reading.query) == (head.path, head.query)
    assert reading.protocol == head.protocol
    assert reading.variables == head.variables
    assert (reading.head, reading.body, reading.rest) == (head.data, b"", rest)
    assert reading.persists is (head.protocol != "HTTP/1.0")
    assert not difference(reading, data)


@many
@given(heads(), places)
def test_what_was_read_before_makes_no_difference(head: Head, at: list[int]) -> None:
    fresh = outcome([head.data])
    assert outcome(cut(head.data, at), WORN) == fresh
    assert outcome([head.data], WORN) == fresh


@many
@given(chunked(), st.binary(max_size=30), places)
def test_chunks_are_joined_to_what_was_meant(body: Chunked, rest: bytes, at: list[int]) -> None:
    head = b"POST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
    data = head + body.encoded + rest
    reading = outcome(cut(data, at))
    assert isinstance(reading, Reading)
    assert (reading.body, reading.rest) == (body.content, rest)
    assert not difference(reading, data)


@many
@given(st.binary(max_size=100), st.binary(max_size=30), places)
def test_a_sized_body_is_as_long_as_announced(body: bytes, rest: bytes, at: list[int]) -> None:
    head = b"POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n" % len(body)
    reading = outcome(cut(head + body + rest, at))
    assert isinstance(reading, Reading)
    assert (reading.body, reading.rest) == (body, rest)


@many
@given(
    st.lists(fields(), max_size=4), st.sampled_from([b"\r", b"\n", b"\0", b"\x7f"]), st.randoms()
)
def test_a_control_character_is_refused_wherever_it_stands(
    some: list[Field], control: bytes, random: Random
) -> None:
    lines = [b"GET /x HTTP/1.1", b"Host: a", *(field.line for field in some)]
    number = random.randrange(len(lines))
    place = random.randint(1, len(lines[number]) - 1)
    lines[number] = lines[number][:place] + control + lines[number][place:]
    assert outcome([b"\r\n".join([*lines, b"", b""])]) == 400


@settings(deadline=None, max_examples=1000)
@given(st.randoms(use_true_random=False))
def test_a_damaged_request_breaks_no_rule(random: Random) -> None:
    data = mutated(random)
    check(data, cuts(data, random), WORN)


@many
@given(st.binary(max_size=300), places)
def test_noise_breaks_no_rule(data: bytes, at: list[int]) -> None:
    check(data, at, WORN)
