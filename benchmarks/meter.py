"""One window of load: wrk on its own core, and the processor time the server used meanwhile."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

SCRIPT = Path(__file__).with_name("browser.lua")
FIGURES = re.compile(r"^FIGURES (\d+) (\d+) (\d+) (\d+) (\d+)$", re.MULTILINE)
BLOCKED_CLIENTS = 4


@dataclass(frozen=True, slots=True)
class Window:
    """What one window showed; `cpu` is the server's user and system time per request."""

    cpu: float  # microseconds
    rate: float  # requests per second
    p50: float  # milliseconds
    p99: float  # milliseconds
    failed: int


@dataclass(frozen=True, slots=True)
class Load:
    """What wrk does in a window; `blocked` adds four clients of a call that waits 50 ms."""

    core: int
    connections: int
    seconds: int
    blocked: bool = False


def measure(load: Load, pid: int, port: int) -> Window:
    """Put a server, given by its first process, under load for one window; blocks that long."""
    url = f"http://127.0.0.1:{port}"
    blocked = None
    if load.blocked:
        blocked = _wrk(load.core, BLOCKED_CLIENTS, load.seconds + 1, f"{url}/wait")
    before = cpu_seconds(pid)
    quick = _wrk(load.core, load.connections, load.seconds, f"{url}/")
    requests, duration, failed, p50, p99 = _figures(quick)
    used = cpu_seconds(pid) - before
    if blocked is not None:
        failed += _figures(blocked)[2]
    rate = requests / duration * 1e6
    return Window(used / max(requests, 1) * 1e6, rate, p50 / 1000, p99 / 1000, failed)


def cpu_seconds(pid: int) -> float:
    """Return user and system time of a process and all that descend from it, until now."""
    return sum(_ticks(process) for process in _family(pid)) / os.sysconf("SC_CLK_TCK")


def _wrk(core: int, connections: int, seconds: int, url: str) -> subprocess.Popen[str]:
    command = ["taskset", "-c", str(core), "wrk", "-t1", f"-c{connections}", f"-d{seconds}s"]
    command += ["--latency", "-s", str(SCRIPT), url]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def _figures(wrk: subprocess.Popen[str]) -> tuple[int, int, int, int, int]:
    """Wait for wrk; requests, microseconds, failures, p50 and p99 in microseconds."""
    output, _ = wrk.communicate()
    match = FIGURES.search(output)
    if wrk.returncode or not match:
        raise SystemExit(f"wrk ended with {wrk.returncode}:\n{output}")
    requests, duration, failed, p50, p99 = (int(figure) for figure in match.groups())
    return requests, duration, failed, p50, p99


def _family(pid: int) -> Iterator[int]:
    yield pid
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text().split():
            yield from _family(int(child))


def _ticks(pid: int) -> int:
    """User and system time in clock ticks (proc(5): fields 14 and 15 of stat)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])
