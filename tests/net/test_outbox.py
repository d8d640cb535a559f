from __future__ import annotations

import os
import threading
from pathlib import Path
from tempfile import TemporaryFile
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from potstill.net.outbox import FileCutError, Outbox
from potstill.net.wire import Wire
from tests.net.pair import Pair, available, descriptors, narrow

ROOMY = 1 << 20
FILE = bytes(range(256)) * 400


def drained(outbox: Outbox, pair: Pair) -> bytes:
    """All that the outbox holds, as the client receives it."""
    near, far = pair
    received = b""
    while not outbox.flush(Wire(near)):
        received += available(far)
    return received + available(far)


def test_nothing_is_left_of_an_empty_outbox() -> None:
    outbox = Outbox(ROOMY, ROOMY)
    with narrow() as (near, _):
        assert outbox.is_empty
        assert outbox.is_idle
        assert not outbox.is_full
        assert outbox.flush(Wire(near))


def test_a_flush_sends_what_the_kernel_takes_and_keeps_the_rest() -> None:
    data = bytes(1 << 20)
    outbox = Outbox(ROOMY, ROOMY)
    outbox.add(data)
    with narrow() as pair:
        assert not outbox.flush(Wire(pair[0]))
        first = available(pair[1])
        assert 0 < len(first) < len(data)
        assert not outbox.is_idle
        assert first + drained(outbox, pair) == data
        assert outbox.is_idle


