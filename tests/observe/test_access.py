"""observe.access: each request is one line, once, however many threads log it."""

from __future__ import annotations

import json
import logging
import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from potstill.observe import AccessLog
from potstill.observe import log as logger
from potstill.observe.access import MOST_PENDING
from tests.observe.samples import REFUSED, SAMPLE, SampleLine, numbered


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "access.log"


@pytest.fixture
def log(path: Path) -> Iterator[AccessLog]:
    with closing(AccessLog(str(path), "%(r)s %(s)s")) as made:
        yield made


def test_what_is_recorded_is_written_by_the_next_flush(log: AccessLog, path: Path) -> None:
    log.record(SAMPLE)
    log.record(REFUSED)
    assert path.read_text() == ""
    log.flush()
    assert path.read_text() == "GET /todos%20old?done=1 HTTP/1.1 200\n- 400\n"
    log.flush()
    assert path.read_text().count("\n") == 2


def test_many_entries_are_one_write(log: AccessLog, path: Path) -> None:
    for number in range(1000):
        log.record(numbered(number))
    before = writes_so_far()
    log.flush()
    assert writes_so_far() == before + 1
    assert path.read_text().count("\n") == 1000


def writes_so_far() -> int:
    """How many writes this process has made, as the kernel counts them."""
    counters = Path("/proc/self/io").read_text()
    return int(re.findall(r"^syscw: ([0-9]+)$", counters, re.MULTILINE)[0])


def test_closing_writes_what_is_still_pending(path: Path) -> None:
    log = AccessLog(str(path), "%(m)s")
    log.record(SAMPLE)
    log.close()
    assert path.read_text() == "GET\n"


