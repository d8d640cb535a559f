"""The kernel's accounts of a server: all processes that descend from the one that was started.

Linux only: it reads /proc (proc(5)). It never changes anything.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterator
from pathlib import Path

CPUCLOCK_SCHED = 2  # linux/posix-timers.h: user and system time as the scheduler counts it
TICKS = os.sysconf("SC_CLK_TCK")
_PEAK = re.compile(r"^VmHWM:\s+(\d+) kB$", re.MULTILINE)


def cpu_seconds(pid: int) -> float:
    """User and system time until now.

    Of processes that live it is exact; of children that have ended it is known in ticks (10 ms),
    which would be too coarse for a window of few requests.
    """
    members = list(_members(pid))
    ended = sum(ended_ticks(_text(Path(f"/proc/{member}/stat"))) for member in members)
    return sum(map(_cpu_clock, members)) + ended / TICKS


def peak_memory(pid: int) -> float:
    """The highest resident sizes so far, added up, in MiB; shared pages count in each process."""
    return sum(peak(_text(Path(f"/proc/{member}/status"))) for member in _members(pid)) / 1024


def ended_ticks(stat: str) -> int:
    """The cutime and cstime of /proc/PID/stat, whose second field may hold spaces and brackets."""
    fields = stat.rpartition(")")[2].split()
    return sum(int(field) for field in fields[13:15])


def peak(status: str) -> int:
    """VmHWM of /proc/PID/status in KiB; 0 for a process that has just ended."""
    found = _PEAK.search(status)
    return int(found[1]) if found else 0


def _cpu_clock(pid: int) -> float:
    """The clock of a whole process, its identifier made as clock_getcpuclockid(3) makes it."""
    try:
        return time.clock_gettime(~pid << 3 | CPUCLOCK_SCHED)
    except OSError:  # it has ended
        return 0.0


def _members(pid: int) -> Iterator[int]:
    yield pid
    for children in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in _text(children).split():
            yield from _members(int(child))


def _text(file: Path) -> str:
    """What stands there; nothing when the process has ended meanwhile."""
    try:
        return file.read_text()
    except (FileNotFoundError, ProcessLookupError):
        return ""
