"""Only what is certain to be a regular file is left to the kernel."""

from __future__ import annotations

import gzip
import os
from io import BytesIO
from pathlib import Path

import pytest

from potstill.wsgi.file_wrapper import FileWrapper


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "file"
    path.write_bytes(b"0123456789")
    return path


def test_a_file_is_sent_from_where_it_stands(path: Path) -> None:
    with path.open("rb") as file:
        file.read(3)
        region = FileWrapper(file).region()
        assert region == (file.fileno(), 3, 7)


def test_an_unbuffered_file_is_one_too(path: Path) -> None:
    with path.open("rb", buffering=0) as file:
        region = FileWrapper(file).region()
        assert region == (file.fileno(), 0, 10)


def test_what_only_looks_like_a_file_is_read(path: Path) -> None:
    packed = path.with_suffix(".gz")
    packed.write_bytes(gzip.compress(b"unpacked"))
    with gzip.open(packed) as file:
        wrapper = FileWrapper(file)
        assert wrapper.region() is None
        assert list(wrapper) == [b"unpacked"]
    assert FileWrapper(BytesIO(b"x")).region() is None
    with Path("/proc/self/status").open("rb") as status:
        assert FileWrapper(status).region() is None
    reader, writer = os.pipe()
    os.close(writer)
    with open(reader, "rb") as pipe:  # noqa: PTH123 - a descriptor has no path
        assert FileWrapper(pipe).region() is None


def test_it_is_an_iterator_of_blocks_and_closes_the_file(path: Path) -> None:
    file = path.open("rb")
    wrapper = FileWrapper(file, 4)
    assert iter(wrapper) is wrapper
    assert list(wrapper) == [b"0123", b"4567", b"89"]
    wrapper.close()
    assert file.closed


def test_what_cannot_be_closed_gets_no_close() -> None:
    class OnlyRead:
        def read(self, size: int, /) -> bytes:
            return b""

    assert not hasattr(FileWrapper(OnlyRead()), "close")
