"""Bodies are kept in memory up to the threshold, and in a file beyond it."""

from __future__ import annotations

from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as some

from potstill.wsgi.input import ReceivedBody

MEMORY = 100


@given(some.lists(some.binary(max_size=60), max_size=8), some.booleans())
def test_what_was_written_is_read(pieces: list[bytes], is_announced: bool) -> None:
    whole = b"".join(pieces)
    body = ReceivedBody(len(whole) if is_announced else None, MEMORY)
    for piece in pieces:
        body.write(piece)
    with body.finish() as file:
        assert isinstance(file, BytesIO) == (len(whole) <= MEMORY)
        assert file.read() == whole
        assert file.read() == b""


def test_a_large_length_is_spooled_before_anything_comes_and_no_length_is_believed() -> None:
    large, huge = ReceivedBody(MEMORY + 1, MEMORY), ReceivedBody(1 << 60, MEMORY)
    large.write(b"x" * (MEMORY + 1))
    with large.finish() as file:
        assert not isinstance(file, BytesIO)
    huge.close()


def test_a_body_given_up_keeps_nothing_open() -> None:
    body = ReceivedBody(None, MEMORY)
    body.write(b"x" * 1000)
    file = body.finish()
    body.close()
    assert file.closed
    with pytest.raises(ValueError, match="closed"):
        file.read()