def test_an_entry_after_the_end_harms_nobody(
    log: AccessLog, path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log.close()
    log.record(SAMPLE)
    log.flush()
    assert path.read_text() == ""
    assert "cannot write the access log" in capsys.readouterr().err


def test_eight_threads_write_each_line_whole_and_once(log: AccessLog, path: Path) -> None:
    def serve(first: int) -> None:
        for number in range(first, first + 2000):
            log.record(numbered(number))
            if number % 3 == 0:
                log.flush()

    threads = [threading.Thread(target=serve, args=(first,)) for first in range(0, 16000, 2000)]
    run_with_quick_switches(threads)
    log.flush()
    numbers = [
        int(line) for line in re.findall(r"^GET /([0-9]+) HTTP/1.1 200$", path.read_text(), re.M)
    ]
    assert sorted(numbers) == [*range(16000)]
    assert path.read_text().count("\n") == 16000


def test_each_threads_lines_stay_in_their_order(log: AccessLog, path: Path) -> None:
    def serve(first: int) -> None:
        for number in range(first, first + 1000):
            log.record(numbered(number))
            log.flush()

    run_with_quick_switches([threading.Thread(target=serve, args=(n,)) for n in (0, 1000)])
    numbers = [int(line) for line in re.findall(r"^GET /([0-9]+)", path.read_text(), re.M)]
    assert [number for number in numbers if number < 1000] == [*range(1000)]
    assert [number for number in numbers if number >= 1000] == [*range(1000, 2000)]


def test_when_all_have_flushed_nothing_is_pending(log: AccessLog, path: Path) -> None:
    """Also not an entry whose own flush found another thread writing."""

    def serve() -> None:
        log.record(SAMPLE)
        log.flush()

    for round_ in range(1, 100):
        run_with_quick_switches([threading.Thread(target=serve) for _ in range(4)])
        assert path.read_text().count("\n") == 4 * round_


def run_with_quick_switches(threads: list[threading.Thread]) -> None:
    """Run threads to their end; the interpreter changes between them all the time."""
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(interval)


class SlowLine(SampleLine):
    """A request line that is not formatted before it may be."""

    def __init__(self) -> None:
        super().__init__()
        self.reached, self.released = threading.Event(), threading.Event()

    def __getattribute__(self, name: str) -> object:
        if name == "target":
            self.reached.set()
            self.released.wait()
        return super().__getattribute__(name)


def test_a_flush_does_not_wait_while_another_thread_writes(log: AccessLog, path: Path) -> None:
    with writing_slowly(log):
        log.record(REFUSED)
        log.flush()
        assert path.read_text() == ""
    assert path.read_text().splitlines()[1:] == ["- 400"]


def test_a_flush_waits_when_far_too_much_is_pending(log: AccessLog, path: Path) -> None:
    waiting = threading.Thread(target=log.flush)
    with writing_slowly(log):
        for _ in range(MOST_PENDING + 1):
            log.record(REFUSED)
        waiting.start()
        waiting.join(0.1)
        assert waiting.is_alive()
    waiting.join()
    assert path.read_text().count("- 400") == MOST_PENDING + 1


@contextmanager
def writing_slowly(log: AccessLog) -> Iterator[None]:
    """Another thread is in the middle of a flush."""
    line = SlowLine()
    log.record(replace(SAMPLE, line=line))
    writer = threading.Thread(target=log.flush)
    writer.start()
    line.reached.wait()
    try:
        yield
    finally:
        line.released.set()
        writer.join()


def test_a_rotation_while_threads_write_loses_nothing(log: AccessLog, path: Path) -> None:
    def serve(first: int) -> None:
        for number in range(first, first + 2000):
            log.record(numbered(number))
            log.flush()

    def rotate() -> None:
        for turn in range(20):
            path.rename(path.with_suffix(f".{turn}"))
            log.reopen()

    threads = [threading.Thread(target=serve, args=(first,)) for first in (0, 2000)]
    run_with_quick_switches([*threads, threading.Thread(target=rotate)])
    files = [*path.parent.iterdir()]
    numbers = [int(n) for file in files for n in re.findall("GET /([0-9]+) ", file.read_text())]
    assert len(files) == 21
    assert sorted(numbers) == [*range(4000)]


def test_a_reader_who_has_gone_is_told_in_the_error_log(caplog: pytest.LogCaptureFixture) -> None:
    logger.addHandler(caplog.handler)
    reader, writer = os.pipe()
    log = AccessLog(standard=writer)
    os.close(reader)
    for _ in range(3):
        log.record(SAMPLE)
        log.flush()
    logger.removeHandler(caplog.handler)
    told = caplog.records
    assert [(record.levelno, "Broken pipe" in record.message) for record in told] == [
        (logging.ERROR, True)
    ]
    log.close()
    os.close(writer)
    assert log.dropped == 3


def test_what_a_full_pipe_did_not_take_follows_without_a_new_request() -> None:
    reader, writer = os.pipe()
    log = AccessLog("-", "%(r)s", standard=writer)
    for number in range(10000):
        log.record(numbered(number))
    log.flush()
    received = b""
    while received.count(b"\n") < 10000:
        received += os.read(reader, 65536)
        log.flush()
    log.close()
    os.close(reader)
    os.close(writer)
    assert received == b"".join(b"GET /%d HTTP/1.1\n" % number for number in range(10000))


def test_the_default_is_combined_on_standard_output() -> None:
    program = (
        "from potstill.observe import AccessLog; from tests.observe.samples import SAMPLE;"
        "log = AccessLog(); log.record(SAMPLE); log.close()"
    )
    root = Path(__file__).resolve().parents[2]
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, capture_output=True, check=True, cwd=root)
    assert done.stdout.startswith(b"192.0.2.7 - - [22/Nov/2026:")
    assert done.stdout.endswith(b' 200 13 "http://a/" "curl/8.5"\n')
    assert done.stderr == b""


def test_json_lines_are_lines_of_json(path: Path) -> None:
    with closing(AccessLog(str(path), "json")) as log:
        log.record(SAMPLE)
        log.record(REFUSED)
    assert [json.loads(line)["status"] for line in path.read_text().splitlines()] == [200, 400]


def test_an_operators_own_bytes_in_a_format_come_out_as_they_went_in(path: Path) -> None:
    undecodable = os.fsdecode(b"caf\xe9 %(s)s")
    with closing(AccessLog(str(path), undecodable)) as log:
        log.record(SAMPLE)
    assert path.read_bytes() == b"caf\xe9 200\n"


def test_a_mistake_in_the_format_leaves_no_file_behind(path: Path) -> None:
    with pytest.raises(ValueError, match="unknown atom"):
        AccessLog(str(path), "%(x)s")
    assert not path.exists()


def test_a_mistake_in_the_path_is_told(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"the directory .* does not exist"):
        AccessLog(str(tmp_path / "none" / "access.log"))
