"""observe.logfile: whatever the reader of a log does, lines stay whole and nobody waits."""

from __future__ import annotations

import os
import pty
import re
import resource
import socket
import subprocess
import sys
import termios
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from potstill.observe.logfile import MOST_KEPT, LogFile

LINES_OF_1K = [b"%05d %s\n" % (number, b"x" * 1018) for number in range(2000)]


class Pipe:
    """A pipe that stands for standard output; `log` writes into it, the test reads."""

    def __init__(self) -> None:
        self.reader, self.writer = os.pipe()
        self.complaints: list[str] = []
        self.log = open_standard(self.writer, self.complaints.append)

    def read_all(self) -> bytes:
        """What is in the pipe now."""
        data = b""
        os.set_blocking(self.reader, False)
        while True:
            try:
                piece = os.read(self.reader, 65536)
            except BlockingIOError:
                return data
            if not piece:
                return data
            data += piece

    def read_to_the_end(self) -> bytes:
        """All that was written and not dropped."""
        data = self.read_all()
        while self.log.is_behind:
            self.log.write(b"")
            data += self.read_all()
        return data

    def close_reader(self) -> None:
        os.close(self.reader)
        self.reader = -1

    def close(self) -> None:
        self.log.close(patience=0)
        os.close(self.writer)
        if self.reader >= 0:
            os.close(self.reader)


@pytest.fixture
def pipe() -> Iterator[Pipe]:
    with closing(Pipe()) as made:
        yield made


def open_standard(descriptor: int, complain: Callable[[str], None]) -> LogFile:
    return LogFile("access log", "-", standard=descriptor, complain=complain)


def open_path(path: Path, complain: Callable[[str], None] | None = None) -> LogFile:
    return LogFile("access log", str(path), standard=1, complain=complain or pytest.fail)


def test_lines_are_appended_to_a_file(tmp_path: Path) -> None:
    path = tmp_path / "access.log"
    path.write_bytes(b"old\n")
    with closing(open_path(path)) as log:
        log.write(b"one\ntwo\n")
        assert path.read_bytes() == b"old\none\ntwo\n"
        log.write(b"three\n")
        assert path.read_bytes() == b"old\none\ntwo\nthree\n"
        assert not log.is_behind


def test_a_child_process_does_not_inherit_the_file(tmp_path: Path) -> None:
    path = tmp_path / "access.log"
    with closing(open_path(path)):
        command = ["ls", "-l", "/proc/self/fd"]
        seen = subprocess.run(command, capture_output=True, text=True, check=True, close_fds=False)
    assert str(path) not in seen.stdout


def test_a_relative_path_stays_what_it_was_at_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path)
    with closing(LogFile("log", "a.log", standard=1, complain=pytest.fail)) as log:
        monkeypatch.chdir(tmp_path / "elsewhere")
        log.reopen()
        log.write(b"here\n")
    assert (tmp_path / "a.log").read_bytes() == b"here\n"


def test_a_missing_directory_is_told_in_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "none" / "access.log"
    with pytest.raises(FileNotFoundError) as caught:
        open_path(path)
    assert str(caught.value) == (
        f"cannot open the access log {path}: the directory {path.parent} does not exist"
    )


def test_a_path_that_cannot_be_opened_is_told_with_the_reason(tmp_path: Path) -> None:
    with pytest.raises(IsADirectoryError) as caught:
        open_path(tmp_path)
    assert str(caught.value) == f"cannot open the access log {tmp_path}: Is a directory"
    below_a_file = tmp_path / "file" / "log"
    below_a_file.parent.touch()
    with pytest.raises(NotADirectoryError, match="Not a directory"):
        open_path(below_a_file)


def test_a_fifo_without_a_reader_is_told_instead_of_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "fifo"
    os.mkfifo(path)
    with pytest.raises(OSError, match="a FIFO that nobody reads"):
        open_path(path)


def test_a_fifo_with_a_reader_gets_the_lines(tmp_path: Path) -> None:
    path = tmp_path / "fifo"
    os.mkfifo(path)
    reader = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    with closing(open_path(path)) as log:
        log.write(b"one\n")
        assert os.read(reader, 100) == b"one\n"
    os.close(reader)


def test_a_closed_standard_stream_is_told() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    os.close(writer)
    with pytest.raises(OSError, match=f"cannot open the access log: descriptor {writer} is closed"):
        open_standard(writer, pytest.fail)


def test_a_full_pipe_is_not_waited_for_and_loses_nothing(pipe: Pipe) -> None:
    sent = b"".join(LINES_OF_1K[:200])
    pipe.log.write(sent)
    assert pipe.log.is_behind
    assert pipe.read_to_the_end() == sent
    assert not pipe.complaints


