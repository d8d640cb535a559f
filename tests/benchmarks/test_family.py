"""benchmarks.family: the kernel's accounts of a process and its descendants."""

from __future__ import annotations

import os
import subprocess
import sys
import time

from benchmarks.family import TICKS, cpu_seconds, ended_ticks, peak, peak_memory

STAT = "7 (a) b (c) S 1 7 7 0 -1 4194560 1 2 3 4 100 20 3 1 20 0 8 0 9 0 0"
BURN = "import time\nwhile time.process_time() < 0.2: pass"


def test_times_are_found_behind_any_name_of_a_process() -> None:
    assert ended_ticks(STAT) == 4


def test_a_process_that_has_ended_took_nothing() -> None:
    assert ended_ticks("") == 0
    assert peak("") == 0


def test_the_highest_resident_size_is_read_in_kib() -> None:
    assert peak("Name:\tpotstill\nVmPeak:\t  99 kB\nVmHWM:\t   20480 kB\nVmRSS:\t 1 kB\n") == 20480


def test_children_that_have_ended_are_counted() -> None:
    before = cpu_seconds(os.getpid())
    subprocess.run([sys.executable, "-c", BURN], check=True)
    assert cpu_seconds(os.getpid()) - before >= 0.2 - 2 / TICKS


def test_moments_shorter_than_a_tick_are_counted() -> None:
    before, burnt = cpu_seconds(os.getpid()), time.process_time() + 0.002
    while time.process_time() < burnt:
        pass
    assert cpu_seconds(os.getpid()) - before >= 0.002


def test_children_that_run_are_counted() -> None:
    alone = peak_memory(os.getpid())
    command = [sys.executable, "-c", "print('ready', flush=True); input()"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdout
        assert child.stdin
        child.stdout.readline()
        assert peak_memory(os.getpid()) > alone + 1
        child.stdin.close()