def test_the_parts_leave_in_the_order_they_came(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(FILE)
    outbox = Outbox(memory=12, spill=ROOMY)
    with path.open("rb") as file:
        outbox.add(b"in memory, ")
        outbox.add(b"spilled, ")
        outbox.add_file(file.fileno(), 256, 50_000)
        outbox.add(b"spilled again, ")
        outbox.add_file(file.fileno(), 0, 3)
        outbox.add(b"the end")
    with narrow() as pair:
        expected = b"in memory, spilled, " + FILE[256:50_256] + b"spilled again, "
        assert drained(outbox, pair) == expected + FILE[:3] + b"the end"


class Block(NamedTuple):
    """The application sends this many bytes."""

    size: int


class Region(NamedTuple):
    """The application sends this part of a file."""

    offset: int
    size: int


class Sip(NamedTuple):
    """The client reads so much, after the holder has flushed."""

    most: int


Step = Block | Region | Sip
steps: st.SearchStrategy[Step] = st.one_of(
    st.builds(Block, st.integers(0, 9_000)),
    st.builds(Region, st.integers(0, 50_000), st.integers(1, 50_000)),
    st.builds(Sip, st.integers(1, 20_000)),
)


@settings(deadline=None, max_examples=150)
@given(st.lists(steps, max_size=30), st.sampled_from([1, 5_000, ROOMY]))
def test_every_mixture_of_parts_arrives_as_it_was_given(steps: list[Step], memory: int) -> None:
    outbox = Outbox(memory, ROOMY)
    before = descriptors()
    given, received = b"", b""
    with TemporaryFile() as file, narrow() as pair:
        file.write(FILE)
        file.flush()
        for number, step in enumerate(steps):
            match step:
                case Block(size):
                    block = bytes((number,)) * size
                    outbox.add(block)
                    given += block
                case Region(offset, size):
                    outbox.add_file(file.fileno(), offset, size)
                    given += FILE[offset : offset + size]
                case Sip(most):
                    outbox.flush(Wire(pair[0]))
                    received += available(pair[1], most)
        received += drained(outbox, pair)
        while more := available(pair[1]):
            received += more
    assert received == given
    assert descriptors() == before


def test_a_block_that_is_sent_is_let_go() -> None:
    block = bytearray(b"abc")
    outbox = Outbox(ROOMY, ROOMY)
    outbox.add(memoryview(block))
    with narrow() as pair:
        assert drained(outbox, pair) == b"abc"
    block.extend(b"d")  # a view that is still exported would forbid it


@pytest.mark.parametrize("memory", [1, ROOMY])
def test_an_empty_block_is_no_part(memory: int) -> None:
    outbox = Outbox(memory, ROOMY)
    outbox.add(b"a")
    outbox.add(b"")
    with narrow() as pair:
        assert drained(outbox, pair) == b"a"


def test_a_small_rest_does_not_keep_a_large_block_in_memory() -> None:
    block = bytearray(10_000)
    outbox = Outbox(memory=1000, spill=ROOMY)
    outbox.add(memoryview(block)[-500:])
    block.extend(b"grows, for nobody holds a view of it")
    with narrow() as pair:
        assert drained(outbox, pair) == bytes(500)


def test_what_exceeds_the_memory_goes_to_a_file_that_is_gone_when_sent() -> None:
    before = descriptors()
    outbox = Outbox(memory=1000, spill=ROOMY)
    outbox.add(bytes(400))
    outbox.add(bytes(600))
    with narrow() as pair:
        during = descriptors()
        outbox.add(bytes(300_000))
        assert descriptors() == during + 1
        assert len(drained(outbox, pair)) == 301_000
        assert descriptors() == during
    assert descriptors() == before


def test_it_is_full_when_the_file_is_and_has_room_when_the_file_is_sent() -> None:
    outbox = Outbox(memory=9, spill=100_000)
    fullness = []
    for block in (b"in memory", bytes(99_999), b"b"):
        outbox.add(block)
        fullness.append(outbox.is_full)
    with narrow() as pair:
        drained(outbox, pair)
    assert [*fullness, outbox.is_full] == [False, False, True, False]


def test_files_of_the_application_do_not_fill_it(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(FILE)
    outbox = Outbox(memory=1, spill=1)
    with path.open("rb") as file:
        outbox.add_file(file.fileno(), 0, len(FILE))
    assert not outbox.is_full
    outbox.give_up()


def full_outbox() -> Outbox:
    outbox = Outbox(memory=1, spill=1)
    outbox.add(bytes(200_000))
    assert outbox.is_full
    return outbox


def waiting(outbox: Outbox) -> tuple[threading.Thread, list[bool]]:
    """A thread that waits for room, and what it is told."""
    told: list[bool] = []
    thread = threading.Thread(daemon=True, target=lambda: told.append(outbox.wait_for_room()))
    thread.start()
    return thread, told


def test_who_waits_for_room_goes_on_when_the_client_has_caught_up() -> None:
    outbox = full_outbox()
    thread, told = waiting(outbox)
    with narrow() as pair:
        assert not outbox.flush(Wire(pair[0]))
        assert not told
        drained(outbox, pair)
    thread.join(5)
    assert told == [True]


def test_everybody_who_waits_for_room_is_told_that_there_will_be_none() -> None:
    outbox = full_outbox()
    waiters = [waiting(outbox) for _ in range(3)]
    outbox.give_up()
    for thread, told in waiters:
        thread.join(5)
        assert told == [False]


def test_there_is_no_waiting_while_there_is_room_nor_when_nobody_reads() -> None:
    assert Outbox(ROOMY, ROOMY).wait_for_room()
    outbox = full_outbox()
    outbox.give_up()
    assert not outbox.wait_for_room()


def test_giving_up_drops_everything_and_closes_the_files(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(FILE)
    before = descriptors()
    outbox = full_outbox()
    with path.open("rb") as file:
        outbox.add_file(file.fileno(), 0, 10)
    assert descriptors() == before + 2
    outbox.give_up()
    assert descriptors() == before
    assert outbox.is_empty
    assert outbox.is_broken
    assert not outbox.is_idle


def test_a_given_up_outbox_takes_nothing_any_more() -> None:
    outbox = Outbox(memory=1, spill=ROOMY)
    outbox.give_up()
    for _ in range(2):
        outbox.add(b"late")
    assert outbox.is_empty


def test_a_file_that_shrinks_ends_the_answer(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(FILE)
    outbox = Outbox(ROOMY, ROOMY)
    with path.open("rb") as file:
        outbox.add_file(file.fileno(), 0, len(FILE))
    with narrow() as pair:
        assert not outbox.flush(Wire(pair[0]))
        os.truncate(path, 100)
        with pytest.raises(FileCutError):
            drained(outbox, pair)
    outbox.give_up()


def test_a_client_that_has_gone_is_an_error() -> None:
    outbox = Outbox(ROOMY, ROOMY)
    outbox.add(b"hello")
    with narrow() as (near, far):
        far.close()
        with pytest.raises(BrokenPipeError):
            outbox.flush(Wire(near))
    outbox.give_up()


def test_the_file_may_be_closed_once_it_is_queued(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(FILE)
    outbox = Outbox(ROOMY, ROOMY)
    with path.open("rb") as file:
        outbox.add_file(file.fileno(), 5, 1000)
    path.unlink()
    with narrow() as pair:
        assert drained(outbox, pair) == FILE[5:1005]


def test_one_thread_adds_while_another_flushes_and_waits_when_it_is_full() -> None:
    outbox = Outbox(memory=2_000, spill=20_000)
    blocks = [bytes((number % 256,)) * (number * 7 % 3_000 + 1) for number in range(300)]
    finished = threading.Event()

    def produce() -> None:
        for block in blocks:
            outbox.add(block)
            assert outbox.wait_for_room()
        finished.set()

    received = b""
    producer = threading.Thread(target=produce, daemon=True)
    producer.start()
    with narrow() as (near, far):
        while not (finished.is_set() and outbox.is_empty):
            outbox.flush(Wire(near))
            received += available(far)
        received += drained(outbox, (near, far))
    producer.join(5)
    assert received == b"".join(blocks)