def test_a_full_pipe_keeps_its_mode_for_the_others_who_use_it(pipe: Pipe) -> None:
    pipe.log.write(b"".join(LINES_OF_1K[:200]))
    assert os.get_blocking(pipe.writer)


def test_what_a_full_pipe_takes_are_whole_lines(pipe: Pipe) -> None:
    pipe.log.write(b"".join(LINES_OF_1K[:200]))
    assert pipe.read_all().endswith(b"x\n")


def test_a_line_longer_than_the_pipe_arrives_whole(pipe: Pipe) -> None:
    sent = b"before\n" + b"y" * 300_000 + b"\nafter\n"
    pipe.log.write(sent)
    assert pipe.read_to_the_end() == sent


def test_a_reader_who_stops_costs_lines_which_are_counted_and_told(pipe: Pipe) -> None:
    for line in LINES_OF_1K:
        pipe.log.write(line)
    assert 800 < pipe.log.dropped < 1000
    received = pipe.read_to_the_end()
    pipe.log.write(b"again\n")
    received += pipe.read_all()
    kept = len(LINES_OF_1K) - pipe.log.dropped
    assert received == b"".join(LINES_OF_1K[:kept]) + b"again\n"
    told = [int(re.findall(r"([0-9]+) lines lost", text)[0]) for text in pipe.complaints]
    assert told == [1, 10, 100]
    assert "its reader does not keep up" in pipe.complaints[0]


def test_memory_for_a_reader_who_stops_is_bounded(pipe: Pipe) -> None:
    big = b"".join(LINES_OF_1K)
    pipe.log.write(big)
    for _ in range(20):
        pipe.log.write(big)
    assert pipe.log.dropped == 20 * len(LINES_OF_1K)
    assert len(big) > MOST_KEPT


def test_a_reader_who_has_gone_is_told_once(pipe: Pipe) -> None:
    pipe.log.write(b"one\n")
    pipe.close_reader()
    for _ in range(50):
        pipe.log.write(b"two\n")
    assert pipe.complaints == [
        "cannot write the access log to its standard stream: Broken pipe; 0 lines lost so far"
    ]
    pipe.log.close()
    assert pipe.log.dropped == 50
    assert "50 lines lost" in pipe.complaints[-1]


def test_a_stalled_socket_is_not_waited_for() -> None:
    ours, theirs = socket.socketpair()
    sent = b"".join(LINES_OF_1K)
    received = b""
    with ours, theirs, closing(open_standard(ours.fileno(), pytest.fail)) as log:
        log.write(sent)
        assert log.is_behind
        assert os.get_blocking(ours.fileno())
        while len(received) < len(sent):
            received += theirs.recv(1 << 20)
            log.write(b"")
    assert received == sent


def test_a_stopped_terminal_is_not_waited_for() -> None:
    screen, terminal = pty.openpty()
    attributes = termios.tcgetattr(terminal)
    attributes[1] &= ~termios.OPOST
    termios.tcsetattr(terminal, termios.TCSANOW, attributes)
    with closing(open_standard(terminal, pytest.fail)) as log:
        termios.tcflow(terminal, termios.TCOOFF)
        log.write(b"one\n")
        assert log.is_behind
        assert os.get_blocking(terminal)
        termios.tcflow(terminal, termios.TCOON)
        log.write(b"two\n")
        assert os.read(screen, 100) == b"one\ntwo\n"
    os.close(screen)
    os.close(terminal)


def test_a_full_disk_is_told_once_and_counted() -> None:
    complaints: list[str] = []
    log = open_path(Path("/dev/full"), complaints.append)
    for _ in range(3):
        log.write(b"one\n")
    assert complaints == [
        "cannot write the access log to /dev/full: No space left on device; 0 lines lost so far"
    ]
    log.close()
    assert log.dropped == 3


class Disk:
    """Files of this process may not grow beyond a size: a disk that fills up."""

    def __init__(self, size: int) -> None:
        self._limits = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, self._limits[1]))

    def close(self) -> None:
        """There is room again."""
        resource.setrlimit(resource.RLIMIT_FSIZE, self._limits)


def test_a_disk_that_fills_in_the_middle_of_a_line_is_waited_out(tmp_path: Path) -> None:
    path = tmp_path / "access.log"
    complaints: list[str] = []
    with closing(open_path(path, complaints.append)) as log:
        with closing(Disk(6)):
            log.write(b"one\ntwo\n")
            log.write(b"three\n")
        assert path.read_bytes() == b"one\ntw"
        assert log.is_behind
        log.write(b"four\n")
        assert path.read_bytes() == b"one\ntwo\nthree\nfour\n"
    assert len(complaints) == 1
    assert "File too large" in complaints[0]


