"""wrk, the load: started on a core of its own, and its figures read."""

from __future__ import annotations

import re
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from benchmarks.figures import NotMeasuredError

SCRIPTS = Path(__file__).with_name("load")
_FIGURES = re.compile(r"^FIGURES (\d+) (\d+) (\d+) (\d+) (\d+)$", re.MULTILINE)
_COMPLAINT = re.compile(r"^(?:unable to connect|PANIC).*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Load:
    """What one wrk reports at its end; times are in microseconds."""

    requests: int
    duration: int
    failed: int
    p50: int
    p99: int


class Wrk:
    """A wrk at work, as a context manager: `figures` waits for its end, `stop` ends it early."""

    def __init__(
        self, core: int, connections: int, seconds: int, url: str, script: str, *words: str
    ) -> None:
        command = ["taskset", "-c", str(core), "wrk", "-t1", f"-c{connections}", f"-d{seconds}s"]
        self._process = subprocess.Popen(
            [*command, "--latency", "-s", script, url, "--", *words],
            cwd=SCRIPTS,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Leave no process behind, whatever happened."""
        with self._process:
            self._process.kill()

    def figures(self) -> Load:
        """Wait for the end; NotMeasuredError when there were no figures."""
        output, _ = self._process.communicate()
        return figures_of(output)

    def stop(self) -> Load:
        """End it now; it still tells its figures."""
        self._process.send_signal(signal.SIGINT)
        return self.figures()


def figures_of(output: str) -> Load:
    """Read the line of load/figures.lua; NotMeasuredError says what stood there instead."""
    found = _FIGURES.search(output)
    if found is None:
        complaint = _COMPLAINT.search(output)
        raise NotMeasuredError(f"wrk: {complaint[0] if complaint else 'no figures'}")
    return Load(*map(int, found.groups()))