def test_a_rotation_in_the_middle_of_a_line_begins_with_a_whole_one(tmp_path: Path) -> None:
    path = tmp_path / "access.log"
    with closing(open_path(path, lambda text: None)) as log:
        with closing(Disk(6)):
            log.write(b"one\ntwo\nthree\n")
        with closing(Disk(0)):
            path.rename(tmp_path / "access.log.1")
            log.reopen()
            log.reopen()
        log.write(b"four\n")
        assert log.dropped == 1
    assert path.read_bytes() == b"three\nfour\n"


def test_reopening_goes_on_in_a_new_file_after_a_rename(tmp_path: Path) -> None:
    path, rotated = tmp_path / "access.log", tmp_path / "access.log.1"
    with closing(open_path(path)) as log:
        log.write(b"one\n")
        path.rename(rotated)
        log.write(b"two\n")
        log.reopen()
        log.write(b"three\n")
    assert rotated.read_bytes() == b"one\ntwo\n"
    assert path.read_bytes() == b"three\n"


def test_reopening_leaves_no_descriptor_behind(tmp_path: Path) -> None:
    with closing(open_path(tmp_path / "access.log")) as log:
        before = [*Path("/proc/self/fd").iterdir()]
        for _ in range(10):
            log.reopen()
        assert len([*Path("/proc/self/fd").iterdir()]) == len(before)


def test_when_reopening_fails_the_old_file_stays_in_use(tmp_path: Path) -> None:
    path, moved = tmp_path / "logs" / "access.log", tmp_path / "moved"
    path.parent.mkdir()
    complaints: list[str] = []
    with closing(open_path(path, complaints.append)) as log:
        path.parent.rename(moved)
        log.reopen()
        log.write(b"one\n")
    assert (moved / "access.log").read_bytes() == b"one\n"
    assert complaints == [
        f"cannot open the access log {path}: the directory {path.parent} does not exist"
    ]


def test_reopening_a_standard_stream_changes_nothing(pipe: Pipe) -> None:
    pipe.log.reopen()
    pipe.log.write(b"one\n")
    assert pipe.read_all() == b"one\n"


def test_closing_leaves_a_slow_reader_the_time_to_finish(pipe: Pipe) -> None:
    sent = b"".join(LINES_OF_1K[:500])
    pipe.log.write(sent)
    received = bytearray()

    def read() -> None:
        while len(received) < len(sent):
            received.extend(os.read(pipe.reader, 4096))

    reader = threading.Thread(target=read)
    reader.start()
    pipe.log.close(patience=30)
    reader.join()
    assert received == sent
    assert not pipe.log.dropped


def test_closing_does_not_wait_for_ever(pipe: Pipe) -> None:
    pipe.log.write(b"".join(LINES_OF_1K[:500]))
    began = time.monotonic()
    pipe.log.close(patience=0.05)
    assert time.monotonic() - began < 5
    taken = pipe.read_all().count(b"\n")
    assert pipe.log.dropped == 500 - taken > 0


def test_closing_twice_and_writing_afterwards_harm_nobody(tmp_path: Path) -> None:
    complaints: list[str] = []
    log = open_path(tmp_path / "access.log", complaints.append)
    log.close()
    log.close()
    log.write(b"late\n")
    assert "Bad file descriptor" in complaints[0]


def test_two_writers_of_a_full_pipe_do_not_tear_each_others_lines(pipe: Pipe) -> None:
    with closing(open_standard(pipe.writer, pytest.fail)) as other:
        logs = [pipe.log, other]
        for letter, log in zip(b"ab", logs, strict=True):
            log.write(b"".join(bytes([letter]) * size + b"\n" for size in range(1, 500)))
        received = b""
        while any(log.is_behind for log in logs):
            received += os.read(pipe.reader, 5000)
            logs.reverse()
            for log in logs:
                log.write(b"")
    lines = (received + pipe.read_all()).splitlines()
    assert len({*lines}) == len(lines) == 2 * 499
    assert all(len({*line}) == 1 for line in lines)


def test_a_file_shared_with_standard_error_is_not_overwritten(tmp_path: Path) -> None:
    program = (
        "import os; from potstill.observe.logfile import LogFile;"
        "log = LogFile('log', '-', standard=1, complain=print);"
        "[(log.write(b'access\\n'), os.write(2, b'error\\n')) for _ in range(3)]"
    )
    path = tmp_path / "both.log"
    with path.open("wb") as both:
        subprocess.run([sys.executable, "-c", program], stdout=both, stderr=both, check=True)
    assert path.read_bytes() == b"access\nerror\n" * 3
